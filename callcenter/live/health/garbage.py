"""Garbage in cycles is collected by the controller's loop, at moments of its own choosing.

Not by whichever thread happens to make the next object: a collection in the middle of a copy lets
other threads in, and CPython 3.11 crashes where one of them changes what is being copied
(PyDict_Copy of an object's attributes; two threads that first compile the same statement do so).
A call never waits for a collection that it did not cause, either.
"""

import asyncio
import gc
from itertools import count

YOUNG_S = 1.0
"""What was made since the last time, and is still there, is looked at."""
MIDDLE, ALL = 10, 3600
"""Every so many times what has survived once, and all but what stood at the start."""


def none_by_itself() -> None:
    """From now on only `collect` collects. To be called before the first thread is started."""
    gc.disable()


async def collect(young_s: float = YOUNG_S) -> None:
    """Collect until cancelled, once `none_by_itself` holds.

    What stands now lasts as long as we do: no later collection need walk it.
    """
    gc.collect()
    gc.freeze()
    for n in count(1):
        await asyncio.sleep(young_s)
        gc.collect(2 if n % ALL == 0 else 1 if n % MIDDLE == 0 else 0)
