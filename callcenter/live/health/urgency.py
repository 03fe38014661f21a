"""The controller's place at the processor: before work that can wait."""

import logging
import os
import sys
from pathlib import Path

SWITCH_S = 0.0005
"""A thread that folds records lets go of the interpreter this soon after a call asks for it."""
REAL_TIME = 10
"""Real-time priority, that of Asterisk's option -p: 1 is the lowest, 99 the highest."""

_THREADS = Path("/proc/self/task")

_log = logging.getLogger(__name__)


def go_first(*, wanted: bool) -> bool:
    """Run all threads of now before the machine's other work; False where that is not wanted, or
    not allowed.

    All, since whoever holds the interpreter's lock must not be kept waiting while a call wants it.
    What they start (programs, threads) has ordinary priority again.
    """
    sys.setswitchinterval(SWITCH_S)
    if not wanted:
        return False
    try:
        for thread in _THREADS.iterdir():
            os.sched_setscheduler(
                int(thread.name),
                os.SCHED_RR | os.SCHED_RESET_ON_FORK,
                os.sched_param(REAL_TIME),
            )
    except OSError as error:
        _log.info("without real-time priority, as other programs run: %s", error)
        return False
    return True
