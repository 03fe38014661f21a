"""Reads what reports are made of: calls by hour, agents' times, lists of what happened.

Calls by hour come from what is counted already where the question allows it, else from the rows.
"""

from collections.abc import Collection, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta, tzinfo

from sqlalchemy import ColumnElement, and_, or_
from sqlmodel import Session, col, func, select

from callcenter.kpi.calls import CallRow
from callcenter.kpi.counts import CountedHours, fits
from callcenter.kpi.estimates import Estimate
from callcenter.kpi.outcomes import Contact
from callcenter.kpi.spans import Span
from callcenter.kpi.tally import Rules
from callcenter.kpi.traffic import Hours, by_hour
from callcenter.kpi.windows import Window, as_local
from callcenter.records.database.engine import Url
from callcenter.records.database.sessions import reading_at
from callcenter.records.ingest.files import Papers
from callcenter.records.proof.identities import Fault, faults
from callcenter.records.proof.reconcile import Reconciled, reconcile
from callcenter.records.reading import contacts as contacts
from callcenter.records.reading.calls import Belongings, Records, of_tenant
from callcenter.records.reading.contract import Contract
from callcenter.records.reading.periods import SLACK_MS, about, call_in_window, within
from callcenter.records.tables.calls import (
    Call,
    Downtime,
    Hold,
    Rating,
    RingAttempt,
    Segment,
    Transfer,
    TrunkUse,
    VoicemailMessage,
)
from callcenter.records.writing.hours import HOTLINE, call_row, counts
from callcenter.terms import Outcome

BATCH = 2000
_WHOLE_HOUR = timedelta(hours=1)

LOST = tuple(
    str(outcome)
    for outcome in Outcome
    if outcome not in (Outcome.ANSWERED, Outcome.IVR_END, Outcome.BLACKLISTED, Outcome.OUTBOUND)
)
"""Outcomes of requests that nobody answered."""


@dataclass(frozen=True, slots=True)
class Selection:
    """Which calls a report is about; what is empty lets all pass."""

    queue: str = ""
    """Its stays, as a queue is measured."""
    agents: Collection[str] | None = None
    """Calls that one of these talked in last."""
    tenant: Belongings | None = None

    @property
    def whole(self) -> bool:
        """True for the hotline, or one queue: these are counted by hour."""
        return self.agents is None and self.tenant is None


class Reports:
    """The records of a site, for reports."""

    def __init__(self, session: Session) -> None:
        self._session = session
        self.records = Records(session)

    def faults(self, zone: tzinfo) -> Iterator[Fault]:
        """What must not be in the records; none proves them."""
        return faults(self._session, zone)

    def reconcile(self, papers: Mapping[str, Papers], period: Window) -> Reconciled:
        """Our calls against Asterisk's own papers."""
        return reconcile(self._session, papers, period)

    @property
    def contract(self) -> Contract:
        """Exemptions, forecasts and corrections."""
        return Contract(self._session)

    def hours(self, period: Window, rules: Rules, zone: tzinfo, wanted: Selection) -> Hours:
        """The calls by hour."""
        if wanted.whole and fits(rules) and _whole_hours(period, zone):
            kept = counts(self._session, period, wanted.queue or HOTLINE)
            return Hours(CountedHours(dict(kept), rules), zone)
        return by_hour(self._rows(period, wanted), rules, zone)

    def _rows(self, period: Window, wanted: Selection) -> Iterator[CallRow]:
        if wanted.queue and wanted.agents is None:
            yield from self.records.queue_rows(wanted.queue, period)
            return
        query = select(Call).where(call_in_window(period), *_selected(wanted))
        for call in self._session.exec(query.execution_options(yield_per=BATCH)):
            yield call_row(call)

    def calls(
        self, period: Window, wanted: Selection, outcomes: Collection[str], limit: int | None = None
    ) -> Iterator[Call]:
        """The calls themselves, in the order of their arrival."""
        query = (
            select(Call)
            .where(call_in_window(period), col(Call.outcome).in_(outcomes), *_selected(wanted))
            .order_by(col(Call.arrived_at))
            .limit(limit)
        )
        if wanted.queue:
            stays = select(Segment.call_id).where(
                Segment.queue == wanted.queue,
                col(Segment.requested_at) >= period.start_ms - SLACK_MS,
            )
            query = query.where(col(Call.call_id).in_(stays))
        yield from self._session.exec(query.execution_options(yield_per=BATCH))

    def requests(self, period: Window, wanted: Selection) -> list[Contact]:
        """R of the period by number, in no order; of a queue: those that asked for it first."""
        conditions = _selected(wanted)
        if wanted.queue:
            conditions.append(col(Call.queue) == wanted.queue)
        return list(contacts.requests(self._session, period, *conditions))

    def reached(self, period: Window) -> Iterator[Contact]:
        """Everybody outside with whom somebody talked in the period, whoever called whom."""
        return contacts.reached(self._session, period)

    def tries(self, number: str, period: Window) -> Iterator[Contact]:
        """Our calls to a number in the period, and whether somebody talked with it."""
        return contacts.tries(self._session, number, period)

    def estimates(self, period: Window, wanted: Selection) -> Iterator[Estimate]:
        """Waits that were foretold in the period and ended with an answer.

        The others tell no error: how long they would have waited is not known.
        """
        query = select(
            Segment.queue, Segment.estimated_at, Segment.estimate_ms, Segment.answered_at
        ).where(
            within(col(Segment.estimated_at), period),
            about(col(Segment.requested_at), period),
            col(Segment.answered_at).is_not(None),
            *([Segment.queue == wanted.queue] if wanted.queue else []),
            *([col(Segment.agent).in_(wanted.agents)] if wanted.agents is not None else []),
        )
        for queue, at, foretold, answered in self._session.exec(query):
            if at is not None and foretold is not None and answered is not None:
                yield Estimate(queue, foretold, answered - at)

    def trunk_uses(self, period: Window) -> Mapping[tuple[str, str], Mapping[str, int]]:
        """Trunk and direction -> result -> seizures that began in the period."""
        query = (
            select(TrunkUse.trunk, TrunkUse.direction, TrunkUse.result, func.count())
            .where(within(col(TrunkUse.at), period))
            .group_by(TrunkUse.trunk, TrunkUse.direction, TrunkUse.result)
        )
        found: dict[tuple[str, str], dict[str, int]] = {}
        for trunk, direction, result, count in self._session.exec(query):
            found.setdefault((trunk, direction), {})[result] = int(count)
        return found

    def bids(self, period: Window) -> Mapping[str, int]:
        """Result -> times that a number outside was dialled, also where no line was got."""
        query = (
            select(RingAttempt.result, func.count())
            .where(
                within(col(RingAttempt.started_at), period),
                RingAttempt.agent == "",
                col(RingAttempt.result).is_not(None),
            )
            .group_by(RingAttempt.result)
        )
        return {str(result): int(count) for result, count in self._session.exec(query)}

    def downtimes(self, period: Window) -> list[Span]:
        """Times that touch the period in which `asterisk` or the `controller` was not there."""
        query = select(Downtime).where(
            col(Downtime.since) < period.end_ms, col(Downtime.until) > period.start_ms
        )
        rows = self._session.exec(query.order_by(col(Downtime.since)))
        return [Span(row.since, row.until, row.what) for row in rows]

    def holds(self, period: Window) -> Iterator[tuple[str, Span]]:
        """Agent and the time of each hold that touches the period."""
        query = select(Hold).where(about(col(Hold.started_at), period), _lasts(period))
        for hold in self._session.exec(query.execution_options(yield_per=BATCH)):
            until = period.end_ms if hold.ended_at is None else hold.ended_at
            yield hold.agent, Span(hold.started_at, until)

    def answered(self, period: Window) -> Mapping[str, int]:
        """Agent -> talks with callers that began by a ring in the period and lasted."""
        query = (
            select(RingAttempt.agent, func.count(func.distinct(RingAttempt.call_id)))
            .where(
                within(col(RingAttempt.started_at), period),
                col(RingAttempt.with_caller_at).is_not(None),
                # Picked up when the caller was gone: no talk.
                or_(
                    col(RingAttempt.left_at).is_(None),
                    col(RingAttempt.left_at) > col(RingAttempt.with_caller_at),
                ),
                RingAttempt.agent != "",
            )
            .group_by(RingAttempt.agent)
        )
        return {agent: int(count) for agent, count in self._session.exec(query)}

    def placed(self, period: Window) -> Mapping[str, int]:
        """Agent -> calls out that he placed."""
        query = (
            select(Call.agent, func.count())
            .where(within(col(Call.arrived_at), period), Call.direction == "out")
            .group_by(Call.agent)
        )
        return {agent: int(count) for agent, count in self._session.exec(query)}

    def rings(self, period: Window) -> Iterator[RingAttempt]:
        """Ring attempts of the period, in order."""
        query = select(RingAttempt).where(within(col(RingAttempt.started_at), period))
        query = query.order_by(col(RingAttempt.started_at), col(RingAttempt.leg))
        yield from self._session.exec(query.execution_options(yield_per=BATCH))

    def transfers(self, period: Window) -> Iterator[Transfer]:
        """Transfers of the period, in order."""
        query = select(Transfer).where(within(col(Transfer.at), period))
        yield from self._session.exec(query.order_by(col(Transfer.at)))

    def messages(self, period: Window) -> Iterator[tuple[VoicemailMessage, str]]:
        """Messages of the period with their callers' numbers, in order."""
        query = (
            select(VoicemailMessage, Call.caller)
            .join(Call, _left_in(period), isouter=True)
            .where(within(col(VoicemailMessage.left_at), period))
            .order_by(col(VoicemailMessage.left_at))
        )
        for message, caller in self._session.exec(query):
            yield message, caller or ""

    def ratings(self, period: Window) -> Iterator[Rating]:
        """Answers to surveys of the period."""
        yield from self._session.exec(select(Rating).where(within(col(Rating.at), period)))

    def invited(self, period: Window) -> Mapping[str, int]:
        """Agent -> answered calls whose caller was asked to rate."""
        query = (
            select(Call.agent, func.count())
            .where(call_in_window(period), col(Call.rating_invited).is_(True))
            .group_by(Call.agent)
        )
        return {agent: int(count) for agent, count in self._session.exec(query)}


@contextmanager
def open_reports(url: Url) -> Iterator[Reports]:
    """The records at that URL, for reports. Raises RecordsError."""
    with reading_at(url) as session:
        yield Reports(session)


def _whole_hours(period: Window, zone: tzinfo) -> bool:
    """True when the period and the zone's clocks begin their hours where UTC does."""
    edges = [as_local(at, zone) for at in (period.start_ms, period.end_ms)]
    aligned = all(edge.minute == edge.second == edge.microsecond == 0 for edge in edges)
    return aligned and not any((e.utcoffset() or timedelta()) % _WHOLE_HOUR for e in edges)


def _selected(wanted: Selection) -> list[ColumnElement[bool]]:
    conditions = of_tenant(wanted.tenant)
    if wanted.agents is not None:
        conditions.append(col(Call.agent).in_(wanted.agents))
    return conditions


def _left_in(period: Window) -> ColumnElement[bool]:
    """That a call left this message, one of the period."""
    same = col(Call.call_id) == col(VoicemailMessage.call_id)
    return and_(same, about(col(Call.arrived_at), period))


def _lasts(period: Window) -> ColumnElement[bool]:
    ended = col(Hold.ended_at)
    return or_(ended.is_(None), ended > period.start_ms)
