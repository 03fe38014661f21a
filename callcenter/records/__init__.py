"""What happened: journal, tables, writer, ingest of Asterisk's own records.

Only here is SQLModel imported.
"""
