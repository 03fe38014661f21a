"""Rows as plain values, to compare."""

from collections.abc import Iterable
from typing import Any

from callcenter.records.fold.facts import fold
from callcenter.records.fold.page import Page
from callcenter.records.journal.facts import JournalFact
from callcenter.records.tables.calls import (
    Act,
    AgentInterval,
    Call,
    Callback,
    Consult,
    Correction,
    Downtime,
    Exemption,
    ForecastHour,
    Hold,
    Mark,
    Owed,
    Rating,
    Recording,
    Relaxation,
    RingAttempt,
    Segment,
    Transfer,
    TrunkUse,
    VoicemailMessage,
)
from sqlalchemy import Engine
from sqlmodel import Session, SQLModel, select

TABLES = (
    Act, AgentInterval, Call, Callback, Consult, Correction, Downtime, Exemption, ForecastHour,
    Hold, Mark, Owed, Rating, Recording, Relaxation, RingAttempt, Segment, Transfer, TrunkUse,
    VoicemailMessage,
)  # fmt: skip
COLUMNS = {table.__name__: table.model_fields.keys() - {"id"} for table in TABLES}
Rows = dict[str, list[dict[str, Any]]]


def folded(facts: Iterable[JournalFact]) -> Page:
    """The rows of these facts, without a database."""
    page = Page()
    for fact in facts:
        fold(fact, page)
    return page


def of_page(page: Page) -> Rows:
    return _rows(page.added)


def of_database(engine: Engine) -> Rows:
    with Session(engine) as session:
        return _rows(row for table in TABLES for row in session.exec(select(table)))


def _rows(rows: Iterable[SQLModel]) -> Rows:
    found: Rows = {table.__name__: [] for table in TABLES}
    for row in rows:
        name = type(row).__name__
        found[name].append({column: getattr(row, column) for column in COLUMNS[name]})
    return {name: sorted(values, key=_words) for name, values in found.items()}


def _words(row: dict[str, Any]) -> list[str]:
    return sorted(f"{name}={value}" for name, value in row.items())
