"""A call as the caller's side tells of it, and as the journal's facts had left it."""

from callcenter.acd.target import Target
from callcenter.acd.value import value
from callcenter.terms import CallKind, CallState


@value
class CallEntered:
    """A caller asked for a human and stands before the queue."""

    call: str
    queue: str
    caller: str
    called: str
    arrived_at: float
    """When the trunk was answered."""
    requested_at: float
    """When a human was first asked for; the wait is counted from here."""
    language: str = ""
    priority: int = 0
    """Added to the queue's own priority."""
    test: bool = False
    last_agent: str = ""
    """Whom the caller last talked to; empty when nobody is known."""
    last_age_s: float = 0.0
    """How long ago that was."""


@value
class LegKnown:
    """A phone that rings."""

    leg: str
    agent: str


@value
class ConsultKnown:
    """What only a consult has."""

    to: Target
    line: str
    merged: bool = False


@value
class PlacedKnown:
    """What only a call has that an agent placed; see `call.Placed`."""

    agent: str
    in_wrap_up: bool


@value
class DialKnown:
    """What only a callback has; see `call.Dialling`."""

    number: str
    expires_at: float
    attempts: int = 0
    reached: bool = False
    next_at: float | None = None


@value
class CallKnown:
    """A call as the journal's facts had left it; see `recall`."""

    entered: CallEntered
    queued_at: float
    """When he entered the queue; `max_wait` is counted from here."""
    state: CallState = CallState.WAITING
    attempts: int = 0
    leg: str = ""
    agent: str = ""
    """The last ring attempt and its agent, while it is ringing, joining or talking."""
    joined_at: float | None = None
    kind: CallKind = CallKind.INBOUND
    step: int = 0
    """Steps of asking for less that it has taken in its queue."""
    talked: bool = False
    """Before the talk of now."""
    held: str = ""
    """The leg that holds."""
    others: tuple[LegKnown, ...] = ()
    """Phones that ring beside `leg`."""
    aim: Target | None = None
    """Agent or number outside that is called for it instead of whom its queue has."""
    consult: ConsultKnown | None = None
    placed: PlacedKnown | None = None
    dialling: DialKnown | None = None
    handed_by: str = ""
    owes_wrap_up: str = ""
    """See `call.Call`."""
    turned: tuple[str, ...] = ()
    """The legs, in turn, whose channel and that of the caller's side changed places."""

    @property
    def patient(self) -> bool:
        """A callback whose caller is not on the line: it needs no channel."""
        return self.dialling is not None and not self.dialling.reached
