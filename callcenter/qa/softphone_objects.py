"""pjsua2's accounts, calls and buddies, with their callbacks: each tells what happened.

Import it late: the library is only there where it was built. Callbacks run on the engine's thread.
"""

import re
from collections import deque
from typing import Any, Protocol

import pjsua2 as pj

from callcenter.qa.softphone_words import Tell, Told

CONNECTED = (pj.PJSUA_CALL_MEDIA_ACTIVE, pj.PJSUA_CALL_MEDIA_REMOTE_HOLD)
_STATES = {
    pj.PJSIP_INV_STATE_EARLY: "ringing",
    pj.PJSIP_INV_STATE_CONFIRMED: "answered",
    pj.PJSIP_INV_STATE_DISCONNECTED: "ended",
}
_MEDIA = {
    pj.PJSUA_CALL_MEDIA_ACTIVE: "active",
    pj.PJSUA_CALL_MEDIA_LOCAL_HOLD: "held",
    pj.PJSUA_CALL_MEDIA_REMOTE_HOLD: "held by the other side",
}
_CALL_ID = re.compile(r"^(?:Call-ID|i):\s*(\S+)", re.IGNORECASE | re.MULTILINE)
_WAITING = re.compile(r"Voice-Message:\s*(\d+)/(\d+)", re.IGNORECASE)


class Keeper(Protocol):
    """What callbacks need of the library."""

    @property
    def tell(self) -> Tell: ...

    def new_key(self) -> int: ...
    def keep(self, call: "Call") -> None: ...
    def ended(self, call: "Call") -> None: ...
    def connect(self, call: "Call") -> None: ...


class Account(pj.Account):
    def __init__(self, key: int, library: Keeper) -> None:
        super().__init__()
        self.key = key
        self.library = library
        self.buddies: dict[str, Buddy] = {}
        self.heard: deque[str] = deque(maxlen=100)
        """Call-IDs of the last messages."""

    def onRegState(self, prm: Any) -> None:  # noqa: N802  pjsua2's name
        self.library.tell(
            Told("registration", self.key, code=prm.code, text=prm.reason, new=prm.expiration)
        )

    def onIncomingCall(self, prm: Any) -> None:  # noqa: N802
        call = Call(self, prm.callId)
        self.library.keep(call)
        told = prm.rdata.wholeMsg
        self.library.tell(
            Told("offered", self.key, call.key, text=told, peer=call.getInfo().remoteUri)
        )

    def onInstantMessage(self, prm: Any) -> None:  # noqa: N802
        """The library answers without a transaction: what is sent again would be told again."""
        found = _CALL_ID.search(prm.rdata.wholeMsg)
        name = found.group(1) if found else ""
        if name and name in self.heard:
            return
        self.heard.append(name)
        self.library.tell(Told("message", self.key, text=prm.msgBody, peer=prm.fromUri))

    def onInstantMessageStatus(self, prm: Any) -> None:  # noqa: N802
        self.library.tell(
            Told("message status", self.key, code=prm.code, text=prm.reason, peer=prm.toUri)
        )

    def onMwiInfo(self, prm: Any) -> None:  # noqa: N802
        found = _WAITING.search(prm.rdata.wholeMsg)
        new, old = (int(count) for count in found.groups()) if found else (0, 0)
        self.library.tell(Told("mailbox", self.key, code=old, new=new))


class Buddy(pj.Buddy):
    def __init__(self, account: Account, uri: str) -> None:
        super().__init__()
        self.account = account
        self.uri = uri
        config = pj.BuddyConfig()
        config.uri = uri
        config.subscribe = False
        self.create(account, config)

    def onBuddyState(self) -> None:  # noqa: N802
        info = self.getInfo()
        note = info.presStatus.note or info.presStatus.statusText
        told = Told("lamp", self.account.key, code=info.subTermCode, text=note, peer=self.uri)
        self.account.library.tell(told)


class Call(pj.Call):
    def __init__(self, account: Account, call_id: int = pj.PJSUA_INVALID_ID) -> None:
        super().__init__(account, call_id)
        self.account = account
        self.library = account.library
        self.key = self.library.new_key()
        self.recorder: Any = None
        self.tone: Any = None
        self.successor: Call | None = None

    def _tell(self, kind: str, code: int = 0, text: str = "", peer: str = "", new: int = 0) -> None:
        self.library.tell(Told(kind, self.account.key, self.key, code, text, peer, new))

    def onCallState(self, prm: Any) -> None:  # noqa: N802
        info = self.getInfo()
        kind = _STATES.get(info.state)
        if kind is not None:
            self._tell(kind, info.lastStatusCode, info.lastReason, info.remoteUri)
        if kind == "ended":
            self.library.ended(self)

    def onCallMediaState(self, prm: Any) -> None:  # noqa: N802
        info = self.getInfo()  # media is a part of it, and goes with it
        status = info.media[0].status if len(info.media) else pj.PJSUA_CALL_MEDIA_NONE
        if status in CONNECTED:
            self.library.connect(self)
        self._tell("audio", text=_MEDIA.get(status, "none"))

    def onDtmfDigit(self, prm: Any) -> None:  # noqa: N802
        self._tell("key", text=prm.digit, peer="INFO" if prm.method else "RTP")

    def onCallTransferStatus(self, prm: Any) -> None:  # noqa: N802
        self._tell("transfer", prm.statusCode, prm.reason, new=int(prm.finalNotify))
        prm.cont = not prm.finalNotify

    def onCallTransferRequest(self, prm: Any) -> None:  # noqa: N802
        prm.newCall = self._succeeded_by(prm.dstUri)

    def onCallReplaceRequest(self, prm: Any) -> None:  # noqa: N802
        prm.newCall = self._succeeded_by("")

    def _succeeded_by(self, to: str) -> "Call":
        """The call that takes this one's place: as the other side asked for it."""
        self.successor = Call(self.account)
        self.library.keep(self.successor)
        self._tell("replaced", peer=to, new=self.successor.key)
        return self.successor
