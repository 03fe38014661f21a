"""Callers in the order in which they are served, for whoever asks who stands before him."""

from bisect import bisect_left, insort
from collections.abc import Iterator
from typing import TypeAlias

Place: TypeAlias = tuple[int, float, str]
"""A waiting call's sort key: highest priority first, then who asked for a human first, then id."""

_SLACK = 64


class Order:
    """Places, sorted. Nearly all come in at the end and leave at the front.

    These cost nothing to speak of. Elsewhere the places behind are moved, 8 bytes each; finding
    one costs the logarithm of the number.
    """

    __slots__ = ("_left", "_places", "head", "size")

    def __init__(self) -> None:
        self._places: list[Place] = []
        self._left = 0
        """So many at the front have left already; they are swept together."""
        self.head: Place | None = None
        """The first place, to be read only; None when nobody stands there."""
        self.size = 0
        """How many stand there, to be read only."""

    def __len__(self) -> int:
        return self.size

    def __iter__(self) -> Iterator[Place]:
        return iter(self._places[self._left :])

    def add(self, place: Place) -> None:
        """Stand there from now on."""
        places = self._places
        if not self.size or place > places[-1]:
            places.append(place)
        else:
            insort(places, place, lo=self._left)
        self.size += 1
        self.head = places[self._left]

    def remove(self, place: Place) -> None:
        """Leave; `place` must be there."""
        places = self._places
        self.size -= 1
        # Nearly always the very same one, and telling that costs less than comparing what it holds.
        if place is not self.head and place != self.head:
            del places[bisect_left(places, place, self._left)]
            return
        self._left += 1
        if not self.size or (self._left > _SLACK and self._left > self.size):
            del places[: self._left]
            self._left = 0
        self.head = places[self._left] if self.size else None

    def position(self, place: Place) -> int:
        """How many are served before one who stands there or would, and he; 1 is next."""
        return bisect_left(self._places, place, self._left) - self._left + 1
