"""The heap against a sorted list, and its size against what is in it."""

import pytest
from callcenter.acd.deadlines import Deadlines, Due
from callcenter.acd.matching.ranking import Ranking
from hypothesis import given
from hypothesis import strategies as st

pytestmark = pytest.mark.pure

ITEMS = st.sampled_from("abcdef")


@given(st.lists(st.tuples(ITEMS, st.none() | st.integers(0, 3)), max_size=60))
def test_the_best_is_the_lowest_key_whatever_was_added_moved_or_dropped(
    acts: list[tuple[str, int | None]],
) -> None:
    ranking: Ranking[str] = Ranking()
    plain: dict[str, tuple[int, str]] = {}
    for item, number in acts:
        if number is None:
            ranking.discard(item)
            plain.pop(item, None)
        else:
            ranking.add(item, (number, item))
            plain[item] = (number, item)
        assert len(ranking) == len(plain)
        assert ranking.best() == min(plain, key=plain.__getitem__, default=None)
        assert ranking.head == min(plain.values(), default=None)
        assert list(ranking) == sorted(plain, key=plain.__getitem__)
        assert all((item in ranking) == (item in plain) for item in "abcdef")


def test_leftovers_are_swept() -> None:
    ranking: Ranking[int] = Ranking()
    for number in range(10_000):
        ranking.add(number, number)
        ranking.discard(number)
    assert len(ranking._heap) < 100
    for number in range(10_000):
        ranking.add(1, -number)
    assert len(ranking._heap) < 100
    assert ranking.best() == 1


def test_order_outlives_a_sweep() -> None:
    ranking: Ranking[int] = Ranking()
    for turn in (3, 2, 1):
        for number in range(200):
            ranking.add(number, -turn * number)
    assert len(ranking._heap) < 600
    for number in range(199, -1, -1):
        assert ranking.best() == number
        ranking.discard(number)


def test_deadlines_fall_due_in_order_and_once() -> None:
    deadlines = Deadlines()
    deadlines.set(Due.RING, "late", 30)
    deadlines.set(Due.RING, "early", 10)
    deadlines.set(Due.REST, "moved", 5)
    deadlines.set(Due.REST, "moved", 20)
    deadlines.set(Due.REST, "stopped", 1)
    deadlines.cancel(Due.REST, "stopped")
    assert deadlines.next_at() == 10
    assert (Due.REST, "moved") in deadlines
    assert list(deadlines.pop_due(20)) == [(Due.RING, "early"), (Due.REST, "moved")]
    assert deadlines.next_at() == 30
    assert list(deadlines.pop_due(30)) == [(Due.RING, "late")]
    assert deadlines.next_at() is None


def test_the_second_best_is_told_unless_too_much_stands_before_it() -> None:
    ranking: Ranking[int] = Ranking()
    assert ranking.runner_up_key() is None
    for number in range(40):
        ranking.add(number, (number,))
    assert ranking.runner_up_key() == (1,)
    ranking.discard(1)
    ranking.discard(2)
    assert ranking.runner_up_key() == (3,)
    for number in range(3, 39):
        ranking.discard(number)
    assert ranking.runner_up_key() is None, "found by a longer search only"
    assert ranking.head == (0,)


def test_an_item_that_stands_twice_at_its_key_is_not_its_own_runner_up() -> None:
    ranking: Ranking[str] = Ranking()
    key = (1,)
    ranking.add("one", key)
    ranking.discard("one")
    ranking.add("one", key)
    ranking.add("two", (2,))
    assert (ranking.head, ranking.runner_up_key()) == ((1,), (2,))
