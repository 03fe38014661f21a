"""One call of a scripted phone: what both sides agreed on, and the requests that follow of it."""

import asyncio
import secrets
from dataclasses import dataclass, field

from callcenter.qa import sip
from callcenter.qa.rtp import Audio


@dataclass(slots=True, eq=False)
class Dialog:
    """A call, ours or theirs. Times are those of the event loop's clock."""

    call_id: str
    local: str
    """Our From or To, with our tag."""
    remote: str
    """Theirs; it gets its tag with the first response that carries one."""
    target: str
    """Request-URI of what we send in the call."""
    audio: Audio
    invite: sip.Message | None = None
    """The INVITE of this call, sent or received."""
    tone_hz: float | None = None
    """What we say once the call is up; None sends no audio."""
    cseq: int = 0
    answered: asyncio.Event = field(default_factory=asyncio.Event)
    ended: asyncio.Event = field(default_factory=asyncio.Event)
    ended_by_us: bool = False
    code: int = 0
    """The final answer to the INVITE, 0 before."""
    invited_at: float = 0.0
    answered_at: float = 0.0
    ended_at: float = 0.0

    @property
    def up(self) -> bool:
        """Answered and not ended."""
        return self.answered.is_set() and not self.ended.is_set()

    def finish(self, now: float, by_us: bool) -> None:
        """The call is over; the first end counts."""
        if not self.ended.is_set():
            self.ended_at, self.ended_by_us = now, by_us
            self.ended.set()

    def request(
        self, method: str, via: str, contact: str, more: dict[str, str] | None = None
    ) -> sip.Message:
        """A request within the call; CANCEL and ACK take the INVITE's number."""
        if method not in ("ACK", "CANCEL"):
            self.cseq += 1
        headers = [
            ("Via", f"{via};branch={new_branch()}"),
            ("Max-Forwards", "70"),
            ("From", self.local),
            ("To", self.remote),
            ("Call-ID", self.call_id),
            ("CSeq", f"{self.cseq} {method}"),
            ("Contact", contact),
            *(more or {}).items(),
        ]
        return sip.Message(f"{method} {self.target} SIP/2.0", tuple(headers))


def new_branch() -> str:
    """A transaction's name (RFC 3261 8.1.1.7)."""
    return f"z9hG4bK{secrets.token_hex(8)}"


def new_tag() -> str:
    """A party's name within a dialog."""
    return secrets.token_hex(6)


def within_transaction(invite: sip.Message, method: str, to: str) -> sip.Message:
    """ACK of a refusal, or CANCEL: they belong to the INVITE's own transaction (17.1.1.3, 9.1)."""
    number = invite.header("CSeq").split()[0]
    headers = (
        ("Via", invite.header("Via")),
        ("Max-Forwards", "70"),
        ("From", invite.header("From")),
        ("To", to),
        ("Call-ID", invite.call_id),
        ("CSeq", f"{number} {method}"),
    )
    return sip.Message(f"{method} {invite.target} SIP/2.0", headers)


def with_header(message: sip.Message, name: str, value: str) -> sip.Message:
    """The same request, once more: new branch, next number, one header added."""
    via = message.header("Via").split(";branch=")[0]
    number, method = message.header("CSeq").split()
    changed = {"via": f"{via};branch={new_branch()}", "cseq": f"{int(number) + 1} {method}"}
    headers = tuple((key, changed.get(key.lower(), old)) for key, old in message.headers)
    return sip.Message(message.start, (*headers, (name, value)), message.body)
