"""Parts of `callcenter site`."""
