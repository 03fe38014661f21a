"""Recordings: made by policy, archived, held, handed over and destroyed."""
