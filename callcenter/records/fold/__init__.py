"""Facts to rows: pure, so that the same facts always give the same rows."""
