"""What the floor does by the clock: every state that waits on the outside has its deadline.

| deadline | runs while                   | due after                  | then                     |
|----------|------------------------------|----------------------------|--------------------------|
| RING     | call RINGING                 | ring timeout, RING_GRACE_S | attempt failed, next one |
| JOIN     | call JOINING                 | JOIN_LIMIT_S               | again, then system_fail  |
| MAX_WAIT | call WAITING, limited queue  | max_wait in the queue      | overflow                 |
| RELAX    | call WAITING, queue's steps  | `after` of the next step   | it asks for less         |
| STICKY   | call WAITING for one agent   | sticky wait in the queue   | anyone may serve it      |
| ANNOUNCE | call WAITING, where wanted   | announce_first, then every | he is told his place     |
| DIAL     | call DIALLING                | dial timeout, RING_GRACE_S | attempt failed           |
| AGAIN    | call POSTPONED               | gap of the queue's rule    | WAITING in line          |
| EXPIRE   | callback WAITING, POSTPONED  | its queue's expiry         | given up                 |
| WRAP_UP  | agent WRAP_UP                | wrap_up of the queue       | READY                    |
| REST     | agent NOT_READY, `missed`    | rest after a miss          | READY                    |

An agent who is RESERVED, RINGING or TALKING is bounded by his call.
What waits on a human alone has none: a call WAITING in a queue without a limit, those who talk
(the channel's own time limit ends that), a consult in which somebody talks, an agent NOT_READY for
a reason of his own or for `missed-calls`, an agent SIGNED_OUT.
"""

from collections.abc import Iterator
from enum import StrEnum

from callcenter.acd.matching.ranking import Ranking

RING_GRACE_S = 5.0
"""Asterisk ends a ring by itself at the ring timeout; so much later it must have told us."""
OUTSIDE_RING_S = 45.0
"""How long a number outside may ring."""
JOIN_LIMIT_S = 5.0
"""Bringing two answered channels into a bridge takes milliseconds."""


class Due(StrEnum):
    """The deadlines; the module's table tells when each runs and what it does."""

    RING = "ring overdue"
    JOIN = "join overdue"
    MAX_WAIT = "max wait over"
    RELAX = "step due"
    STICKY = "waited for his agent"
    ANNOUNCE = "announcement due"
    DIAL = "dialling overdue"
    AGAIN = "time to call again"
    EXPIRE = "callback expired"
    WRAP_UP = "wrap-up over"
    REST = "rest over"


class Deadlines:
    """At most one deadline of each kind for each call or agent, by name."""

    __slots__ = ("_ranking",)

    def __init__(self) -> None:
        self._ranking: Ranking[tuple[Due, str]] = Ranking()

    def __contains__(self, deadline: tuple[Due, str]) -> bool:
        return deadline in self._ranking

    def set(self, due: Due, name: str, at: float) -> None:
        """Start the deadline, or move it."""
        self._ranking.add((due, name), (at, due, name))

    def cancel(self, due: Due, name: str) -> None:
        """Stop the deadline, if it runs."""
        self._ranking.discard((due, name))

    def next_at(self) -> float | None:
        """When the first one is due, in epoch seconds."""
        key = self._ranking.head
        return None if key is None else key[0]

    def pop_due(self, now: float) -> Iterator[tuple[Due, str]]:
        """Take out all that are due, the earliest first, with those that become due meanwhile."""
        while (at := self.next_at()) is not None and at <= now:
            deadline = self._ranking.best()
            assert deadline is not None  # noqa: S101  next_at found one
            self._ranking.discard(deadline)
            yield deadline
