"""Effects: requests to Asterisk that run beside the floor, owned, and whose failures are events."""

import asyncio
import logging
from collections.abc import Callable, Coroutine
from typing import Any

from callcenter.live.told import Told
from callcenter.pbx.errors import PbxError, PbxGone, PbxLost

OnFailure = Callable[[PbxError], Told | None]

_log = logging.getLogger(__name__)


class Effects:
    """Starts requests in the order in which they are asked for, which is the order they are sent.

    A channel that is gone is no failure: its own end is told by an event. A lost connection is
    none either: the floor learns all anew when it is back.
    """

    def __init__(self, tasks: asyncio.TaskGroup, report: Callable[[Told], None]) -> None:
        """`tasks` owns what is started; `report` takes the events that tell of failures."""
        self._tasks = tasks
        self._report = report

    def start(
        self, request: Coroutine[Any, Any, object], on_failure: OnFailure | None = None
    ) -> None:
        """Send a request; `on_failure` says what the floor must know when it is refused or gone."""
        self._tasks.create_task(self._run(request, on_failure))

    async def _run(
        self, request: Coroutine[Any, Any, object], on_failure: OnFailure | None
    ) -> None:
        try:
            await request
        except PbxLost as lost:
            _log.debug("not done: %s", lost)
        except PbxError as error:
            event = on_failure(error) if on_failure is not None else None
            if event is not None:
                self._report(event)
            elif not isinstance(error, PbxGone):
                _log.error("asterisk refused: %s", error)
