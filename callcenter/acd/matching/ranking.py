"""An ordered set that is asked for its best: a heap whose dropped entries fall out late."""

from collections.abc import Iterator
from heapq import heapify, heappop, heappush
from typing import Any, Generic, TypeVar

T = TypeVar("T")

_LOOKS = 8
"""Entries that a search for the second best looks at."""

_SLACK = 64
"""Dropped entries that a heap may carry, besides as many as it has live ones."""


class Ranking(Generic[T]):
    """Items by key, the lowest key is best. No two items may have equal keys.

    `add` costs the logarithm of the size; so does `discard` of the best item, and that of others
    nothing to speak of: what is discarded stays in the heap until it comes to the top, or until
    more than half of the heap is such leftovers and an `add` rebuilds it.
    """

    __slots__ = ("_heap", "head", "keys")

    def __init__(self) -> None:
        self._heap: list[tuple[Any, T]] = []
        self.keys: dict[T, Any] = {}
        """Each item's key, to be read only."""
        self.head: Any = None
        """The lowest key, to be read only; None when there is no item."""

    def __len__(self) -> int:
        return len(self.keys)

    def __contains__(self, item: T) -> bool:
        return item in self.keys

    def __iter__(self) -> Iterator[T]:
        """All items, best first; sorts, so for views only."""
        return iter(sorted(self.keys, key=self.keys.__getitem__))

    def add(self, item: T, key: Any) -> None:
        """Put the item in at `key`; an item that is there already moves to the new key."""
        heap, keys = self._heap, self.keys
        moves = keys.setdefault(item, key) is not key
        if moves:
            keys[item] = key
        heappush(heap, (key, item))
        if len(heap) > 2 * len(keys) + _SLACK:
            heap[:] = [(key, item) for item, key in keys.items()]
            heapify(heap)
        if moves:
            self._find_head()
        elif self.head is None or key < self.head:
            self.head = key

    def discard(self, item: T) -> None:
        """Take the item out, if it is there."""
        key = self.keys.pop(item, None)
        if key is not None and key is self.head:
            self._find_head()

    def best(self) -> T | None:
        """The item with the lowest key, which stays in; None when there is no item."""
        return None if self.head is None else self._heap[0][1]

    def runner_up_key(self) -> Any:
        """The second lowest key; None when there is none, or when so many leftovers stand before
        it that looking for it would cost more than it tells."""
        best, heap, keys = self.head, self._heap, self.keys
        if len(keys) < 2:
            return None
        ahead = [(entry, at) for at, entry in enumerate(heap[1:3], 1)]
        for _ in range(_LOOKS):
            least = min(ahead)
            (key, item), at = least
            # An item put in again at the very same key stands twice.
            if key is not best and keys.get(item) is key:
                return key
            ahead.remove(least)
            ahead += [
                (entry, n) for n, entry in enumerate(heap[2 * at + 1 : 2 * at + 3], 2 * at + 1)
            ]
        return None

    def _find_head(self) -> None:
        """Leftovers at the top fall out: there always stands the best item."""
        heap, keys = self._heap, self.keys
        while heap:
            key, item = heap[0]
            # Identity, not equality: an item put in again at an equal key has two entries.
            if keys.get(item) is key:
                self.head = key
                return
            heappop(heap)
        self.head = None
