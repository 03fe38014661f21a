"""Callers who are called back: how they say so, and what is said with them."""
