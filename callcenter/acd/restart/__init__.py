"""After the controller was away: the floor as the journal and Asterisk tell it."""
