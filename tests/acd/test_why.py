"""Reasons of choices: put into words once, and the line of one agent beside those of his pools."""

import pytest
from callcenter.acd.matching.order import Order
from callcenter.acd.matching.pools import best_call
from callcenter.acd.matching.why import Reason

pytestmark = pytest.mark.pure


def test_a_reason_is_worked_out_at_the_first_look_and_once() -> None:
    looks = []

    def tell(value: int) -> dict[str, str | int | float]:
        looks.append(value)
        return {"chose": "agent", "value": value}

    why = Reason(tell, (7,))
    assert not looks
    assert why == {"chose": "agent", "value": 7}
    assert (len(why), repr(why)) == (2, "{'chose': 'agent', 'value': 7}")
    assert looks == [7]


def test_who_waits_for_the_agent_alone_passes_nobody() -> None:
    line, own = Order(), Order()
    line.add((-1, 10.0, "first"))
    own.add((-1, 20.0, "his"))
    best = best_call([line], 30.0, own)
    assert best is not None
    name, why = best
    assert (name, why["key"], why["candidates"]) == ("first", "priority, wait", 2)
    line.remove((-1, 10.0, "first"))
    best = best_call([line], 30.0, own)
    assert best is not None
    assert (best[0], best[1]["key"]) == ("his", "sticky")
