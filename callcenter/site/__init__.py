"""The YAML model of a hotline, pure: load from text, check, opening hours."""
