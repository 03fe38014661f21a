"""Nightly work: rotation, retention."""
