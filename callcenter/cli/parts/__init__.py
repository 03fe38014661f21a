"""What commands are made of, by noun."""
