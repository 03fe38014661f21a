"""How long a caller will wait, foretold from the recent past of his queue.

While callers wait, each agent's second is a second of work. The work that one service costs is
the agent-seconds that went by in that time for each call that was taken from the line; where
agents serve other queues too, that is in it. A wait is then

    position * work of one service / agents who can serve

so that a sign-in or a sign-out shows at once. The recent past is the last twenty services or so
(each counts 5 % less than the next), and begins with three services of START_S that never were.
"""

from dataclasses import dataclass

START_S = 180.0
"""Work of one service before anything is known: talk and wrap-up of an ordinary call."""
_BELIEF = 3.0
_MEMORY = 0.95


@dataclass(slots=True)
class Estimator:
    """One queue's recent past."""

    work_s: float = START_S * _BELIEF
    """Agent-seconds in which callers waited, fading."""
    services: float = _BELIEF
    """Calls taken from the line, fading."""
    seen_at: float | None = None
    """Until when work is counted; None while nobody waits."""

    def pass_time(self, now: float, agents: int, waiting: int) -> None:
        """Told before the line changes: so many agents were at work, and so many callers wait
        from now on."""
        if self.seen_at is not None and now > self.seen_at:
            self.work_s += (now - self.seen_at) * agents
        self.seen_at = now if waiting else None

    def served(self) -> None:
        """A call was taken from the line."""
        self.work_s *= _MEMORY
        self.services = self.services * _MEMORY + 1.0

    def wait_s(self, position: int, agents: int) -> float | None:
        """Seconds until the one at this position, 1 is next, is served; None without agents."""
        if agents < 1:
            return None
        return round(position * self.work_s / self.services / agents, 1)
