"""A call from its first request to its end: in line, ringing, joined, talking, overflowed."""
