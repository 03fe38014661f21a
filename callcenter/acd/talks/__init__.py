"""More than caller and agent: holds, transfers, consults, pickups, callbacks, agents' own calls."""
