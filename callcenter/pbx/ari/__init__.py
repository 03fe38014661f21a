"""Asterisk's REST interface: the session, its transport, and what it tells, typed."""
