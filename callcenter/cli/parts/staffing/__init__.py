"""Parts of `callcenter staffing`."""
