"""The line of a queue against a sorted list."""

import pytest
from callcenter.acd.matching.order import Order, Place
from hypothesis import given
from hypothesis import strategies as st

pytestmark = pytest.mark.pure

PLACES = st.tuples(st.integers(-1, 1), st.integers(0, 5).map(float), st.sampled_from("abc"))


@given(st.lists(PLACES, max_size=60))
def test_all_stand_where_a_sorted_list_has_them(places: list[Place]) -> None:
    """Whoever is told of twice leaves at the second time."""
    order, plain = Order(), []
    for place in places:
        if place in plain:
            order.remove(place)
            plain.remove(place)
        else:
            order.add(place)
            plain.append(place)
        plain.sort()
        assert list(order) == plain
        assert (len(order), order.head) == (len(plain), min(plain, default=None))
        assert [order.position(each) for each in plain] == list(range(1, len(plain) + 1))


def test_who_has_left_at_the_front_is_swept() -> None:
    order = Order()
    for number in range(10_000):
        order.add((0, float(number), "c"))
        order.add((0, number + 0.5, "c"))
        order.remove((0, float(number // 2) + (0.5 if number % 2 else 0.0), "c"))
        assert order.position((0, number + 0.5, "c")) == number + 1
    assert len(order) == 10_000
    assert len(order._places) <= 20_000
