"""Column types for texts that may hold callers' numbers; see numbers.py for what they become.

How numbers are stored belongs to an engine: `database.connect` sets it on the engine's dialect,
from which the types take it. What Python sees is always opened, what the database holds never is.
"""

from collections.abc import Mapping
from typing import Any

from sqlalchemy import JSON
from sqlalchemy.engine import Dialect
from sqlalchemy.types import TypeDecorator
from sqlmodel import AutoString

from callcenter.records.personal.numbers import PLAIN, Numbers

_PLACE = "callcenter_numbers"


def set_numbers(dialect: Dialect, numbers: Numbers) -> None:
    """From now on numbers are stored so."""
    setattr(dialect, _PLACE, numbers)


def numbers_of(dialect: Dialect) -> Numbers:
    """How this engine's numbers are stored."""
    found = getattr(dialect, _PLACE, PLAIN)
    assert isinstance(found, Numbers)  # noqa: S101  set above and nowhere else
    return found


class NumberText(TypeDecorator[str]):
    """A number, or a text in which numbers may stand."""

    impl = AutoString
    cache_ok = True

    def process_bind_param(self, value: str | None, dialect: Dialect) -> str | None:
        return value if value is None else self.stored(str(value), numbers_of(dialect))

    def process_result_value(self, value: str | None, dialect: Dialect) -> str | None:
        return value if value is None else numbers_of(dialect).opened(value)

    def stored(self, text: str, numbers: Numbers) -> str:
        """What the database holds for it."""
        return numbers.stored(text)


class DutyText(NumberText):
    """A number that somebody has to dial: where others are hashed, it is encrypted until then."""

    cache_ok = True

    def stored(self, text: str, numbers: Numbers) -> str:
        return numbers.kept(text)


class NumberWhy(TypeDecorator[Mapping[str, Any]]):
    """A JSON object of words, in which numbers may stand."""

    impl = JSON
    cache_ok = True

    def process_bind_param(self, value: Mapping[str, Any] | None, dialect: Dialect) -> Any:
        return None if value is None else self.stored(value, numbers_of(dialect))

    def process_result_value(self, value: Any, dialect: Dialect) -> Any:
        return None if value is None else _each(value, numbers_of(dialect).opened)

    def stored(self, value: Mapping[str, Any], numbers: Numbers) -> dict[str, Any]:
        """What the database holds for it."""
        return _each(value, numbers.stored)


def _each(value: Mapping[str, Any], form: Any) -> dict[str, Any]:
    return {name: form(each) if isinstance(each, str) else each for name, each in value.items()}
