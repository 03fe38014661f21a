"""Supervisors: in agents' talks, and what they change over what is deployed."""
