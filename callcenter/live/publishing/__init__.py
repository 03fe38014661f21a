"""Figures for those who do not ask: screens, the live stream, scheduled reports."""
