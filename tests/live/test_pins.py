"""PINs keyed in on another's phone."""

import pytest
from callcenter.live.agents.pins import LOCK_AFTER, LOCK_S, TRIES, Judged, Pins

pytestmark = pytest.mark.pure


def asked(pins: Pins | None = None, now: float = 0.0, channel: str = "c") -> Pins:
    made = pins or Pins()
    made.pins = {"1001": "123456"}
    assert made.ask(channel, "1001", now)
    return made


def press(pins: Pins, keys: str, now: float = 0.0) -> list[Judged]:
    return [pins.press("c", key, now) for key in keys]


def test_the_right_pin_needs_no_hash() -> None:
    pins = asked()
    assert press(pins, "123456")[-1] is Judged.RIGHT
    assert pins.awaited("c") == ""


@pytest.mark.parametrize("keys", ["123457", "1234#", "#"])
def test_a_wrong_one_may_be_tried_again(keys: str) -> None:
    pins = asked()
    assert press(pins, keys)[-1] is Judged.WRONG
    assert press(pins, "123456")[-1] is Judged.RIGHT


def test_too_many_in_one_call_end_it() -> None:
    pins = asked()
    told = [press(pins, "000000")[-1] for _ in range(TRIES)]
    assert told == [Judged.WRONG] * (TRIES - 1) + [Judged.REFUSED]
    assert pins.awaited("c") == ""


def test_too_many_in_all_lock_the_agent_for_a_while() -> None:
    pins = asked()
    for n in range(LOCK_AFTER):
        if not pins.awaited("c"):
            assert pins.ask("c", "1001", float(n))
        press(pins, "000000", float(n))
    assert not pins.ask("c", "1001", 10.0)
    assert pins.ask("c", "1001", LOCK_S + LOCK_AFTER)


def test_who_has_no_pin_is_refused() -> None:
    assert not asked().ask("d", "4711", 0.0)
