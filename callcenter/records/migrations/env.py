"""Alembic's entry: migrates over the connection that database/engine.py opened."""

from alembic import context

from callcenter.records.tables.calls import METADATA

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=METADATA,
    # SQLite can't alter a column; alembic then makes the table anew.
    render_as_batch=True,
)
context.run_migrations()
