"""The journal: every fact, on disk before anything is done about it, and what its facts are."""
