"""The command line: one module per noun; it parses and prints, and decides nothing."""
