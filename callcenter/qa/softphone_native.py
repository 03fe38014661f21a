"""pjsua2, narrowed to what a softphone needs: one endpoint, with its accounts and calls by key.

Import it late: the library is only there where it was built. Everything here runs on the one
thread of the engine.
"""

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pjsua2 as pj

from callcenter.qa.audio import RATE
from callcenter.qa.softphone_objects import CONNECTED, Account, Buddy, Call
from callcenter.qa.softphone_words import Line, Tell

_FRAME_MS = 20
_RTP_FIRST = 30_000
_RTP_RANGE = 10_000


@dataclass(slots=True)
class Library:
    """The one pjsua2 endpoint of a process, with its accounts and calls by key."""

    tell: Tell
    folder: Path
    """For what calls hear: one file each, `CALL.wav`."""
    log: Path | None = None
    _endpoint: Any = None
    _transports: dict[str, int] = field(default_factory=dict)
    _accounts: dict[int, Account] = field(default_factory=dict)
    _lines: dict[int, Line] = field(default_factory=dict)
    _calls: dict[int, Call] = field(default_factory=dict)
    _over: list[Call] = field(default_factory=list)
    _keys: int = 0

    def start(self) -> None:
        """Start the endpoint: no sound device, 8 kHz, callbacks only while `poll` runs."""
        if _exists():
            raise RuntimeError("this process has its softphones already: one Softphones for all")
        self._endpoint = pj.Endpoint()
        self._endpoint.libCreate()
        config = pj.EpConfig()
        config.uaConfig.threadCnt = 0
        config.uaConfig.mainThreadOnly = True
        config.uaConfig.maxCalls = 128
        config.uaConfig.userAgent = "callcenter softphone"
        config.logConfig.level = 5 if self.log else 0
        config.logConfig.consoleLevel = 0
        config.logConfig.filename = str(self.log or "")
        media = config.medConfig
        media.clockRate = media.sndClockRate = RATE
        media.audioFramePtime = media.ptime = _FRAME_MS
        media.channelCount = 1
        media.noVad = True
        media.ecTailLen = 0
        media.sndAutoCloseTime = -1
        self._endpoint.libInit(config)
        self._endpoint.libStart()
        self._endpoint.audDevManager().setNullDev()
        # A-law first, as the trunks have it. A hold that also changes the codec ends the music:
        # https://github.com/asterisk/asterisk/issues/1027
        self._endpoint.codecSetPriority("PCMA/8000", 255)

    def poll(self, wait_ms: int) -> None:
        """Let SIP happen for so long at most; then drop calls that are over."""
        self._endpoint.libHandleEvents(wait_ms)
        for call in self._over:
            self._calls.pop(call.key, None)
            call.recorder = call.tone = call.successor = None
        self._over.clear()

    def stop(self) -> None:
        """End calls and accounts, then the endpoint."""
        for key in list(self._accounts):
            self.remove(key)
        self._endpoint.hangupAllCalls()
        self.poll(0)
        self._calls.clear()
        self._endpoint.libDestroy(pj.PJSUA_DESTROY_NO_RX_MSG)
        self._endpoint = None

    def new_key(self) -> int:
        """A key for a call."""
        self._keys += 1
        return self._keys

    def keep(self, call: Call) -> None:
        """Hold the call's object until it is over: pjsua2 does not."""
        self._calls[call.key] = call

    def ended(self, call: Call) -> None:
        """Its object may go once the callback has returned."""
        self._over.append(call)

    def connect(self, call: Call) -> None:
        """Join the call's audio to its recording and its tone; again after each re-INVITE."""
        audio = call.getAudioMedia(-1)
        if call.recorder is None:
            call.recorder = pj.AudioMediaRecorder()
            call.recorder.createRecorder(str(self.folder / f"{call.key}.wav"))
        audio.startTransmit(call.recorder)
        if call.tone is not None:
            call.tone.startTransmit(audio)

    # -- what the engine asks for ----------------------------------------------------------------

    def add(self, key: int, line: Line, *, register: bool) -> None:
        """Make an account; registers it, unless told otherwise."""
        config = pj.AccountConfig()
        config.idUri = f"sip:{line.user}@{line.server}"
        config.regConfig.registrarUri = f"sip:{line.server}" if register else ""
        config.regConfig.timeoutSec = line.expires_s
        config.regConfig.retryIntervalSec = 0
        if line.secret:
            secret = pj.AuthCredInfo("digest", "*", line.user, 0, line.secret)
            config.sipConfig.authCreds.append(secret)
        config.sipConfig.transportId = self._transport(line.address)
        config.mediaConfig.transportConfig.boundAddress = line.address
        config.mediaConfig.transportConfig.port = _RTP_FIRST
        config.mediaConfig.transportConfig.portRange = _RTP_RANGE
        config.mwiConfig.enabled = line.mailbox
        config.natConfig.contactRewriteUse = 0
        account = Account(key, self)
        self._accounts[account.key], self._lines[account.key] = account, line
        account.create(config)

    def _transport(self, address: str) -> int:
        if address not in self._transports:
            config = pj.TransportConfig()
            config.boundAddress = address
            kind = pj.PJSIP_TRANSPORT_UDP
            self._transports[address] = self._endpoint.transportCreate(kind, config)
        return self._transports[address]

    def address(self, account: int) -> str:
        """host:port of the account's SIP."""
        transport = self._transports[self._lines[account].address]
        return str(self._endpoint.transportGetInfo(transport).localName)

    def register(self, account: int, *, renew: bool) -> None:
        """Register again, or unregister."""
        self._accounts[account].setRegistration(renew)

    def remove(self, account: int) -> None:
        """End its calls, unregister, forget it."""
        gone = self._accounts.pop(account)
        for call in [call for call in self._calls.values() if call.account is gone]:
            if call.isActive():
                call.hangup(pj.CallOpParam())
        gone.buddies.clear()
        gone.shutdown()

    def call(self, account: int, uri: str, hz: float, headers: dict[str, str]) -> int:
        """Send an INVITE, to say a tone once there is audio; the call's key."""
        call = Call(self._accounts[account])
        self.keep(call)
        asked = _asked()
        for name, value in headers.items():
            header = pj.SipHeader()
            header.hName, header.hValue = name, value
            asked.txOption.headers.append(header)
        call.makeCall(uri, asked)
        self.play(call.key, hz)
        return call.key

    def answer(self, call: int, code: int) -> None:
        """Answer an offered call with 180, 200 or a refusal."""
        asked = _asked()
        asked.statusCode = code
        self._calls[call].answer(asked)

    def hang_up(self, call: int) -> None:
        """BYE, CANCEL or 603, as it stands; harmless when the call is over."""
        if call in self._calls and self._calls[call].isActive():
            self._calls[call].hangup(pj.CallOpParam())

    def hold(self, call: int) -> None:
        """Re-INVITE with sendonly."""
        self._calls[call].setHold(_asked())

    def retrieve(self, call: int) -> None:
        """Re-INVITE with sendrecv."""
        asked = _asked()
        asked.opt.flag = pj.PJSUA_CALL_UNHOLD
        self._calls[call].reinvite(asked)

    def transfer(self, call: int, uri: str) -> None:
        """REFER to an address."""
        self._calls[call].xfer(uri, _asked())

    def transfer_to(self, call: int, other: int) -> None:
        """REFER to the other side of another call, with Replaces."""
        self._calls[call].xferReplaces(self._calls[other], _asked())

    def keys(self, call: int, digits: str, *, info: bool) -> None:
        """Send digits as RFC 4733 events, or as SIP INFO."""
        asked = pj.CallSendDtmfParam()
        asked.digits = digits
        asked.method = pj.PJSUA_DTMF_METHOD_SIP_INFO if info else pj.PJSUA_DTMF_METHOD_RFC2833
        self._calls[call].sendDtmf(asked)

    def play(self, call: int, hz: float) -> None:
        """Say a tone from now on, also after a re-INVITE; 0 is silence."""
        mine = self._calls[call]
        mine.tone = None  # its destructor takes it out of the conference
        if hz:
            one = pj.ToneDesc()
            one.freq1, one.freq2, one.on_msec, one.off_msec = round(hz), 0, 1000, 0
            tones = pj.ToneDescVector()
            tones.append(one)
            mine.tone = pj.ToneGenerator()
            mine.tone.createToneGenerator(RATE)
            mine.tone.play(tones, True)
            info = mine.getInfo()
            if any(media.status in CONNECTED for media in info.media):
                mine.tone.startTransmit(mine.getAudioMedia(-1))

    def message(self, account: int, uri: str, text: str) -> None:
        """Send a MESSAGE outside of calls."""
        sent = pj.SendInstantMessageParam()
        sent.content = text
        self._buddy(account, uri).sendInstantMessage(sent)

    def watch(self, account: int, uri: str, *, on: bool) -> None:
        """Subscribe to the presence of an address, or end that."""
        self._buddy(account, uri).subscribePresence(on)

    def _buddy(self, account: int, uri: str) -> Buddy:
        mine = self._accounts[account]
        if uri not in mine.buddies:
            mine.buddies[uri] = Buddy(mine, uri)
        return mine.buddies[uri]


def _exists() -> bool:
    """A second endpoint would abort the process."""
    try:
        pj.Endpoint.instance()
    except pj.Error:
        return False
    return True


def _asked() -> Any:
    asked = pj.CallOpParam(True)
    asked.opt.audioCount, asked.opt.videoCount, asked.opt.textCount = 1, 0, 0
    return asked
