"""Rows while facts are folded into them: the fields of the tables, without the ORM's price.

The ORM keeps account of each attribute that is set. A fold sets hundreds for a call and needs none
of that: its rows are plain objects, of which those that were read are compared when all is done.
"""

from collections.abc import Callable, Sequence
from dataclasses import field, make_dataclass
from operator import attrgetter
from typing import TYPE_CHECKING, Any

from sqlalchemy import Table
from sqlmodel import SQLModel

from callcenter.records.tables import calls as tables

if TYPE_CHECKING:
    from callcenter.records.tables.calls import Act as Act
    from callcenter.records.tables.calls import AgentInterval as AgentInterval
    from callcenter.records.tables.calls import Call as Call
    from callcenter.records.tables.calls import Callback as Callback
    from callcenter.records.tables.calls import Consult as Consult
    from callcenter.records.tables.calls import Correction as Correction
    from callcenter.records.tables.calls import Downtime as Downtime
    from callcenter.records.tables.calls import Exemption as Exemption
    from callcenter.records.tables.calls import ForecastHour as ForecastHour
    from callcenter.records.tables.calls import Hold as Hold
    from callcenter.records.tables.calls import Mark as Mark
    from callcenter.records.tables.calls import Owed as Owed
    from callcenter.records.tables.calls import Rating as Rating
    from callcenter.records.tables.calls import Recording as Recording
    from callcenter.records.tables.calls import RecordingHold as RecordingHold
    from callcenter.records.tables.calls import Relaxation as Relaxation
    from callcenter.records.tables.calls import RingAttempt as RingAttempt
    from callcenter.records.tables.calls import Segment as Segment
    from callcenter.records.tables.calls import Transfer as Transfer
    from callcenter.records.tables.calls import TrunkUse as TrunkUse
    from callcenter.records.tables.calls import VoicemailMessage as VoicemailMessage
else:

    def _draft(model: type[SQLModel]) -> type:
        """A class with the model's fields and defaults, and nothing else."""
        fields = []
        for name, told in model.model_fields.items():
            if told.is_required():
                fields.append((name, Any))
            elif told.default_factory is not None:
                fields.append((name, Any, field(default_factory=told.default_factory)))
            else:
                fields.append((name, Any, field(default=told.default)))
        made = make_dataclass(model.__name__, fields, eq=False, kw_only=True, slots=True)
        made.table = model.__table__
        made.values = attrgetter(*model.__table__.columns.keys())
        return made

    Act = _draft(tables.Act)
    AgentInterval = _draft(tables.AgentInterval)
    Call = _draft(tables.Call)
    Callback = _draft(tables.Callback)
    Consult = _draft(tables.Consult)
    Correction = _draft(tables.Correction)
    Downtime = _draft(tables.Downtime)
    Exemption = _draft(tables.Exemption)
    ForecastHour = _draft(tables.ForecastHour)
    Hold = _draft(tables.Hold)
    Mark = _draft(tables.Mark)
    Owed = _draft(tables.Owed)
    Rating = _draft(tables.Rating)
    Recording = _draft(tables.Recording)
    RecordingHold = _draft(tables.RecordingHold)
    Relaxation = _draft(tables.Relaxation)
    RingAttempt = _draft(tables.RingAttempt)
    Segment = _draft(tables.Segment)
    Transfer = _draft(tables.Transfer)
    TrunkUse = _draft(tables.TrunkUse)
    VoicemailMessage = _draft(tables.VoicemailMessage)


def table_of(kind: type[SQLModel]) -> Table:
    """The table that rows of this kind are in."""
    table: Table = kind.table  # type: ignore[attr-defined]
    return table


def values_of(kind: type[SQLModel]) -> Callable[[SQLModel], Sequence[Any]]:
    """Gives a row's values in the order of the table's columns."""
    values: Callable[[SQLModel], Sequence[Any]] = kind.values  # type: ignore[attr-defined]
    return values
