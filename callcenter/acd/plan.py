"""What the floor must know of a site: its queues' policies and its agents' skills.

A plan is a value. A new deployment replaces it whole (`PlanChanged`); running calls keep
their place and are served by the new policies from then on.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum


class Strategy(StrEnum):
    """Which of the able agents a waiting call gets."""

    LONGEST_IDLE = "longest-idle"
    """The one who has been without a call for longest; pausing does not reset that clock."""
    BEST_SKILL = "best-skill"
    """The highest summed level over the needed skills, then the longest idle."""
    NARROWEST = "narrowest"
    """The fewest skills first, so that generalists stay free, then the longest idle."""


@dataclass(frozen=True, slots=True)
class QueuePolicy:
    """How calls of one queue are distributed. All durations in seconds."""

    name: str
    needs: Mapping[str, int] = field(default_factory=dict)
    """Skill -> lowest level that serves this queue."""
    strategy: Strategy = Strategy.BEST_SKILL
    priority: int = 0
    """Higher is served first when one agent could serve several queues."""
    ring_timeout_s: float = 15.0
    wrap_up_s: float = 10.0
    max_wait_s: float | None = None
    """After this wait the call overflows; None waits for ever."""
    max_length: int | None = None
    """Calls beyond this many waiting are refused."""
    overflow_when_empty: bool = False
    """With nobody signed in who could serve, callers overflow at once instead of waiting."""
    announce_first_s: float | None = None
    announce_every_s: float | None = None
    """Position announcements: the first after this wait, then every; None or 0 is never."""
    record: bool = True


@dataclass(frozen=True, slots=True)
class AgentProfile:
    """One agent as the floor knows him."""

    name: str
    """The agent's number, which is also his endpoint's name."""
    skills: Mapping[str, int] = field(default_factory=dict)
    """Skill -> level 1..10; a skill that is absent counts as level 0."""


@dataclass(frozen=True, slots=True)
class MissRule:
    """What happens to an agent who does not take offered calls."""

    rest_s: float = 3.0
    """After each miss the agent is not ready, reason `missed`, for this long."""
    limit: int = 3
    """After this many misses in a row he is not ready, reason `missed-calls`, until he acts."""


@dataclass(frozen=True, slots=True)
class Plan:
    """All that the floor needs of a site."""

    queues: Mapping[str, QueuePolicy] = field(default_factory=dict)
    agents: Mapping[str, AgentProfile] = field(default_factory=dict)
    misses: MissRule = MissRule()
