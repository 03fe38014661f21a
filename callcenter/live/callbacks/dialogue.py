"""How a caller says that he wants to be called back, and where: keys in, prompts out. Pure.

| asked       | 1      | 2                  | digits, #   | nothing, or another key  |
|-------------|--------|--------------------|-------------|--------------------------|
| number told | agreed | asked for a number |             | again, then back in line |
| a number    |        |                    | number told | again, then back in line |

What was keyed is never told to a log.
"""

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum

from callcenter.live.agents.figures import digits
from callcenter.site.listed import canonical

TRIES = 3
"""Fruitless answers, in all, before he is left in peace."""
LONGEST = 20

OFFER, NUMBER, CONFIRM = "callback-offer", "callback-number", "callback-confirm"
ENTER, REFUSED = "callback-enter", "callback-refused"
YES, ANOTHER, END, ANEW = "1", "2", "#", "*"


class _Asked(StrEnum):
    NUMBER_TOLD = "number told"
    NUMBER = "number"


@dataclass(frozen=True, slots=True, repr=False)
class Reply:
    """What is said next; `agreed` is the number, `over` when nothing came of it."""

    prompts: tuple[str, ...] = ()
    agreed: str = ""
    over: bool = False


class Dialogue:
    """With one caller."""

    def __init__(self, number: str, permitted: Callable[[str], bool], *, offered: bool) -> None:
        """`number` is his own, empty for one who shows none. `offered`: he did not ask for it."""
        own = canonical(number)
        self._permitted = permitted
        self._number = own if own and permitted(own) else ""
        self._asked = _Asked.NUMBER_TOLD if self._number else _Asked.NUMBER
        self._offered = offered
        self._typed = ""
        self._fruitless = 0

    def begin(self) -> Reply:
        """The first question."""
        question = self._question()
        return Reply((OFFER, *question.prompts)) if self._offered else question

    def press(self, key: str) -> Reply | None:
        """What follows from a key; None while more digits are to come."""
        if self._asked is _Asked.NUMBER_TOLD:
            return self._judge(key)
        if key == END:
            return self._take_number()
        self._typed = "" if key == ANEW else (self._typed + key)[: LONGEST + 1]
        return None

    def silent(self) -> Reply:
        """He has pressed nothing for a while. Digits without an end are taken as they are."""
        if self._typed:
            return self._take_number()
        return self._again()

    def _judge(self, key: str) -> Reply:
        if key == YES:
            return Reply(agreed=self._number)
        if key == ANOTHER:
            self._asked = _Asked.NUMBER
            return self._question()
        return self._again()

    def _take_number(self) -> Reply:
        number, self._typed = canonical(self._typed), ""
        if not number:
            return self._again()
        if len(number) > LONGEST or not self._permitted(number):
            return self._again(REFUSED)
        self._number, self._asked = number, _Asked.NUMBER_TOLD
        return self._question()

    def _again(self, *before: str) -> Reply:
        self._fruitless += 1
        if self._fruitless >= TRIES:
            return Reply(over=True)
        return Reply((*before, *self._question().prompts))

    def _question(self) -> Reply:
        if self._asked is _Asked.NUMBER:
            return Reply((ENTER,))
        return Reply((NUMBER, *digits(self._number), CONFIRM))
