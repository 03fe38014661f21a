"""The databases behind the records: SQLite and PostgreSQL, their shape, months and place."""
