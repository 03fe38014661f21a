"""SIP as a scripted phone needs it: messages, digest answers, an SDP (RFC 3261, 2617, 4566)."""

import hashlib
import re
from dataclasses import dataclass

from callcenter.qa.rtp import ALAW, EVENTS

_COMPACT = {"v": "via", "f": "from", "t": "to", "i": "call-id", "m": "contact", "l": "length"}


@dataclass(frozen=True, slots=True)
class Message:
    """One request or response."""

    start: str
    headers: tuple[tuple[str, str], ...]
    body: str = ""

    @property
    def status(self) -> int:
        """Status code of a response, 0 of a request."""
        return int(self.start.split()[1]) if self.start.startswith("SIP/2.0 ") else 0

    @property
    def method(self) -> str:
        """The request's method, or that of the request which a response answers."""
        return self.header("CSeq").split()[1]

    @property
    def target(self) -> str:
        """Request-URI of a request."""
        return self.start.split()[1]

    def header(self, name: str) -> str:
        """The first value of a header, or an empty text."""
        return next(iter(self.all(name)), "")

    def all(self, name: str) -> list[str]:
        """Every value of a header, in order."""
        return [value for key, value in self.headers if key.lower() == name.lower()]

    @property
    def call_id(self) -> str:
        """Call-ID."""
        return self.header("Call-ID")

    def __bytes__(self) -> bytes:
        lines = [self.start, *(f"{name}: {value}" for name, value in self.headers)]
        lines.append(f"Content-Length: {len(self.body.encode())}")
        return ("\r\n".join(lines) + "\r\n\r\n" + self.body).encode()


def parse(data: bytes) -> Message:
    """Read one datagram. Raises ValueError when it is not SIP."""
    head, _, body = data.decode(errors="replace").partition("\r\n\r\n")
    start, *lines = head.split("\r\n")
    if not re.search(r"^SIP/2\.0 \d{3}|SIP/2\.0$", start):
        raise ValueError(f"not SIP: {start[:60]!r}")
    headers = []
    for line in lines:
        name, colon, value = line.partition(":")
        if not colon:
            raise ValueError(f"not a header: {line[:60]!r}")
        name = _COMPACT.get(name.strip().lower(), name.strip())
        if name.lower() != "content-length":
            headers.append((name, value.strip()))
    return Message(start, tuple(headers), body)


def response(request: Message, code: int, reason: str, tag: str, **more: str) -> Message:
    """The answer to a request; `tag` goes to its To where that has none. `body` may be given."""
    body = more.pop("body", "")
    headers = [("Via", via) for via in request.all("Via")]
    headers += [("Record-Route", route) for route in request.all("Record-Route")]
    to = request.header("To")
    headers += [
        ("From", request.header("From")),
        ("To", to if "tag=" in to or code == 100 else f"{to};tag={tag}"),
        ("Call-ID", request.call_id),
        ("CSeq", request.header("CSeq")),
    ]
    headers += [(name.replace("_", "-"), value) for name, value in more.items()]
    return Message(f"SIP/2.0 {code} {reason}", tuple(headers), body)


def uri(header: str) -> str:
    """The address inside a From, To or Contact."""
    found = re.search(r"<([^>]+)>", header)
    return found.group(1) if found else header.split(";")[0].strip()


def host_port(target: str) -> tuple[str, int]:
    """Where a SIP URI with an IPv4 address leads to."""
    host, _, port = target.partition(":")[2].rpartition("@")[2].partition(";")[0].partition(":")
    return host, int(port or 5060)


def _md5(text: str) -> str:
    return hashlib.md5(text.encode(), usedforsecurity=False).hexdigest()


def digest(challenge: str, method: str, target: str, user: str, secret: str) -> str:
    """The Authorization value for a challenge (RFC 2617, MD5, with qop=auth where asked)."""
    field = dict(re.findall(r'(\w+)="?([^",]+)"?', challenge.partition(" ")[2]))
    realm, nonce = field["realm"], field["nonce"]
    first, second = _md5(f"{user}:{realm}:{secret}"), _md5(f"{method}:{target}")
    parts = {"username": user, "realm": realm, "nonce": nonce, "uri": target}
    if "opaque" in field:
        parts["opaque"] = field["opaque"]
    quoted = ", ".join(f'{name}="{value}"' for name, value in parts.items())
    if "qop" not in field:
        return f'Digest {quoted}, response="{_md5(f"{first}:{nonce}:{second}")}", algorithm=MD5'
    counted, own = "00000001", _md5(nonce + target)[:16]
    answer = _md5(f"{first}:{nonce}:{counted}:{own}:auth:{second}")
    return (
        f'Digest {quoted}, response="{answer}", algorithm=MD5, '
        f'qop=auth, nc={counted}, cnonce="{own}"'
    )


def sdp(address: str, port: int, events: int | None = EVENTS) -> str:
    """An offer or answer: A-law both ways, and keys as telephone events of that payload type.

    An answer takes the type of the offer (RFC 3264 section 6.1), or has None where it offers none.
    """
    payloads = [ALAW] if events is None else [ALAW, events]
    keys = (
        []
        if events is None
        else [f"a=rtpmap:{events} telephone-event/8000", f"a=fmtp:{events} 0-16"]
    )
    return "\r\n".join(
        (
            "v=0",
            f"o=- {port} 1 IN IP4 {address}",
            "s=-",
            f"c=IN IP4 {address}",
            "t=0 0",
            f"m=audio {port} RTP/AVP {' '.join(map(str, payloads))}",
            f"a=rtpmap:{ALAW} PCMA/8000",
            *keys,
            "a=ptime:20",
            "a=sendrecv",
            "",
        )
    )


def events_type(body: str) -> int | None:
    """The payload type of telephone events at 8000 Hz in an SDP; None where there is none."""
    found = re.search(r"^a=rtpmap:(\d+) telephone-event/8000", body, re.MULTILINE)
    return int(found.group(1)) if found else None


def audio_address(body: str) -> tuple[str, int] | None:
    """Where the SDP wants its audio; None without an audio line."""
    host = re.search(r"^c=IN IP4 (\S+)", body, re.MULTILINE)
    media = re.search(r"^m=audio (\d+)", body, re.MULTILINE)
    return (host.group(1), int(media.group(1))) if host and media else None
