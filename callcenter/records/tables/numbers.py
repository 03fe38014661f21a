"""The table of numbers outside, for whoever knows only a part of one.

Columns as in calls.py.
"""

from sqlmodel import Field, SQLModel

from callcenter.records.personal.columns import NumberText


class KnownNumber(SQLModel, table=True):
    """A number outside that called or was called, once however often.

    A part of a number is looked for among these, far fewer than calls; where a number is erased
    from calls it must go from here too.
    """

    __tablename__ = "known_number"

    number: str = Field(primary_key=True, sa_type=NumberText)
