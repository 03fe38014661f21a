"""What a caller keys in about his callback, and what he hears."""

import pytest
from callcenter.live.callbacks.dialogue import (
    ANOTHER,
    CONFIRM,
    ENTER,
    NUMBER,
    OFFER,
    REFUSED,
    TRIES,
    YES,
    Dialogue,
    Reply,
)

pytestmark = pytest.mark.pure


def dialogue(number: str = "+8613800138000", *, offered: bool = False) -> Dialogue:
    return Dialogue(number, lambda n: n.startswith("13"), offered=offered)


def press(talk: Dialogue, keys: str) -> Reply | None:
    reply = None
    for key in keys:
        reply = talk.press(key)
    return reply


def test_his_number_is_told_and_confirmed() -> None:
    talk = dialogue()
    said = talk.begin().prompts
    assert (said[0], said[-1]) == (NUMBER, CONFIRM)
    assert [word.rpartition("-")[2] for word in said[1:-1]] == list("13800138000")
    assert said[1] == "digit-1", "one is yao in a telephone number"
    assert talk.press(YES) == Reply(agreed="13800138000")


def test_another_number_is_read_back_before_it_holds() -> None:
    talk = dialogue()
    talk.begin()
    assert talk.press(ANOTHER) == Reply((ENTER,))
    reply = press(talk, "55*13900139000#")
    assert reply is not None
    assert reply.prompts[1:3] == ("digit-1", "n-3")
    assert talk.press(YES) == Reply(agreed="13900139000")


@pytest.mark.parametrize("number", ["", "anonymous", "02112345"])
def test_who_shows_no_number_that_can_be_called_enters_one(number: str) -> None:
    talk = dialogue(number)
    assert talk.begin() == Reply((ENTER,))
    assert press(talk, "999#") == Reply((REFUSED, ENTER))
    assert press(talk, "1" * 40 + "#") == Reply((REFUSED, ENTER))
    assert press(talk, "#") == Reply(over=True)


def test_who_says_nothing_is_left_in_peace() -> None:
    talk = dialogue(offered=True)
    assert talk.begin().prompts[0] == OFFER
    replies = [talk.silent() for _ in range(TRIES)]
    assert [reply.over for reply in replies] == [False] * (TRIES - 1) + [True]


def test_digits_without_an_end_are_taken_when_he_stops() -> None:
    talk = dialogue("")
    talk.begin()
    assert press(talk, "13900139000") is None
    assert talk.silent().prompts[0] == NUMBER
    assert talk.press(YES) == Reply(agreed="13900139000")
