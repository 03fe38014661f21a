"""Brings the tables of records to this version's shape, with Alembic.

Imported when tables must change: Alembic is a tenth of a program's start.
"""

from importlib.resources import files

from alembic import command
from alembic.config import Config
from alembic.util import CommandError
from sqlalchemy import Connection

from callcenter.records.database.errors import RecordsError


def upgrade(connection: Connection, revision: str = "head") -> None:
    """Carry out what is missing. Raises RecordsError for tables of a newer version."""
    config = Config()
    config.set_main_option(
        "script_location", str(files("callcenter.records") / "migrations").replace("%", "%%")
    )
    config.attributes["connection"] = connection
    try:
        command.upgrade(config, revision)
    except CommandError as error:
        raise RecordsError(f"the tables can't be migrated: {error}") from error
