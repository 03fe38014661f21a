"""Parts of `callcenter agents`."""
