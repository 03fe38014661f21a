"""A scripted phone: registers, calls, answers as told, and says what happened and when.

For what SIPp cannot do in one scenario: an agent who behaves differently from call to call, who
listens, or whose calls a test must see while they are up. UDP and IPv4 only.
"""

import asyncio
from collections import deque
from collections.abc import Coroutine
from dataclasses import dataclass
from types import TracebackType

from callcenter.qa import audio, sip
from callcenter.qa.dialog import Dialog, new_tag, with_header, within_transaction
from callcenter.qa.rtp import Audio
from callcenter.qa.transactions import T1_S, Transactions


class Refused(Exception):
    """A request was refused; the text names it and the code."""


@dataclass(frozen=True, slots=True)
class Behaviour:
    """What an agent does with a call that is offered."""

    code: int = 200
    """The final answer; 0 is none: the phone rings until the caller's side gives up."""
    after_s: float = 0.05
    """Time from INVITE to that answer."""
    talk_s: float | None = None
    """Hangs up after this; None talks until the other side hangs up."""
    tone_hz: float | None = audio.AGENT_HZ
    """What the agent says; None sends no audio at all."""


TALKS = Behaviour()
BUSY = Behaviour(code=486, after_s=0.0)
DECLINES = Behaviour(code=603)
RINGS = Behaviour(code=0)
_OK = 200
_REASONS = {
    180: "Ringing",
    200: "OK",
    486: "Busy Here",
    487: "Request Terminated",
    503: "Service Unavailable",
    603: "Decline",
}


class Phone:
    """One account's phone; use it as `async with Phone(...) as phone`."""

    def __init__(
        self,
        user: str,
        secret: str,
        server: tuple[str, int],
        behaviour: Behaviour = TALKS,
        address: tuple[str, int] = ("127.0.0.1", 0),
    ) -> None:
        """`address` is where it listens; port 0 is a free one."""
        self.user = user
        self.behaviour = behaviour
        """May be changed at any time; it holds from the next offered call on."""
        self.script: deque[Behaviour] = deque()
        """One for each next call, used up before `behaviour` holds again."""
        self.offers: list[Dialog] = []
        """Calls that came in, oldest first."""
        self.notified: list[str] = []
        """What came of transfers that it asked for: status lines, oldest first."""
        self._secret = secret
        self._server = f"{server[0]}:{server[1]}"
        self._wire = Transactions(self._requested, address)
        self._dialogs: dict[str, Dialog] = {}
        self._tasks: set[asyncio.Task[None]] = set()
        self._registration = Dialog(
            f"{new_tag()}@{user}", self._own(new_tag()), self._own(), f"sip:{self._server}", Audio()
        )

    async def __aenter__(self) -> "Phone":
        await self._wire.open()
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        for call in self._dialogs.values():
            if call.up:  # no time to wait for the answer: the socket is about to go
                self._wire.send(self._within(call, "BYE"))
            await call.audio.close()
        self._wire.close()

    def _own(self, tag: str = "") -> str:
        return f"<sip:{self.user}@{self._server}>" + (f";tag={tag}" if tag else "")

    @property
    def contact(self) -> str:
        """Where this phone is reached."""
        host, port = self._wire.address
        return f"<sip:{self.user}@{host}:{port}>"

    def _start(self, work: Coroutine[None, None, None]) -> None:
        task = asyncio.get_running_loop().create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    def _within(self, call: Dialog, method: str) -> sip.Message:
        return call.request(method, self._wire.via, self.contact)

    async def register(self, expires_s: int = 3600) -> None:
        """Register with the digest of the secret; 0 unregisters. Raises Refused or NoReply."""
        request = self._registration.request(
            "REGISTER", self._wire.via, self.contact, {"Expires": str(expires_s)}
        )
        reply, sent = await self._with_digest(request)
        self._registration.cseq = int(sent.header("CSeq").split()[0])
        if reply.status != 200:
            raise Refused(f"REGISTER of {self.user}: {reply.start}")

    async def _with_digest(self, request: sip.Message) -> tuple[sip.Message, sip.Message]:
        """The final answer, and the request that it answers: the one with the digest, if asked."""
        reply = await self._wire.request(request)
        if reply.status not in (401, 407):
            return reply, request
        if request.method == "INVITE":
            self._wire.send(within_transaction(request, "ACK", reply.header("To")))
        asked, given = (
            ("WWW-Authenticate", "Authorization")
            if reply.status == 401
            else ("Proxy-Authenticate", "Proxy-Authorization")
        )
        answer = sip.digest(
            reply.header(asked), request.method, request.target, self.user, self._secret
        )
        again = with_header(request, given, answer)
        return await self._wire.request(again), again

    async def call(self, number: str, tone_hz: float | None = audio.AGENT_HZ) -> Dialog:
        """Call a number and wait for the answer. Raises Refused with its code, or NoReply."""
        call = Dialog(
            f"{new_tag()}@{self.user}",
            self._own(new_tag()),
            f"<sip:{number}@{self._server}>",
            f"sip:{number}@{self._server}",
            Audio(),
            tone_hz=tone_hz,
        )
        await call.audio.open("127.0.0.1")
        self._dialogs[call.call_id] = call
        offer = sip.sdp("127.0.0.1", call.audio.port)
        bare = call.request(
            "INVITE", self._wire.via, self.contact, {"Content-Type": "application/sdp"}
        )
        call.invited_at = self._now()
        reply, call.invite = await self._with_digest(sip.Message(bare.start, bare.headers, offer))
        call.cseq, call.code = int(call.invite.header("CSeq").split()[0]), reply.status
        call.remote = reply.header("To")
        if reply.status != 200:
            self._wire.send(within_transaction(call.invite, "ACK", call.remote))
            call.finish(self._now(), by_us=False)
            raise Refused(f"call to {number}: {reply.start}")
        call.target = sip.uri(reply.header("Contact"))
        self._wire.send(self._within(call, "ACK"))
        self._talk(call, reply.body)
        return call

    async def answer(self, call: Dialog, code: int = 200) -> None:
        """Pick up an offered call that rings and rings (`RINGS`), or refuse it with this code."""
        assert call.invite is not None  # noqa: S101  it was offered
        await self._end_ring(call, call.invite, code)

    async def hang_up(self, call: Dialog) -> None:
        """Send BYE and wait for its answer; harmless when the call is over."""
        if call.up:
            call.finish(self._now(), by_us=True)
            await self._wire.request(self._within(call, "BYE"))
            await call.audio.close()

    async def transfer(self, call: Dialog, number: str) -> int:
        """Ask the other side to call a number instead; the code of the answer."""
        to = {"Refer-To": f"<sip:{number}@{self._server}>"}
        reply = await self._wire.request(call.request("REFER", self._wire.via, self.contact, to))
        return reply.status

    def _now(self) -> float:
        return asyncio.get_running_loop().time()

    def _talk(self, call: Dialog, body: str) -> None:
        self._hear_sdp(call, body)
        if not call.answered.is_set():
            call.answered_at = self._now()
            call.answered.set()
            if call.tone_hz is not None:
                call.audio.talk(call.tone_hz)

    def _requested(self, request: sip.Message, when: float) -> None:
        call = self._dialogs.get(request.call_id)
        match request.method:
            case "INVITE" if call is None:
                self._start(self._offered(request, when))
            case "INVITE" if call is not None:
                self._reinvited(call, request)
            case "ACK":
                if call is not None and call.code == 200:
                    self._talk(call, request.body)
            case "CANCEL" if call is not None and call.invite is not None and not call.code:
                self._reply(request, 200)
                self._reply(call.invite, 487)
                call.code = 487
                call.finish(when, by_us=False)
            case "BYE" if call is not None:
                self._reply(request, 200)
                call.finish(when, by_us=False)
                self._start(call.audio.close())
            case "NOTIFY":
                self.notified.append(request.body.strip())
                self._reply(request, 200)
            case _:
                self._reply(request, 200)

    def _reply(self, request: sip.Message, code: int, body: str = "") -> None:
        call = self._dialogs.get(request.call_id)
        tag = call.local.rpartition("tag=")[2] if call else new_tag()
        more = {"Contact": self.contact}
        if body:
            more |= {"Content_Type": "application/sdp", "body": body}
        self._wire.answer(request, sip.response(request, code, _REASONS[code], tag, **more))

    def _reinvited(self, call: Dialog, request: sip.Message) -> None:
        """Hold, or a new address for the audio: take what is offered."""
        self._hear_sdp(call, request.body)
        self._reply(request, 200, sip.sdp("127.0.0.1", call.audio.port, call.audio.events))

    def _hear_sdp(self, call: Dialog, body: str) -> None:
        """Where the other side wants audio, and as what it wants keys."""
        if (address := sip.audio_address(body)) is not None:
            call.audio.remote, call.audio.events = address, sip.events_type(body)

    async def _offered(self, invite: sip.Message, when: float) -> None:
        does = self.script.popleft() if self.script else self.behaviour
        call = Dialog(
            invite.call_id,
            f"{invite.header('To')};tag={new_tag()}",
            invite.header("From"),
            sip.uri(invite.header("Contact")),
            Audio(),
            invite,
            tone_hz=does.tone_hz,
        )
        call.invited_at = when
        self._dialogs[call.call_id] = call
        self.offers.append(call)
        await call.audio.open("127.0.0.1")
        self._hear_sdp(call, invite.body)
        self._reply(invite, 180)
        await asyncio.sleep(does.after_s)
        if does.code == 0 or call.ended.is_set():
            return
        await self._end_ring(call, invite, does.code)
        if call.up and does.talk_s is not None:
            await asyncio.sleep(does.talk_s)
            await self.hang_up(call)

    async def _end_ring(self, call: Dialog, invite: sip.Message, code: int) -> None:
        call.code = code
        if code == _OK:
            await self._answer(call, invite)
        else:
            self._reply(invite, code)
            call.finish(self._now(), by_us=True)

    async def _answer(self, call: Dialog, invite: sip.Message) -> None:
        """200, again and again until its ACK comes (RFC 3261 13.3.1.4)."""
        for interval in (T1_S, 2 * T1_S, 4 * T1_S, 8 * T1_S):
            self._reply(invite, 200, sip.sdp("127.0.0.1", call.audio.port, call.audio.events))
            try:
                await asyncio.wait_for(call.answered.wait(), interval)
            except TimeoutError:
                continue
            return
        call.finish(self._now(), by_us=False)
