"""Work that a signal ends."""

import asyncio
import contextlib
import signal
from collections.abc import Coroutine


async def until_told(work: Coroutine[object, object, None]) -> None:
    """Do it until a signal ends it."""
    task = asyncio.ensure_future(work)
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, task.cancel)
    with contextlib.suppress(asyncio.CancelledError):  # only a signal cancels it
        await task
