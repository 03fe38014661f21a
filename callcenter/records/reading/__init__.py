"""Questions to the records; nothing here changes them."""
