"""Signs of life, and differences between floor and Asterisk, which are mended."""
