"""How long to wait before connecting to Asterisk again."""

from collections.abc import Iterator
from itertools import chain, repeat


def retry_delays() -> Iterator[float]:
    """Seconds to each next try: a quick one, then 1 s doubling to 30 s, for ever."""
    return chain((0.2, 1.0, 2.0, 4.0, 8.0, 16.0), repeat(30.0))
