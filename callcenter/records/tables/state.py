"""The table of what the records know about themselves, and never a fact of the journal.

Columns as in calls.py.
"""

from sqlmodel import Field, SQLModel


class RecordsState(SQLModel, table=True):
    """One thing that holds for the tables as a whole."""

    __tablename__ = "records_state"

    name: str = Field(primary_key=True)
    """`numbers`: how they are stored; `numbers_next`: how they shall be, while they are converted;
    `kept_since.KIND`: rows of that kind from before that time were destroyed."""
    value: str
