"""An agent's day in figures, as strategies count it, and where a day begins."""

from dataclasses import dataclass
from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

from callcenter.terms import AgentState

# Members that every call asks for; see machine.py.
_READY = AgentState.READY
_AT_WORK = frozenset(
    {AgentState.RESERVED, AgentState.RINGING, AgentState.TALKING, AgentState.WRAP_UP}
)


@dataclass(slots=True)
class Figures:
    """What an agent has done since the day began."""

    calls: int = 0
    """Talks begun."""
    busy_s: float = 0.0
    """Being called, talking and wrapping up."""
    ready_s: float = 0.0
    """Free for calls."""
    chosen_at: float = 0.0
    """When he was last chosen for a call, also on an earlier day; 0 for never."""

    @property
    def occupancy(self) -> float:
        """Percent of his time on calls and free for calls that went to calls; 0 at the start."""
        whole_s = self.busy_s + self.ready_s
        return round(100 * self.busy_s / whole_s, 1) if whole_s > 0 else 0.0

    def spend(self, state: AgentState, seconds: float) -> None:
        """He was in the state for so long."""
        if state is _READY:
            self.ready_s = _to_ms(self.ready_s + seconds)
        elif state in _AT_WORK:
            self.busy_s = _to_ms(self.busy_s + seconds)

    def new_day(self) -> None:
        """All but his turn begins anew."""
        self.calls, self.busy_s, self.ready_s = 0, 0.0, 0.0


def _to_ms(seconds: float) -> float:
    """To the millisecond, as `round` does it at five times the price."""
    return int(seconds * 1000 + 0.5) / 1000


def day_around(now: float, timezone: str) -> tuple[float, float]:
    """When the day of this moment began and when it ends, midnight to midnight in the zone."""
    zone = ZoneInfo(timezone)
    day = datetime.fromtimestamp(now, zone).date()
    starts = datetime.combine(day, time(), zone)
    ends = datetime.combine(day + timedelta(days=1), time(), zone)
    return starts.timestamp(), ends.timestamp()
