"""Asterisk's manager interface: the session and its transport."""
