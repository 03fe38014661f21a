"""Which calls are wanted: a filter, and what it asks of a call's row."""

from dataclasses import dataclass

from sqlalchemy import ColumnElement, and_, or_
from sqlmodel import col, select

from callcenter.kpi.windows import Window
from callcenter.records.tables.calls import Call, Mark, Segment


@dataclass(frozen=True, slots=True)
class Belongings:
    """By what a tenant's calls are known: the access numbers called, and the agents who placed or
    took them."""

    numbers: frozenset[str]
    agents: frozenset[str]


@dataclass(frozen=True, slots=True)
class CallFilter:
    """Which calls to list; empty fields let all pass."""

    period: Window | None = None
    queue: str = ""
    """Calls that were in this queue, first or later."""
    agent: str = ""
    """Calls that this agent talked in last."""
    outcome: str = ""
    """A word of terms.Outcome, or `open` for calls that go on."""
    limit: int = 50
    tenant: Belongings | None = None
    """Calls of the tenant to whom these belong."""
    direction: str = ""
    """A word of terms.Direction."""
    mark: str = ""
    """Calls whose caller an agent marked so, as malicious for one."""
    caller: str = ""
    """The whole number of who called."""
    called: str = ""
    """The whole number that was called."""


def conditions(wanted: CallFilter) -> list[ColumnElement[bool]]:
    """What a call must be to pass the filter; its limit is not among these."""
    found: list[ColumnElement[bool]] = []
    if wanted.period is not None:
        found.append(_arrived(wanted.period))
    if wanted.queue:
        # Asked call by call, the newest first: a queue may have had millions.
        stays = select(Segment.call_id).where(
            Segment.call_id == Call.call_id,
            Segment.queue == wanted.queue,
            # Nobody asks before he arrives: older months hold none of these.
            col(Segment.requested_at) >= col(Call.arrived_at),
        )
        found.append(stays.exists())
    if wanted.caller:
        found.append(col(Call.caller) == wanted.caller)
    if wanted.called:
        found.append(col(Call.called) == wanted.called)
    if wanted.agent:
        found.append(col(Call.agent) == wanted.agent)
    found += of_tenant(wanted.tenant)
    if wanted.direction:
        found.append(col(Call.direction) == wanted.direction)
    if wanted.mark:
        marked = select(Mark.call_id).where(Mark.mark == wanted.mark)
        found.append(col(Call.call_id).in_(marked))
    if wanted.outcome == "open":
        found.append(col(Call.outcome).is_(None))
    elif wanted.outcome:
        found.append(col(Call.outcome) == wanted.outcome)
    return found


def of_tenant(tenant: Belongings | None) -> list[ColumnElement[bool]]:
    if tenant is None:
        return []
    return [or_(col(Call.called).in_(tenant.numbers), col(Call.agent).in_(tenant.agents))]


def _arrived(period: Window) -> ColumnElement[bool]:
    arrived = col(Call.arrived_at)
    return and_(arrived >= period.start_ms, arrived < period.end_ms)
