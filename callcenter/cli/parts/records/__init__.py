"""Parts of `callcenter records`."""
