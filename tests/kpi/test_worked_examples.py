"""The worked examples of docs/kpi.md, by their numbers."""

from datetime import UTC, datetime

import pytest
from callcenter.kpi.agents import rings_by_agent
from callcenter.kpi.calls import CallRow, RingRow
from callcenter.kpi.numbers import Ratio
from callcenter.kpi.report import Line
from callcenter.kpi.tally import Rules
from callcenter.kpi.traffic import pooled
from callcenter.kpi.windows import Grain
from callcenter.terms import Outcome, RingResult
from tests.kpi.rows import at_ms, hour, lines, other, percent, request, seconds, tally

pytestmark = pytest.mark.pure

A, Q, RING = Outcome.ANSWERED, Outcome.ABANDONED_QUEUE, Outcome.ABANDONED_RING

E1 = [
    *(request(A, wait) for wait in (5, 20.0, 20.4, 75)),
    *(request(Q, wait) for wait in (3, 12, 45)),
    other(Outcome.IVR_END),
    other(Outcome.BLACKLISTED),
    request(Outcome.VOICEMAIL, 60),
    request(Outcome.REFUSED_FULL, 0),
    other(Outcome.OUTBOUND),
]


def test_e1_classification() -> None:
    calls = tally(E1)
    assert (calls.requests, calls.answered, calls.inbound) == (9, 4, 11)
    assert percent(calls.connection_rate) == "44.44"
    assert percent(calls.gross_rate) == "36.36"
    assert percent(calls.service_level_a) == "22.22"
    assert percent(calls.service_level_b) == "50.00"
    assert percent(calls.service_level_c) == "28.57"
    assert percent(calls.service_level_d) == "44.44"
    assert percent(calls.abandon_rate) == "33.33"
    assert percent(calls.loss_rate) == "55.56"
    assert seconds(calls.answer_speed.seconds) == "30.1"
    assert seconds(calls.mean_abandon_wait.seconds) == "20.0"


def test_e1_without_short_abandons() -> None:
    calls = tally(E1, Rules(short_abandon_ms=5000))
    assert (calls.answered, calls.requests, calls.short_abandons) == (4, 8, 1)
    assert percent(calls.connection_rate) == "50.00"


def test_e2_ring_attempts() -> None:
    calls = tally([request(A, 38)])
    assert (calls.answered, calls.requests) == (1, 1)
    assert percent(calls.connection_rate) == "100.00"
    assert percent(calls.service_level_a) == "0.00"
    rings = rings_by_agent(
        [
            RingRow("a", 0, RingResult.NO_ANSWER),
            RingRow("b", 15_000, RingResult.NO_ANSWER),
            RingRow("c", 30_000, RingResult.ANSWERED),
        ]
    )
    rates = {agent: found.answer_rate for agent, found in rings.items()}
    assert rates == {"a": Ratio(0, 1), "b": Ratio(0, 1), "c": Ratio(1, 1)}


def test_e3_a_call_that_spans_two_hours_counts_in_the_hour_of_its_request() -> None:
    rows = hour("2025-11-30 10:20:00", 9, 9)
    rows.append(request(A, 15, at_ms("2025-11-30 10:59:50")))
    rows += hour("2025-11-30 11:30:00", 20, 20)
    report = lines(rows, Grain.HOUR, "2025-11-30", "2025-12-01")
    assert _rates(report) == {
        "2025-11-30 10:00": ("10/10", "100.00"),
        "2025-11-30 11:00": ("20/20", "100.00"),
    }


def test_e4_the_month_ends_at_local_midnight() -> None:
    last = round(datetime(2025, 11, 30, 15, 59, 59, tzinfo=UTC).timestamp() * 1000)
    rows = [request(A, 10, last), request(A, 10, last + 1000)]
    report = lines(rows, Grain.MONTH, "2025-11-01", "2026-01-01")
    assert _rates(report) == {
        "2025-11-01 00:00": ("1/1", "100.00"),
        "2025-12-01 00:00": ("1/1", "100.00"),
    }
    before_midnight = lines([request(A, 0, last + 999)], Grain.DAY, "2025-11-30", "2025-12-02")
    assert list(before_midnight) == ["2025-11-30 00:00"]


def test_e5_a_rate_is_compared_before_it_is_rounded() -> None:
    assert percent(Ratio(19799, 20000)) == "99.00"
    assert not Ratio(19799, 20000).meets(99)
    assert Ratio(19800, 20000).meets(99)
    rows = hour("2025-11-30 10:00:00", 19799, 20000)
    (month,) = lines(rows, Grain.MONTH, "2025-11-01", "2025-12-01").values()
    assert month.breach


def test_e8_a_transfer_is_one_call_of_the_hotline_and_two_of_its_queues() -> None:
    hotline = tally([request(A, 10)])
    general, social = tally([request(A, 10)]), tally([request(Q, 30, at=100_000)])
    assert percent(hotline.connection_rate) == "100.00"
    assert percent(general.connection_rate) == "100.00"
    assert percent(social.connection_rate) == "0.00"


def test_e12_months_are_pooled_never_averaged() -> None:
    rows = hour("2025-11-10 10:00:00", 80, 100) + hour("2025-12-10 10:00:00", 276, 300)
    report = lines(rows, Grain.MONTH, "2025-11-01", "2026-01-01")
    assert [percent(line.tally.connection_rate) for line in report.values()] == ["80.00", "92.00"]
    year = pooled(line.tally for line in report.values())
    assert (year.answered, year.requests) == (356, 400)
    assert percent(year.connection_rate) == "89.00"
    assert year.connection_rate.meets(88)


def test_e14_a_dead_pickup_is_no_answer_but_the_agent_did_answer() -> None:
    calls = tally([request(RING, 8)])
    assert (calls.answered, calls.requests) == (0, 1)
    rings = rings_by_agent([RingRow("a", 0, RingResult.ANSWERED)])
    assert rings["a"].answer_rate == Ratio(1, 1)
    assert tally([request(A, 8, talk_ms=1000)]).answered == 1


@pytest.mark.parametrize(
    ("answered", "requests", "threshold", "meets", "small"),
    [
        (4, 5, 90, False, True),
        (9, 10, 90, True, False),
        (98, 99, 99, False, False),
        (99, 100, 99, True, False),
        (0, 0, 99, True, False),
    ],
)
def test_e19_small_hours_and_nothing(
    answered: int, requests: int, threshold: int, meets: bool, small: bool
) -> None:
    assert Ratio(answered, requests).meets(threshold) is meets
    rows = [*hour("2025-11-30 03:10:00", answered, requests), other(Outcome.IVR_END, NIGHT)]
    (line,) = lines(rows, Grain.HOUR, "2025-11-30 03:00:00", "2025-11-30 04:00:00").values()
    assert line.small_sample is small
    if requests == 0:
        assert line.tally.connection_rate.percent is None
        assert not line.breach


NIGHT = at_ms("2025-11-30 03:10:00")


_GRAINS_OF_E20 = (Grain.HOUR, Grain.FOUR_HOURS, Grain.DAY, Grain.MONTH)


def _month_of_e20() -> list[CallRow]:
    bad_day = [
        row
        for h in range(24)
        for row in hour(f"2025-11-01 {h:02}:30:00", 60 if h == 9 else 100, 100)
    ]
    good = [row for d in range(2, 31) for row in hour(f"2025-11-{d:02} 10:00:00", 2400, 2400)]
    return bad_day + good


def test_e20_one_bad_hour() -> None:
    rows = _month_of_e20()
    reports = {grain: lines(rows, grain, "2025-11-01", "2025-12-01") for grain in _GRAINS_OF_E20}
    breaches = {
        grain: [start for start, line in report.items() if line.breach]
        for grain, report in reports.items()
    }
    assert breaches == {
        Grain.HOUR: ["2025-11-01 09:00"],
        Grain.FOUR_HOURS: ["2025-11-01 08:00"],
        Grain.DAY: [],
        Grain.MONTH: [],
    }
    rates = {grain: _rates(report) for grain, report in reports.items()}
    assert rates[Grain.HOUR]["2025-11-01 09:00"] == ("60/100", "60.00")
    assert rates[Grain.FOUR_HOURS]["2025-11-01 08:00"] == ("360/400", "90.00")
    assert rates[Grain.DAY]["2025-11-01 00:00"] == ("2360/2400", "98.33")
    assert rates[Grain.MONTH] == {"2025-11-01 00:00": ("71960/72000", "99.94")}


def _rates(report: dict[str, Line]) -> dict[str, tuple[str, str]]:
    return {
        start: (
            f"{line.tally.answered}/{line.tally.requests}",
            percent(line.tally.connection_rate),
        )
        for start, line in report.items()
    }
