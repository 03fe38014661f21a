"""Agents: their states, what they do on and off duty, and the figures of their day."""
