"""What the floor must know of a site: its queues' policies and its agents' skills.

A plan is a value. A new deployment replaces it whole (`PlanChanged`); running calls keep
their place and are served by the new policies from then on.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from callcenter.site.needs import Needs


class Strategy(StrEnum):
    """Which of the able agents a waiting call gets. Among equals, the longest idle."""

    LONGEST_IDLE = "longest-idle"
    """The one who has been without a call for longest; pausing does not reset that clock."""
    BEST_SKILL = "best-skill"
    """The highest summed level over the needed skills."""
    NARROWEST = "narrowest"
    """The fewest skills first, so that generalists stay free."""
    FEWEST_CALLS = "fewest-calls"
    """The fewest talks since midnight."""
    LOWEST_OCCUPANCY = "lowest-occupancy"
    """The smallest share of today's time on calls, as it was when he became free."""
    ROUND_ROBIN = "round-robin"
    """Whose last turn, taken or missed, is longest ago."""
    RANKED = "ranked"
    """The first in the queue's own list; who is not in it comes after all who are."""
    RING_ALL = "ring-all"
    """All who are free ring; the first to pick up has the call."""


@dataclass(frozen=True, slots=True)
class Relaxation:
    """One step by which a waiting call asks for less."""

    after_s: float
    """Wait in the queue, like `max_wait_s`."""
    what: str
    """What changes, in words of the site."""
    needs: Needs | None = None
    """What is asked for from then on; None: as before."""
    priority: int = 0
    """Added to the call's priority."""
    say: str = ""
    """A prompt that the caller hears."""


@dataclass(frozen=True, slots=True)
class Sticky:
    """A caller who comes back gets the agent whom he last talked to."""

    within_s: float
    """The talk was no longer ago."""
    wait_s: float
    """Wait for him alone, while he is in a call; then anyone may serve."""


@dataclass(frozen=True, slots=True)
class CallbackRule:
    """How callers are called back who gave up the line for it. All durations in seconds."""

    attempts: int = 3
    """So often he is dialled; then the callback is given up."""
    gap_s: float = 300.0
    """Between the attempts, at least."""
    expires_s: float = 14_400.0
    """After the request; an attempt that runs is not broken off."""
    dial_timeout_s: float = 40.0
    confirm_s: float = 20.0
    """Whoever picks up must press a key within this time; 0: he is connected at once."""
    greeting: str = ""
    """A prompt that he hears who is connected at once."""


@dataclass(frozen=True, slots=True)
class QueuePolicy:
    """How calls of one queue are distributed. All durations in seconds."""

    name: str
    needs: Mapping[str, int] | Needs = field(default_factory=dict)
    """Skill -> lowest level that serves this queue, or an expression."""
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
    """Announcements: the first after this wait, then every; None or 0 is never."""
    record: bool = True
    callback: CallbackRule = CallbackRule()
    ranking: tuple[str, ...] = ()
    """Agents in their order, for RANKED."""
    relax: tuple[Relaxation, ...] = ()
    """Steps in the order of their times."""
    sticky: Sticky | None = None
    max_estimate_s: float | None = None
    """A new call whose wait is foretold to be longer is refused."""
    max_ratio: float | None = None
    """A new call is refused when there would be more callers waiting than so many times the
    agents signed in who can serve."""
    overflow_when_none_ready: bool = False
    """With all who are signed in not ready, callers overflow at once."""
    emergency: bool = False
    """Closed at once: nobody enters, and who waits overflows."""
    tell_position: bool = True
    tell_estimate: bool = False
    comfort: tuple[str, ...] = ()
    """Prompts, one with each announcement, in turn."""
    survey: str = ""
    """Who is left by his agent is asked to rate; empty: he is hung up."""


@dataclass(frozen=True, slots=True)
class AgentProfile:
    """One agent as the floor knows him."""

    name: str
    """The agent's number, which is also his endpoint's name."""
    skills: Mapping[str, int] = field(default_factory=dict)
    """Skill -> level 1..10; a skill that is absent counts as level 0."""
    team: str = ""
    tenant: str = ""
    """Nothing crosses between agents and calls of different tenants."""


@dataclass(frozen=True, slots=True)
class MissRule:
    """What happens to an agent who does not take offered calls."""

    rest_s: float = 3.0
    """After each miss the agent is not ready, reason `missed`, for this long."""
    limit: int = 3
    """After this many misses in a row he is not ready, reason `missed-calls`, until he acts."""


@dataclass(frozen=True, slots=True)
class NotReadyLimit:
    """How many of a team may be not ready at once by their own wish."""

    team: str
    reason: str = ""
    """For this reason; empty: for any."""
    at_most: int | None = None
    share: float | None = None
    """Percent of the team's signed-in agents, rounded down, but one always may."""


@dataclass(frozen=True, slots=True)
class Plan:
    """All that the floor needs of a site."""

    queues: Mapping[str, QueuePolicy] = field(default_factory=dict)
    agents: Mapping[str, AgentProfile] = field(default_factory=dict)
    misses: MissRule = MissRule()
    direct: QueuePolicy = QueuePolicy("", ring_timeout_s=30.0)
    """How calls that agents place are rung, recorded and wrapped up."""
    not_ready_limits: tuple[NotReadyLimit, ...] = ()
    timezone: str = "UTC"
    """Whose midnight begins a day (IANA)."""
