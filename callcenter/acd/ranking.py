"""An ordered set that is asked for its best: a heap whose dropped entries fall out late."""

from collections.abc import Iterator
from heapq import heapify, heappop, heappush
from typing import Any, Generic, TypeVar

T = TypeVar("T")

_SLACK = 64
"""Dropped entries that a heap may carry, besides as many as it has live ones."""


class Ranking(Generic[T]):
    """Items by key, the lowest key is best. No two items may have equal keys.

    `add` costs the logarithm of the size; `discard` and `len` cost nothing to speak of: what is
    discarded stays in the heap until it comes to the top, or until more than half of the heap is
    such leftovers and an `add` rebuilds it.
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
        heap, keys = self._heap, self._keys
        keys[item] = key
        heappush(heap, (key, item))
        if len(heap) > 2 * len(keys) + _SLACK:
            heap[:] = [(key, item) for item, key in keys.items()]
            heapify(heap)

    def discard(self, item: T) -> None:
        """Take the item out, if it is there."""
        self._keys.pop(item, None)

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

    def first(self, count: int) -> list[Any]:
        """The keys of the best `count` items, best first; fewer, but never none of some, where
        too many leftovers stand between them."""
        if self.best() is None:
            return []
        heap, keys = self._heap, self._keys
        found: list[Any] = []
        ahead = [(heap[0][0], 0)]
        for _ in range(4 * count):
            key, at = heappop(ahead)
            # An item put in again at the very same key stands twice.
            if keys.get(heap[at][1]) is key and not (found and found[-1] is key):
                found.append(key)
                if len(found) == count:
                    break
            for child in range(2 * at + 1, min(2 * at + 3, len(heap))):
                heappush(ahead, (heap[child][0], child))
            if not ahead:
                break
        return found

    def best_key(self) -> Any:
        """The lowest key; None when there is no item."""
        return None if self.best() is None else self._heap[0][0]
