"""What agents ask for during their talks, performed and logged."""
