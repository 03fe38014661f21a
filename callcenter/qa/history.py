"""A believable history of a city's hotline: pages of rows, as the fold would have left them.

Years with growth, seasons, holidays and storms; weeks and days with their shape; callers of whom
few call often; waits that grow with the hour's load. The same seed tells the same history.
"""

import random
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta, timezone

from callcenter.records.fold.drafts import Call, Rating, RingAttempt, Segment, Transfer
from callcenter.records.fold.page import Page
from callcenter.terms import Direction, HandledBy, Outcome, PartyClass, RingResult, TargetKind

ZONE = timezone(timedelta(hours=8))
QUEUES: Mapping[str, float] = {
    "affairs": 52, "housing": 11, "traffic": 10, "social": 9, "water": 7, "heating": 6,
    "medical": 4, "english": 1,
}  # fmt: skip
"""Queue and its share of the requests."""
AGENTS = [str(number) for number in range(1001, 1301)]
CALLERS = 2_000_000
"""Numbers that may call."""
SURVEY = "satisfaction"
_NUMBER = "12345"
_HOURS = (
    0.25, 0.16, 0.11, 0.1, 0.12, 0.25, 0.6, 1.2, 2.6, 3.2, 2.9, 2.1, 1.3, 1.5, 2.6, 2.7, 2.4, 1.9,
    1.3, 1.1, 0.9, 0.75, 0.6, 0.4,
)  # fmt: skip
_WEEK = (1.28, 1.15, 1.1, 1.06, 1.04, 0.72, 0.6)
_MONTHS = (0.9, 0.85, 1.0, 0.97, 0.98, 1.02, 1.12, 1.1, 0.98, 0.93, 1.1, 1.05)
_SPRING_FESTIVALS = frozenset(
    {(2021, 2, 12), (2022, 2, 1), (2023, 1, 22), (2024, 2, 10), (2025, 1, 29), (2026, 2, 17)}
)
_GROWTH = 1.08
_PREFIXES = ("138", "139", "136", "150", "158", "188", "187", "130", "186", "133", "189", "0571")
_CHUNK = 5000
_MIX = 1_234_577
"""Coprime to CALLERS: neighbours in rank get numbers far apart."""


@dataclass(frozen=True, slots=True)
class Plan:
    """How long and how large the history is."""

    calls: int
    first: date = date(2021, 1, 1)
    years: int = 5

    @property
    def end(self) -> date:
        """The day after its last one."""
        return self.first.replace(year=self.first.year + self.years)


def pages(plan: Plan, seed: int = 12345) -> Iterator[Page]:
    """The history in order of time, some thousand calls on a page."""
    chance = random.Random(seed)  # noqa: S311  no secret
    days = list(_weights(plan, chance))
    share = plan.calls / sum(weight for _, weight in days)
    page, told, due = Page(), 0, 0.0
    for day, weight in days:
        for hour, begins_ms, load in _hours(day, weight):
            due += weight * share * _HOURS[hour] / sum(_HOURS)
            count = min(plan.calls, round(due)) - told
            for at_ms in sorted(begins_ms + chance.randrange(3_600_000) for _ in range(count)):
                told += 1
                _call(page, f"city-{at_ms // 1000}.{told}", at_ms, load, chance)
            if len(page.calls) >= _CHUNK:
                yield page
                page = Page()
    if page.calls:
        yield page


def _weights(plan: Plan, chance: random.Random) -> Iterator[tuple[date, float]]:
    day = plan.first
    while day < plan.end:
        years = (day - plan.first).days / 365.25
        weight = _GROWTH**years * _WEEK[day.weekday()] * _MONTHS[day.month - 1]
        weight *= _holiday(day) * chance.lognormvariate(0, 0.06)
        if chance.random() < 1 / 45:
            weight *= chance.uniform(1.4, 2.3)  # a storm, a burst pipe, a new rule
        yield day, weight
        day += timedelta(days=1)


def _holiday(day: date) -> float:
    for year, month, first in _SPRING_FESTIVALS:
        if 0 <= (day - date(year, month, first)).days < 7:
            return 0.42
    if (day.month, day.day) == (1, 1) or (day.month == 5 and day.day <= 3):
        return 0.6
    return 0.55 if day.month == 10 and day.day <= 7 else 1.0


def _hours(day: date, weight: float) -> Iterator[tuple[int, int, float]]:
    """Hour of the day, its start, and its load: 1 is what the shifts are planned for."""
    midnight = datetime(day.year, day.month, day.day, tzinfo=ZONE).astimezone(UTC)
    for hour in range(24):
        shifts = 1.5 if 8 <= hour < 18 else 1.15 if 6 <= hour < 22 else 1.0
        load = weight * _HOURS[hour] / (2.0 if hour in (9, 10, 14, 15) else 1.7) / shifts
        yield hour, round((midnight.timestamp() + 3600 * hour) * 1000), min(1.6, load)


def caller(rank: int) -> str:
    """The number of the caller of this rank, of those who may call."""
    n = rank * _MIX % CALLERS
    prefix = _PREFIXES[n % len(_PREFIXES)]
    return f"{prefix}{n * 49 % 100_000_000:08}"


def _call(page: Page, name: str, at_ms: int, load: float, chance: random.Random) -> None:
    call = Call(
        call_id=name,
        direction=Direction.IN,
        party_class=PartyClass.CITIZEN,
        handled_by=HandledBy.CONTROLLER,
        # Few call often: half of all calls come from a tenth of the numbers.
        caller=caller(int(CALLERS * chance.random() ** 3.3) + chance.randrange(400)),
        called=_NUMBER,
        language="zh",
        arrived_at=at_ms,
    )
    page.add_call(call)
    luck = chance.random()
    if luck < 0.24:
        blocked = luck < 0.003
        call.outcome = Outcome.BLACKLISTED if blocked else Outcome.IVR_END
        call.blacklist_hit = blocked
        call.ended_at = at_ms + (0 if blocked else int(chance.expovariate(1 / 38_000)))
        return
    call.requested_at = call.entered_queue_at = at_ms + int(chance.gauss(21_000, 4_000))
    call.queue = chance.choices(_NAMES, cum_weights=_SHARES)[0]
    _wait(page, call, load, chance)


def _wait(page: Page, call: Call, load: float, chance: random.Random) -> None:
    asked = call.requested_at or call.arrived_at
    crowded = chance.random() < 0.12 + 0.45 * max(0.0, load - 0.7)
    offered = int(chance.expovariate(1 / (9_000 + 45_000 * load))) if crowded else 300
    rang = 1500 + int(chance.expovariate(1 / 2_500))
    patience = int(chance.expovariate(1 / 160_000))
    stay = _stay(call, 1, call.queue, asked)
    page.add_segment(stay)
    if patience < offered + rang and chance.random() < 0.9:
        _lost(page, call, stay, asked + patience, patience < offered, chance)
        return
    if offered > 180_000:
        _lost(page, call, stay, asked + 180_000, True, chance, timed_out=True)
        return
    leg = 1
    if chance.random() < 0.04:
        # Nobody picks up the first phone; the next one rings.
        page.add_ring(_ring(call, stay, leg, asked + offered, 15_000, RingResult.NO_ANSWER, chance))
        offered, leg = offered + 15_000, 2
    ring = _ring(call, stay, leg, asked + offered, rang, RingResult.ANSWERED, chance)
    _talk(page, call, stay, page.add_ring(ring), chance)


def _stay(call: Call, number: int, queue: str, at: int) -> Segment:
    return Segment(
        call_id=call.call_id, number=number, kind=TargetKind.QUEUE, queue=queue, requested_at=at
    )


def _lost(
    page: Page, call: Call, stay: Segment, at: int, queued: bool, chance: random.Random,
    *, timed_out: bool = False,
) -> None:  # fmt: skip
    if timed_out:
        outcome = Outcome.VOICEMAIL if chance.random() < 0.3 else Outcome.TIMEOUT
    else:
        outcome = Outcome.ABANDONED_QUEUE if queued else Outcome.ABANDONED_RING
    if not queued:
        asked, rings = call.requested_at or 0, RingResult.CALLER_GONE
        page.add_ring(_ring(call, stay, 1, asked + 300, at - asked - 300, rings, chance))
    stay.ended_at = call.left_queue_at = call.ended_at = at
    stay.outcome = call.outcome = outcome
    stay.how_ended = outcome


def _ring(
    call: Call, stay: Segment, leg: int, at: int, length_ms: int, result: RingResult,
    chance: random.Random,
) -> RingAttempt:  # fmt: skip
    return RingAttempt(
        leg=f"{call.call_id}~{leg}",
        call_id=call.call_id,
        agent=chance.choice(AGENTS),
        queue=stay.queue,
        started_at=at,
        ended_at=at + length_ms,
        result=result,
        sip_code=200 if result is RingResult.ANSWERED else 487,
        why={"chose": "longest_idle", "candidates": 3},
        segment=stay.number,
    )


def _talk(page: Page, call: Call, stay: Segment, ring: RingAttempt, chance: random.Random) -> None:
    begun = ring.ended_at or ring.started_at
    talk = int(1000 * chance.lognormvariate(4.75, 0.75))
    hold = int(chance.expovariate(1 / 30_000)) if chance.random() < 0.06 else 0
    ring.joined_at = ring.with_caller_at = begun
    ring.hold_ms = stay.hold_ms = hold
    ring.left_at = stay.ended_at = call.ended_at = begun + talk + hold
    stay.answered_at = begun
    stay.outcome, stay.how_ended = Outcome.ANSWERED, Outcome.ANSWERED
    stay.agent, stay.talk_ms = ring.agent, talk
    call.answered_at = call.answered_at or begun
    call.outcome, call.agent = Outcome.ANSWERED, ring.agent
    call.talk_ms, call.hold_ms = call.talk_ms + talk, call.hold_ms + hold
    stay.wrap_ms = int(chance.expovariate(1 / 24_000))
    call.wrap_ms += stay.wrap_ms
    if stay.number == 1 and chance.random() < 0.035:
        _transfer(page, call, stay, ring, chance)
    elif chance.random() < 0.5:
        _rate(page, call, chance)


def _transfer(
    page: Page, call: Call, stay: Segment, ring: RingAttempt, chance: random.Random
) -> None:
    at, queue = ring.left_at or 0, chance.choice(_NAMES)
    stay.how_ended = "transferred"
    after = _stay(call, 2, queue, at)
    page.add_segment(after)
    rang = 2000 + int(chance.expovariate(1 / 8_000))
    second = _ring(call, after, 3, at + 200, rang, RingResult.ANSWERED, chance)
    page.add_transfer(
        Transfer(
            call_id=call.call_id, number=1, at=at, leg=ring.leg, agent=ring.agent, how="blind",
            to_kind=TargetKind.QUEUE, to_name=queue, result="answered", result_at=second.ended_at,
            agent_after=second.agent,
        )
    )  # fmt: skip
    _talk(page, call, after, page.add_ring(second), chance)


def _rate(page: Page, call: Call, chance: random.Random) -> None:
    call.rating_invited = True
    if chance.random() < 0.45:
        return
    call.rating = chance.choices((1, 2, 3), (88, 9, 3))[0]
    page.add(
        Rating(
            call_id=call.call_id, survey=SURVEY, question="service", agent=call.agent,
            at=(call.ended_at or 0) + 9_000, result="rated", rating=call.rating,
            key=str(call.rating),
        )
    )  # fmt: skip


def _sums(shares: Sequence[float]) -> list[float]:
    return [sum(shares[: n + 1]) for n in range(len(shares))]


_NAMES = list(QUEUES)
_SHARES = _sums(list(QUEUES.values()))
