"""Calls between Asterisk and the floor: what is heard, what is done, where each channel is put."""
