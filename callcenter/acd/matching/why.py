"""Why a choice was made: noted when it is made, put into words when somebody reads it."""

from collections.abc import Callable, Iterator, Mapping
from typing import Any, TypeAlias

Why: TypeAlias = Mapping[str, str | int | float]

BY_NAME = "by name"
"""Chosen because somebody asked for him, by his number."""


class Reason(Mapping[str, str | int | float]):
    """A Why that is worked out at the first look: the phone does not wait for it.

    `tell` must depend on nothing but its `noted` values, and these must not change.
    """

    __slots__ = ("_noted", "_tell", "_told")

    def __init__(self, tell: Callable[..., Why], noted: tuple[Any, ...]) -> None:
        self._tell = tell
        self._noted = noted
        self._told: Why | None = None

    def __getitem__(self, name: str) -> str | int | float:
        return self._words()[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._words())

    def __len__(self) -> int:
        return len(self._words())

    def __repr__(self) -> str:
        return repr(dict(self._words()))

    def _words(self) -> Why:
        if self._told is None:
            self._told = self._tell(*self._noted)
        return self._told
