"""The records held against themselves and against Asterisk's own papers."""
