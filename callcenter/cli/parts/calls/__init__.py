"""Parts of `callcenter calls`."""
