"""The site's own floor in simulated time: staffing, and what another policy would have made."""
