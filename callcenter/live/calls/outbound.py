"""Calls to numbers outside: over the first trunk that carries them, with the hotline's number."""

from collections import deque
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from callcenter.acd.events import LegAnswered, LegFailed
from callcenter.acd.talk_commands import DialCaller, RingOutside
from callcenter.acd.talk_events import DialledAnswered, DialledFailed
from callcenter.live.calls.hearing import Hearing
from callcenter.live.calls.perform import watched
from callcenter.live.calls.places import Places
from callcenter.live.effects import Effects
from callcenter.live.told import Told
from callcenter.pbx.ari.session import AriSession
from callcenter.pbx.errors import PbxError, PbxGone
from callcenter.terms import RingResult

_NEXT_TRUNK = frozenset({0, 408, 500, 501, 502, 503, 504, 513})
"""SIP codes of a line that does not carry the call; others are the far end's own answer."""
CALLED_BACK = "cc-called"
"""Context that keeps a caller who picks up while we are away."""
_FAULTS = frozenset({RingResult.FAILED, RingResult.UNREACHABLE})


@dataclass(slots=True)
class _Attempt:
    """One number being dialled."""

    number: str
    caller_id: str
    timeout_s: float
    args: str
    originator: str
    variables: dict[str, str]
    failed: Callable[[RingResult], Told]
    context: str = ""
    """Of the dialplan, which has whoever picks up; empty: he is ours at once."""
    trunks: deque[str] = field(default_factory=deque)
    """Those not tried yet."""
    tries: int = 0


class Outbound:
    """Dials outside, and dials again over the standby trunk when the main one does not carry."""

    def __init__(self, ari: AriSession, effects: Effects, hearing: Hearing, places: Places) -> None:
        self.trunks: Callable[[str], tuple[str, ...]] = lambda number: ()
        """Number as the line is given it -> trunks in the order in which they are tried."""
        self.on_the_line: Callable[[str], str] = lambda number: number
        """A caller's number -> as the line is given it."""
        self.shown = ""
        """The number shown where a command names none."""
        self._ari = ari
        self._effects = effects
        self._hearing = hearing
        self._places = places
        self._attempts: dict[str, _Attempt] = {}

    def forget_all(self) -> None:
        """The connection was lost: what was begun is known to Asterisk only."""
        self._attempts.clear()

    def ring(self, command: RingOutside) -> None:
        """Dial a number as a leg of a call."""
        peer = self._hearing.name(command.call)
        self._places.told_peer(command.leg, peer)
        self._begin(
            command.leg,
            _Attempt(
                command.number,
                command.caller_id or self.shown,
                command.timeout_s,
                "leg",
                self._hearing.channel(command.call),
                {"CC_CALL": command.call, "CC_LEG": command.leg, **watched(peer)},
                lambda result: LegFailed(command.call, command.leg, result),
            ),
        )

    def dial_caller(self, command: DialCaller, told: Mapping[str, str]) -> None:
        """Dial the caller of a callback; his channel has the name of the call. `told` are more
        of its variables."""
        self._begin(
            command.call,
            _Attempt(
                self.on_the_line(command.number),
                self.shown,
                command.timeout_s,
                "callback",
                "",
                {"CC_CALL": command.call, **told, **watched("")},
                lambda result: DialledFailed(command.call, result),
                CALLED_BACK,
            ),
        )

    def goes_on(self, told: Told) -> bool:
        """True for a failure that is none yet, because another trunk is tried."""
        match told:
            case LegAnswered(leg=channel) | DialledAnswered(call=channel):
                self._attempts.pop(channel, None)
            case LegFailed(leg=channel) | DialledFailed(call=channel):
                attempt = self._attempts.get(channel)
                if attempt is None:
                    return False
                fault = told.result in _FAULTS and told.sip_code in _NEXT_TRUNK
                if fault and attempt.trunks:
                    self._dial(channel, attempt)
                    return True
                del self._attempts[channel]
        return False

    def _begin(self, channel: str, attempt: _Attempt) -> None:
        attempt.trunks.extend(self.trunks(attempt.number))
        self._attempts[channel] = attempt
        self._dial(channel, attempt)

    def _dial(self, channel: str, attempt: _Attempt) -> None:
        trunk = attempt.trunks.popleft() if attempt.trunks else ""
        attempt.tries += 1
        name = channel
        if attempt.tries > 1:
            # Asterisk may not have let go of the first channel's name yet.
            name = f"{channel}={attempt.tries}"
            attempt.variables["CC_PLAYS"] = channel
            self._hearing.take_place(name, channel, answered=False)
            self._places.told_peer(name, attempt.variables["CC_PEER"])
        self._effects.start(
            self._ari.originate(
                name,
                f"PJSIP/{attempt.number}@{trunk}",
                args=attempt.args,
                timeout_s=attempt.timeout_s,
                originator=attempt.originator,
                caller_id=f"<{attempt.caller_id}>",
                variables={**attempt.variables, "GROUP(line)": trunk},
                context=attempt.context,
            ),
            lambda error: self._refused(channel, error),
        )
        if attempt.context:
            tries = attempt.tries
            self._effects.start(
                self._ari.subscribe(name),
                lambda error: self._refused(channel, error) if attempt.tries == tries else None,
            )

    def _refused(self, channel: str, error: PbxError) -> Told | None:
        """Asterisk made no channel: the trunk is down."""
        attempt = self._attempts.get(channel)
        if attempt is None:
            return None
        if attempt.trunks and not isinstance(error, PbxGone):
            self._dial(channel, attempt)
            return None
        del self._attempts[channel]
        gone = isinstance(error, PbxGone)
        return attempt.failed(RingResult.CALLER_GONE if gone else RingResult.UNREACHABLE)
