"""Which window a scheduled report is due for."""

from datetime import tzinfo

from callcenter.kpi.windows import Grain, Window, window_of

_MINUTE_MS = 60_000


def due(grain: Grain, at: str, now_ms: int, zone: tzinfo) -> Window:
    """The last window of this size that had ended when its time `at` (`07:00`) had come.

    `at` runs from the end of the window: of a day it is the time on the next one.
    """
    running = window_of(now_ms - minutes(at) * _MINUTE_MS, grain, zone)
    return window_of(running.start_ms - 1, grain, zone)


def minutes(at: str) -> int:
    """Minutes of the day of a time such as `07:00`."""
    hours, _, rest = at.partition(":")
    return 60 * int(hours) + int(rest)
