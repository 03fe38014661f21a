"""The tables of the records, as SQLModel sees them."""
