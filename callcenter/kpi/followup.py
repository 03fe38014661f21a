"""Reports of what came after the calls: missed callers reached again, callers who call again."""

from bisect import bisect_right
from collections.abc import Callable, Iterable, Sequence
from typing import TypeVar

from callcenter.kpi.numbers import Ratio
from callcenter.kpi.outcomes import (
    DAY_MS,
    Contact,
    Resolution,
    first_call_resolution,
    reached_again,
    unique_callers,
)
from callcenter.kpi.table import Chart, Table, Value
from callcenter.kpi.windows import Grain, Window

_Each = TypeVar("_Each")

CALLBACKS = (
    "window", "requests", "answered", "connection_rate", "missed", "reached", "called_back",
    "after_callback",
)  # fmt: skip
RESOLUTION = (
    "window", "requests", "answered", "fcr_pending", "fcr_settled", "fcr_solved", "fcr",
    "unique_callers", "unique_rate",
)  # fmt: skip


def callbacks(
    windows: Sequence[Window],
    requests: Sequence[Contact],
    reached: Iterable[Contact],
    grain: Grain,
    now_ms: int,
) -> Table:
    """漏话回拨率: by window, who of the missed was reached within a day, and the rate with them.

    `reached` are all calls, in and out, that may have reached them.
    """
    missed = [call for call in requests if not call.answered]
    kept = zip(missed, reached_again(missed, reached), strict=True)
    again = [call.at_ms for call, at in kept if at is not None]
    told = _by_window(windows, again, lambda at: at)
    lines = list(zip(_by_window(windows, requests, _at), map(len, told), strict=True))
    rows: list[tuple[Value, ...]] = [
        (window.start_ms, *_called_back(calls, kept_here))
        for window, (calls, kept_here) in zip(windows, lines, strict=True)
    ]
    open_yet = any(call.at_ms + DAY_MS > now_ms for call in missed)
    return Table(
        "report_callbacks",
        CALLBACKS,
        rows,
        ("", *_called_back(requests, len(again))),
        remarks=("remark_reached", *["remark_pending_day"] * open_yet),
        charts=(Chart("report_callbacks", ("connection_rate", "after_callback")),),
        grain=grain,
    )


def resolution(
    windows: Sequence[Window],
    requests: Sequence[Contact],
    found: Sequence[Resolution],
    grain: Grain,
    threshold: float | None = None,
) -> Table:
    """首次解决率 and unique callers, by window; `found` are the answered calls of the requests.

    All together are held against the contract's threshold in percent.
    """
    broken = threshold is not None and not first_call_resolution(found).meets(threshold)
    parts = zip(
        windows,
        _by_window(windows, requests, _at),
        _by_window(windows, found, lambda each: each.at_ms),
        strict=True,
    )
    rows = [(window.start_ms, *_resolved(calls, those)) for window, calls, those in parts]
    return Table(
        "report_resolution",
        RESOLUTION,
        rows,
        ("", *_resolved(requests, found)),
        total_breach=broken,
        remarks=("remark_pending_week", "remark_no_number", *["rule_fcr"] * broken),
        charts=(Chart("fcr", ("fcr",)),),
        grain=grain,
    )


def _called_back(calls: Sequence[Contact], kept: int) -> tuple[Value, ...]:
    answered = sum(call.answered for call in calls)
    missed = len(calls) - answered
    return (
        len(calls), answered, Ratio(answered, len(calls)), missed, kept, Ratio(kept, missed),
        Ratio(answered + kept, len(calls)),
    )  # fmt: skip


def _resolved(calls: Sequence[Contact], found: Sequence[Resolution]) -> tuple[Value, ...]:
    rate, unique = first_call_resolution(found), unique_callers(calls)
    pending = sum(each.solved is None for each in found)
    answered = sum(call.answered for call in calls)
    return (
        len(calls), answered, pending, rate.whole, rate.part, rate, unique.whole, unique,
    )  # fmt: skip


def _at(call: Contact) -> int:
    return call.at_ms


def _by_window(
    windows: Sequence[Window], items: Iterable[_Each], at: Callable[[_Each], int]
) -> list[list[_Each]]:
    """The items of each window; what lies in none is left out."""
    starts = [window.start_ms for window in windows]
    found: list[list[_Each]] = [[] for _ in windows]
    for item in items:
        n = bisect_right(starts, at(item)) - 1
        if n >= 0 and at(item) < windows[n].end_ms:
            found[n].append(item)
    return found
