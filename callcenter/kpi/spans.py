"""Time that lies in a window: spans are cut at its edges, and never counted twice.

Times are milliseconds since 1970 (UTC).
"""

from collections.abc import Iterable, Iterator
from typing import NamedTuple

from callcenter.kpi.windows import Window


class Span(NamedTuple):
    """`[start, end)` of something that has a kind."""

    start_ms: int
    end_ms: int
    kind: str = ""


def cut(spans: Iterable[Span], window: Window) -> Iterator[Span]:
    """The parts of the spans that lie in the window."""
    for span in spans:
        start, end = max(span.start_ms, window.start_ms), min(span.end_ms, window.end_ms)
        if start < end:
            yield Span(start, end, span.kind)


def merged(spans: Iterable[Span]) -> Iterator[Span]:
    """The same time without overlaps, in order; kinds are dropped."""
    current: Span | None = None
    for span in sorted(spans):
        if current is not None and span.start_ms <= current.end_ms:
            current = Span(current.start_ms, max(current.end_ms, span.end_ms))
            continue
        if current is not None:
            yield current
        current = Span(span.start_ms, span.end_ms)
    if current is not None:
        yield current


def length(spans: Iterable[Span]) -> int:
    """Milliseconds that the spans cover, overlaps once."""
    return sum(span.end_ms - span.start_ms for span in merged(spans))


def common(some: Iterable[Span], others: Iterable[Span]) -> int:
    """Milliseconds in which a span of each side runs that has the same kind."""
    rest = list(others)
    return sum(
        length(cut((each for each in rest if each.kind == span.kind), Window(*span[:2])))
        for span in some
    )
