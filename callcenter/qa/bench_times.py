"""What a benchmark reads from the packets it saw: who was called, for whom, and how soon.

Parties are told apart by the user part of their addresses: many phones may share one port.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from math import ceil
from statistics import median

from callcenter.qa import sip
from callcenter.qa.wire import Seen


@dataclass(frozen=True, slots=True)
class Spread:
    """Milliseconds: percentiles by nearest rank."""

    n: int
    p50: float
    p95: float
    p99: float
    max: float

    @classmethod
    def of(cls, seconds: Iterable[float]) -> "Spread":
        """Of times in seconds. Raises ValueError when there are none."""
        times = sorted(seconds)
        if not times:
            raise ValueError("nothing was measured")

        def rank(percent: int) -> float:
            return round(times[max(0, ceil(len(times) * percent / 100) - 1)] * 1000, 2)

        return cls(len(times), rank(50), rank(95), rank(99), rank(100))


@dataclass(frozen=True, slots=True)
class Offer:
    """An INVITE to an agent's phone, and what came before it. Times are epoch seconds."""

    agent: str
    caller: str
    """The caller's number; one caller has one number in a benchmark."""
    at: float
    joined_at: float | None
    """The caller's ACK of the hotline's answer, if it was seen."""
    freed_at: float | None
    """The agent's own BYE, if this is the first offer after one."""
    waiting: int
    """Callers in line when he was freed, this one too."""

    @property
    def is_handover(self) -> bool:
        """A freed agent got a caller who was waiting already.

        An agent for whom nobody waits is idle until someone calls: that time is no delay.
        """
        freed, joined = self.freed_at, self.joined_at
        return freed is not None and joined is not None and joined < freed


@dataclass(slots=True)
class _Line:
    """Who waits and who was freed, while packets are gone through."""

    joined: dict[str, float] = field(default_factory=dict)
    waiting: set[str] = field(default_factory=set)
    freed: dict[str, tuple[float, int]] = field(default_factory=dict)
    """Agent -> when, and how many waited then."""


def offers(seen: Sequence[Seen], server: int, agents: frozenset[str]) -> Iterator[Offer]:
    """All offers to these agents, in order, by the packets of the SIP port `server`."""
    line = _Line()
    for one in _first_sent(seen):
        method = one.message.method
        sender, receiver = user(one.message.header("From")), user(one.message.header("To"))
        if one.source != server:
            if method == "ACK" and sender not in agents:
                line.joined.setdefault(sender, one.at)
                line.waiting.add(sender)
            elif method == "BYE" and sender in agents:
                line.freed[sender] = one.at, len(line.waiting)
            elif method in {"BYE", "CANCEL"}:
                line.waiting.discard(sender)
        elif method == "INVITE" and receiver in agents:
            freed_at, waiting = line.freed.pop(receiver, (None, 0))
            line.waiting.discard(sender)
            joined_at = line.joined.get(sender)
            yield Offer(receiver, sender, one.at, joined_at, freed_at, waiting)
        elif method == "BYE":
            line.waiting.discard(receiver)


def handover_times(made: Iterable[Offer]) -> list[float]:
    """Seconds from an agent's BYE to his next INVITE, where a caller was waiting at the BYE."""
    return [one.at - one.freed_at for one in made if one.freed_at is not None and one.is_handover]


def join_times(made: Iterable[Offer]) -> list[float]:
    """Seconds from each caller's ACK to the first INVITE for him."""
    first: dict[str, float] = {}
    for one in made:
        if one.joined_at is not None:
            first.setdefault(one.caller, one.at - one.joined_at)
    return list(first.values())


def usual_line(made: Iterable[Offer]) -> float:
    """The median number of callers in line at handovers; 0 without any."""
    return median([one.waiting for one in made if one.is_handover] or [0])


def confirmed(made: Iterable[Offer], chose: Mapping[tuple[str, str], str]) -> list[Offer]:
    """Those handovers that a controller decided as such.

    `chose` is what its journal says by (agent, caller): `call` where an agent was freed and a
    waiting call was chosen for him, `agent` where a call came and an agent was idle.
    """
    return [one for one in made if one.is_handover and chose.get((one.agent, one.caller)) == "call"]


def user(header: str) -> str:
    """The user part of a From or To."""
    return sip.uri(header).partition(":")[2].partition("@")[0]


def _first_sent(seen: Sequence[Seen]) -> Iterator[Seen]:
    """Requests without their retransmissions and without re-INVITEs."""
    known: set[tuple[str, str]] = set()
    for one in seen:
        key = (one.message.call_id, one.message.header("CSeq"))
        inner = one.message.method == "INVITE" and "tag=" in one.message.header("To")
        if one.message.status == 0 and key not in known and not inner:
            known.add(key)
            yield one
