"""What a period asks of rows, so that PostgreSQL reads the months that can hold them and no others.

A row's month is told by one of its times (months.py). Where a question is about another time, the
one that tells the month is bounded too.
"""

from typing import Any

from sqlalchemy import ColumnElement, Table, and_, or_
from sqlmodel import col

from callcenter.kpi.windows import Window
from callcenter.records.database.months import MONTHLY
from callcenter.records.tables.calls import Call

SLACK_MS = 24 * 3_600_000
"""No call waits, talks or holds longer before what is told of it; clocks are set by less."""


def within(column: Any, period: Window) -> ColumnElement[bool]:
    """That this time lies in the period."""
    return and_(column >= period.start_ms, column < period.end_ms)


def about(column: Any, period: Window) -> ColumnElement[bool]:
    """That this time lies in the period or at most SLACK_MS before it."""
    return and_(column >= period.start_ms - SLACK_MS, column < period.end_ms)


def since(table: Table, at_ms: int) -> tuple[ColumnElement[bool], ...]:
    """That a row is of the months since a moment; no condition for tables without months."""
    month_by = MONTHLY.get(table.name)
    return () if month_by is None else (table.c[month_by] >= at_ms - SLACK_MS,)


def call_in_window(period: Window) -> ColumnElement[bool]:
    """That a call belongs to the period: by its request; without one, by its arrival."""
    asked, arrived = col(Call.requested_at), col(Call.arrived_at)
    # Nobody asks before he arrives.
    by_request = and_(within(asked, period), about(arrived, period))
    return or_(by_request, and_(asked.is_(None), within(arrived, period)))
