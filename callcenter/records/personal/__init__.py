"""Callers' numbers: how they are stored, converted, erased, and when what is old goes."""
