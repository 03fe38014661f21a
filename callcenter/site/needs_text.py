"""Needs as a site writes them: a mapping of skill to level, or an expression over skills."""

import re
from collections.abc import Callable, Mapping
from itertools import product
from typing import Annotated

from pydantic import BeforeValidator, PlainSerializer

from callcenter.site.needs import TOP, Bound, Needs, Way, either, every
from callcenter.site.types import ResolvedWords, refuse, shown


def parse_needs(value: object) -> Needs:
    """Read the YAML form. Raises ValueError with code and remedy."""
    if isinstance(value, Needs):
        return value
    if isinstance(value, dict):
        return Needs.of({_skill(skill): _level(level) for skill, level in value.items()})
    if not isinstance(value, str):
        remedy = "write {english: 3}, or an expression such as english >= 3 and not trainee"
        raise refuse("E_TYPE", f"{shown(value)} does not fit here", remedy)
    if len(value) > _LONGEST:
        raise refuse(
            "E_NEEDS", "the expression is too long", f"write {_LONGEST} characters at most"
        )
    try:
        needs = either(_Reader(value).whole())
    except _WrongNeeds as wrong:
        raise refuse("E_NEEDS", str(wrong), wrong.remedy) from None
    if not needs.ways:
        raise refuse("E_NEEDS", f"{value!r} can be met by nobody", "ask for less")
    return needs


NeedsText = Annotated[
    Needs,
    BeforeValidator(parse_needs),
    PlainSerializer(lambda needs: needs.plain(), return_type=str | dict[str, int]),
    ResolvedWords(),
]
"""In YAML `{english: 3}`, or `english >= 3 and (tax >= 2 or general >= 5) and not trainee`."""


class _WrongNeeds(ValueError):
    """An expression that cannot be read, with its remedy."""

    def __init__(self, message: str, remedy: str) -> None:
        super().__init__(message)
        self.remedy = remedy


def _added(value: object) -> object:
    """`or general >= 3` reads as well as `general >= 3`."""
    return value.strip().removeprefix("or ") if isinstance(value, str) else value


AddedNeeds = Annotated[
    Needs,
    BeforeValidator(lambda value: parse_needs(_added(value))),
    PlainSerializer(lambda needs: needs.plain(), return_type=str | dict[str, int]),
    ResolvedWords(),
]
"""Needs that are added to others by `or`."""

_MOST_WAYS = 64
_DEEPEST = 20
_LONGEST = 500
_NAME = re.compile(r"([a-z0-9][a-z0-9_-]{0,19}[.])?[a-z0-9][a-z0-9_-]{0,39}\Z")
_TOKEN = re.compile(r"\s*(?:(>=|<=|==|[<>=()])|([A-Za-z0-9_.-]+))")
_WORDS = frozenset({"and", "or", "not", "anyone"})
_LEVEL = "a whole number, 0 to 10"


def _skill(word: object) -> str:
    if not isinstance(word, str) or not _NAME.match(word) or word in _WORDS:
        remedy = "write the name of a skill: lower-case letters, digits, - and _"
        raise refuse("E_NAME", f"{shown(word)} is not a skill", remedy)
    return word


def _level(value: object) -> int:
    if isinstance(value, int) and not isinstance(value, bool) and 0 <= value <= TOP:
        return value
    if isinstance(value, str) and value.isascii() and value.isdigit() and int(value) <= TOP:
        return int(value)
    raise refuse("E_RANGE", f"{shown(value)} is not a level", f"write {_LEVEL}")


class _Reader:
    """Reads one expression: `or` binds weakest, then `and`, then `not`; brackets before all.

    `no` turns an expression round while it is read, so that only bounds are ever negated.
    """

    def __init__(self, text: str) -> None:
        self._text = text
        self._tokens: list[tuple[str, int]] = []
        at = 0
        while text[at:].strip():
            match = _TOKEN.match(text, at)
            if match is None:
                place = len(text) - len(text[at:].lstrip())
                remedy = "write skills, levels, >=, <=, <, >, =, and, or, not and brackets"
                raise _WrongNeeds(f"{text[place]!r} at character {place + 1} means nothing", remedy)
            self._tokens.append((match[1] or match[2], match.end() - len(match[1] or match[2])))
            at = match.end()
        self._next = 0
        self._depth = 0

    def whole(self) -> list[Way | None]:
        """All of it."""
        ways = self._or(no=False)
        if self._peek():
            raise self._wrong("and, or, or nothing more")
        return ways

    def _or(self, no: bool) -> list[Way | None]:
        ways = self._and(no)
        while self._take("or"):
            ways = _joined(ways, self._and(no), both=no)
        return ways

    def _and(self, no: bool) -> list[Way | None]:
        ways = self._not(no)
        while self._take("and"):
            ways = _joined(ways, self._not(no), both=not no)
        return ways

    def _not(self, no: bool) -> list[Way | None]:
        while self._take("not"):
            no = not no
        if self._take("("):
            self._depth += 1
            if self._depth > _DEEPEST:
                raise _WrongNeeds("brackets are too deep", "take some apart")
            ways = self._or(no)
            self._depth -= 1
            if not self._take(")"):
                raise self._wrong("a closing bracket")
            return ways
        if self._take("anyone"):
            return [] if no else [()]
        return self._bound(no)

    def _bound(self, no: bool) -> list[Way | None]:
        skill = self._peek()
        if not _NAME.match(skill) or skill in _WORDS:
            raise self._wrong("a skill")
        self._next += 1
        low, high = 1, TOP
        sign = self._peek()
        if sign in _SIGNS:
            self._next += 1
            level = self._peek()
            if not (level.isdigit() and int(level) <= TOP):
                raise self._wrong(_LEVEL)
            self._next += 1
            low, high = _SIGNS[sign](int(level))
        ranges = [(0, low - 1), (high + 1, TOP)] if no else [(low, high)]
        return [every([Bound(skill, *ends)]) for ends in ranges if ends[0] <= ends[1]]

    def _peek(self) -> str:
        return self._tokens[self._next][0] if self._next < len(self._tokens) else ""

    def _take(self, word: str) -> bool:
        taken = self._peek() == word
        self._next += taken
        return taken

    def _wrong(self, wanted: str) -> _WrongNeeds:
        if not self._peek():
            return _WrongNeeds(f"{self._text!r} ends too early", f"add {wanted}")
        word, at = self._tokens[self._next]
        return _WrongNeeds(f"{word!r} at character {at + 1} makes no sense", f"write {wanted}")


_SIGNS: Mapping[str, Callable[[int], tuple[int, int]]] = {
    ">=": lambda level: (level, TOP),
    ">": lambda level: (level + 1, TOP),
    "<=": lambda level: (0, level),
    "<": lambda level: (0, level - 1),
    "=": lambda level: (level, level),
    "==": lambda level: (level, level),
}


def _joined(some: list[Way | None], more: list[Way | None], *, both: bool) -> list[Way | None]:
    if not both:
        return [*some, *more]
    ways = either(
        every((*one, *other))
        for one, other in product(some, more)
        if one is not None and other is not None
    ).ways
    if len(ways) > _MOST_WAYS:
        raise _WrongNeeds(f"more than {_MOST_WAYS} ways to meet it", "take brackets apart")
    return list(ways)
