"""How a value of a site is refused, with a stable code and a remedy."""

import re
from collections.abc import Callable
from typing import LiteralString

from pydantic_core import PydanticCustomError


def refuse(code: LiteralString, message: str, remedy: str) -> PydanticCustomError:
    """The error of a value that one type alone can judge; a ValueError."""
    return PydanticCustomError(code, "{message}", {"message": message, "remedy": remedy})


def shown(value: object) -> str:
    """A value as a message shows it."""
    if isinstance(value, dict):
        return "a mapping"
    if isinstance(value, list):
        return "a list"
    return "nothing" if value is None else repr(value)


def matching(pattern: str, code: LiteralString, what: str, remedy: str) -> Callable[[str], str]:
    """A check that the whole text matches; \\Z, since `$` would let a final line break through."""
    whole = re.compile(rf"(?:{pattern})\Z")

    def check(text: str) -> str:
        if not whole.match(text):
            raise refuse(code, f"{text!r} is not {what}", remedy)
        return text

    return check
