"""The floor's start after any gap: what Asterisk holds, beside what the journal knew."""
