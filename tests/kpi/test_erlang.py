"""Erlang B, C and A against worked figures, and against each other."""

from math import inf, isclose

import pytest
from callcenter.kpi.erlang import blocking, erlang_a, erlang_c, least, rostered
from hypothesis import given
from hypothesis import strategies as st

pytestmark = pytest.mark.pure


@pytest.mark.parametrize(
    ("load", "handling_s", "agents", "waits", "within_20_s", "asa_s"),
    [
        (24, 240, 29, 0.2423, 0.8403, 11.63),
        (24, 240, 30, 0.1729, 0.8952, 6.91),
        (10, 180, 13, 0.2853, 0.7956, 17.12),
        (10, 180, 14, None, 0.8884, 7.84),
    ],
)
def test_erlang_c_gives_the_worked_figures(
    load: float,
    handling_s: float,
    agents: int,
    waits: float | None,
    within_20_s: float,
    asa_s: float,
) -> None:
    result = erlang_c(load, agents, handling_s)
    if waits is not None:
        assert round(result.waits, 4) == waits
    assert round(result.within(20), 4) == within_20_s
    assert round(result.asa_s, 2) == asa_s
    assert isclose(result.occupancy, load / agents)


@pytest.mark.parametrize(("percent", "agents"), [(88, 30), (95, 32)])
def test_the_least_number_for_a_service_level(percent: int, agents: int) -> None:
    assert least(lambda n: erlang_c(24, n, 240).within(20) * 100 >= percent) == agents


def test_a_busy_hour_of_172_000_calls_a_month() -> None:
    load = 172_000 / 30 / 10 * 240 / 3600
    assert round(load, 2) == 38.22
    assert round(100 * erlang_c(load, 45, 240).within(20), 2) == 88.12
    assert round(100 * erlang_c(load, 44, 240).within(20), 2) == 83.17


@pytest.mark.parametrize(("lines", "percent"), [(60, 0.47), (65, 0.083), (70, 0.010)])
def test_erlang_b_gives_the_worked_figures(lines: int, percent: float) -> None:
    places = 2 if lines == 60 else 3
    assert round(100 * blocking(172_000 / 30 / 10 * 280 / 3600, lines), places) == percent


@pytest.mark.parametrize(("agents", "abandoned"), [(24, 9.49), (30, 1.71), (31, 1.19), (32, 0.80)])
def test_erlang_a_gives_the_worked_figures(agents: int, abandoned: float) -> None:
    result = erlang_a(24, agents, 240, 120)
    assert round(100 * result.abandoned, 2) == abandoned


def test_99_percent_connected_needs_32() -> None:
    assert least(lambda n: erlang_a(24, n, 240, 120).connection_rate >= 0.99) == 32


def test_no_more_agents_than_load_never_empties_the_line() -> None:
    result = erlang_c(24, 24, 240)
    assert (result.waits, result.asa_s, result.within(20)) == (1.0, inf, 0.0)


def test_without_calls_nobody_waits() -> None:
    assert erlang_c(0, 1, 60).waits == 0
    assert erlang_a(0, 1, 60, 60).abandoned == 0
    assert blocking(0, 0) == 1


def test_without_agents_everybody_gives_up() -> None:
    result = erlang_a(3, 0, 60, 30)
    assert isclose(result.abandoned, 1)
    assert isclose(result.asa_s, 30)
    assert result.waits == 1


@given(load=st.floats(0.01, 2000), agents=st.integers(1, 2500), patience=st.floats(1, 3600))
def test_what_comes_in_is_served_or_gives_up(load: float, agents: int, patience: float) -> None:
    result = erlang_a(load, agents, 240, patience)
    assert 0 <= result.abandoned <= 1
    assert isclose(
        result.occupancy * agents, load * (1 - result.abandoned), rel_tol=1e-6, abs_tol=1e-9
    )


@given(load=st.floats(0.5, 200), spare=st.integers(1, 30))
def test_very_patient_callers_meet_erlang_c(load: float, spare: int) -> None:
    agents = int(load) + spare
    patient, c = erlang_a(load, agents, 240, 1e9), erlang_c(load, agents, 240)
    assert isclose(patient.waits, c.waits, rel_tol=1e-2, abs_tol=1e-6)


def test_a_roster_covers_those_who_are_away() -> None:
    assert (rostered(30, 0.3), rostered(21, 0.3), rostered(0, 0.5)) == (43, 30, 0)
    with pytest.raises(ValueError, match="shrinkage"):
        rostered(30, 1)


@pytest.mark.parametrize(("load", "agents", "handling"), [(-1, 1, 1), (1, -1, 1), (1, 1, 0)])
def test_what_cannot_be_is_refused(load: float, agents: int, handling: float) -> None:
    with pytest.raises(ValueError, match="not negative"):
        erlang_c(load, agents, handling)


def test_a_search_without_an_end_is_given_up() -> None:
    with pytest.raises(ValueError, match="not even 50"):
        least(lambda n: False, limit=50)
