"""Calls for tests, written as tables: when requested, what became of them, how long they waited."""

from collections.abc import Iterable
from datetime import datetime
from decimal import Decimal
from zoneinfo import ZoneInfo

from callcenter.kpi.calls import CallRow
from callcenter.kpi.numbers import Ratio
from callcenter.kpi.report import Line, judged
from callcenter.kpi.tally import Rules, Tally
from callcenter.kpi.traffic import by_hour
from callcenter.kpi.windows import Grain, Window
from callcenter.terms import Direction, Outcome, PartyClass

SHANGHAI = ZoneInfo("Asia/Shanghai")
CONTRACT = {Grain.HOUR: 90.0, Grain.FOUR_HOURS: 95.0, Grain.DAY: 95.0, Grain.MONTH: 99.0}
LONG_AFTER_MS = 4_000_000_000_000


def at_ms(text: str) -> int:
    """A time on Shanghai's clocks, `2025-11-30 10:59:50`."""
    return round(datetime.fromisoformat(text).replace(tzinfo=SHANGHAI).timestamp() * 1000)


def request(outcome: Outcome, wait_s: float, at: int = 0, talk_ms: int = 60_000) -> CallRow:
    """A call that asked for a human, and how that ended after what wait."""
    over = at + round(wait_s * 1000)
    answered = outcome is Outcome.ANSWERED
    return CallRow(
        arrived_ms=at - 5000,
        requested_ms=at,
        answered_ms=over if answered else None,
        left_queue_ms=None if answered else over,
        outcome=outcome,
        talk_ms=talk_ms if answered else 0,
    )


def other(outcome: Outcome | None, at: int = 0, *, test: bool = False) -> CallRow:
    """A call that asked for nobody, or one that we placed."""
    return CallRow(
        arrived_ms=at,
        outcome=outcome,
        direction=Direction.OUT if outcome is Outcome.OUTBOUND else Direction.IN,
        party_class=PartyClass.TEST if test else PartyClass.CITIZEN,
    )


def hour(at: str, answered: int, requests: int) -> list[CallRow]:
    """So many requests at one time, of which so many were answered in 5 s."""
    start = at_ms(at)
    return [
        request(Outcome.ANSWERED if n < answered else Outcome.ABANDONED_QUEUE, 5, start)
        for n in range(requests)
    ]


def tally(rows: Iterable[CallRow], rules: Rules | None = None) -> Tally:
    counted = Tally()
    for row in rows:
        counted.add(row, rules or Rules())
    return counted


def judged_lines(
    rows: Iterable[CallRow],
    grain: Grain,
    period: Window,
    rules: Rules | None = None,
    threshold: float | None = None,
    now_ms: int = LONG_AFTER_MS,
) -> list[Line]:
    """A line for each window of the period."""
    inside = [row for row in rows if period.start_ms <= row.window_ms < period.end_ms]
    hours = by_hour(inside, rules or Rules(), SHANGHAI)
    return judged(hours.by_window(grain, period), threshold, now_ms)


def lines(rows: Iterable[CallRow], grain: Grain, first: str, end: str) -> dict[str, Line]:
    """The lines that hold calls, by their start on Shanghai's clocks."""
    period = Window(at_ms(first), at_ms(end))
    found = judged_lines(rows, grain, period, threshold=CONTRACT[grain])
    return {clock(line.window.start_ms): line for line in found if line.tally.inbound}


def clock(ms: int) -> str:
    return datetime.fromtimestamp(ms / 1000, SHANGHAI).strftime("%Y-%m-%d %H:%M")


def percent(ratio: Ratio) -> str:
    """As a report shows it."""
    return "-" if ratio.percent is None else str(ratio.percent)


def seconds(value: Decimal | None) -> str:
    return "-" if value is None else str(value)
