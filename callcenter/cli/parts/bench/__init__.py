"""Parts of `callcenter bench`."""
