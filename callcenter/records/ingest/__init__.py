"""What Asterisk wrote down by itself, read into the journal once."""
