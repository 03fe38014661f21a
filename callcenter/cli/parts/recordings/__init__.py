"""Parts of `callcenter recordings`."""
