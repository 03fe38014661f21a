"""What must be there for a call: its channels, and the bridge in which they are."""

from callcenter.acd.calls.call import Call
from callcenter.acd.value import value
from callcenter.terms import CallKind, CallState

_IN_LINE = frozenset({CallState.WAITING, CallState.RINGING})


@value
class Standing:
    """One call, beside which Asterisk's channels can be held. Names as the floor has them."""

    call: str
    kind: CallKind
    caller: bool
    """The caller's side has a channel of its own: none has a callback that is not reached, or a
    consult over the leg on which the agent talks."""
    legs: tuple[str, ...]
    """Legs that ring or talk for it."""
    waits_in: str
    """The queue whose music its caller must hear; empty when he need not be in a bridge."""
    talks: bool
    """Caller and the one leg must be in the bridge of the talk: nobody holds or asks anybody."""
    line: str
    """Of a consult: the agent's second channel."""


def standing_of(call: Call) -> Standing:
    """What must be there for this call now."""
    asks = call.consult is not None and call.consult.call is call
    line = call.consult.line if asks and call.consult is not None else ""
    in_line = call.state in _IN_LINE and call.outsider and not call.patient
    return Standing(
        call.id,
        call.kind,
        bool(line) if asks else not call.patient,
        tuple(leg for leg in (call.leg, *call.also) if leg),
        call.queue.policy.name if in_line and call.aim is None else "",
        call.state is CallState.TALKING and not call.held and call.consult is None,
        line,
    )
