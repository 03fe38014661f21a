"""An ordered set that is asked for its best: a heap whose dropped entries fall out late."""

from collections.abc import Iterator
from heapq import heapify, heappop, heappush
from typing import Any, Generic, TypeVar

T = TypeVar("T")

_SLACK = 64
"""Dropped entries that a heap may carry, besides as many as it has live ones."""


class Ranking(Generic[T]):
    """Items by key, the lowest key is best. No two items may have equal keys.

    `add` costs the logarithm of the size, `discard` and `len` nothing to speak of: a discarded
    item stays in the heap until it comes to the top, or until half of the heap is such leftovers
    and it is rebuilt.
    """

    __slots__ = ("_heap", "_keys")

    def __init__(self) -> None:
        self._heap: list[tuple[Any, T]] = []
        self._keys: dict[T, Any] = {}

    def __len__(self) -> int:
        return len(self._keys)

    def __contains__(self, item: T) -> bool:
        return item in self._keys

    def __iter__(self) -> Iterator[T]:
        """All items, best first; sorts, so for views only."""
        return iter(sorted(self._keys, key=self._keys.__getitem__))

    def add(self, item: T, key: Any) -> None:
        """Put the item in at `key`; an item that is there already moves to the new key."""
        self._keys[item] = key
        heappush(self._heap, (key, item))
        self._tidy()

    def discard(self, item: T) -> None:
        """Take the item out, if it is there."""
        if self._keys.pop(item, None) is not None:
            self._tidy()

    def best(self) -> T | None:
        """The item with the lowest key, which stays in; None when there is no item."""
        heap, keys = self._heap, self._keys
        while heap:
            key, item = heap[0]
            # Identity, not equality: an item put in again at an equal key has two entries.
            if keys.get(item) is key:
                return item
            heappop(heap)
        return None

    def best_key(self) -> Any:
        """The lowest key; None when there is no item."""
        return None if self.best() is None else self._heap[0][0]

    def _tidy(self) -> None:
        if len(self._heap) > 2 * len(self._keys) + _SLACK:
            self._heap = [(key, item) for item, key in self._keys.items()]
            heapify(self._heap)
