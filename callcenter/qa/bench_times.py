"""What a benchmark reads from the packets it saw: who was called, for whom, and how soon.

Parties are told apart by the user part of their addresses: many phones may share one port.
"""

from bisect import bisect_left
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from math import ceil
from statistics import median

from callcenter.qa import sip
from callcenter.qa.wire import Heard, Seen

_OK = 200


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
    acked_at: float | None
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
        freed, acked = self.freed_at, self.acked_at
        return freed is not None and acked is not None and acked < freed


@dataclass(slots=True)
class _Line:
    """Who waits and who was freed, while packets are gone through."""

    acked: dict[str, float] = field(default_factory=dict)
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
                line.acked.setdefault(sender, one.at)
                line.waiting.add(sender)
            elif method == "BYE" and sender in agents:
                line.freed[sender] = one.at, len(line.waiting)
            elif method in {"BYE", "CANCEL"}:
                line.waiting.discard(sender)
        elif method == "INVITE" and receiver in agents:
            freed_at, waiting = line.freed.pop(receiver, (None, 0))
            line.waiting.discard(sender)
            acked_at = line.acked.get(sender)
            yield Offer(receiver, sender, one.at, acked_at, freed_at, waiting)
        elif method == "BYE":
            line.waiting.discard(receiver)


def handover_times(made: Iterable[Offer]) -> list[float]:
    """Seconds from an agent's BYE to his next INVITE, where a caller was waiting at the BYE."""
    return [one.at - one.freed_at for one in made if one.freed_at is not None and one.is_handover]


def ack_times(made: Iterable[Offer]) -> list[float]:
    """Seconds from each caller's ACK to the first INVITE for him."""
    return [one.at - acked for one, acked in _first_offers(made)]


def join_times(
    made: Iterable[Offer], seen: Sequence[Seen], heard: Sequence[Heard], server: int
) -> list[float]:
    """Seconds from each caller's first audio, once he has sent the ACK, to the first INVITE for
    him: Asterisk's Answer() waits for it. Callers who sent none are left out."""
    ports = _audio_ports(seen, server)
    at: dict[int, list[float]] = {}
    for packet in heard:
        at.setdefault(packet.to, []).append(packet.at)
    times = []
    for one, acked in _first_offers(made):
        came = at.get(ports.get(one.caller, 0), [])
        first = bisect_left(came, acked)
        if first < len(came) and came[first] < one.at:
            times.append(one.at - came[first])
    return times


def _first_offers(made: Iterable[Offer]) -> Iterator[tuple[Offer, float]]:
    """Each caller's first offer, and his ACK."""
    known: set[str] = set()
    for one in made:
        if one.acked_at is not None and one.caller not in known:
            known.add(one.caller)
            yield one, one.acked_at


def _audio_ports(seen: Sequence[Seen], server: int) -> dict[str, int]:
    """Caller -> the server's port for his audio, by the answers to INVITEs."""
    ports: dict[str, int] = {}
    for one in seen:
        if one.source == server and one.message.status == _OK and one.message.method == "INVITE":
            address = sip.audio_address(one.message.body)
            if address is not None:
                ports.setdefault(user(one.message.header("From")), address[1])
    return ports


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
