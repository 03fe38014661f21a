"""Words that a person types at a softphone: call, answer, hold, transfer, keys, messages."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from callcenter.qa import audio
from callcenter.qa.softphone import Softphone
from callcenter.qa.softphone_call import SoftCall

LISTENED_FOR = (425, 440, 450, 500, 700, 1000, 1800)
"""Tones that `hear` looks for: ringing and busy of several countries, and our own."""

_Answer = Awaitable[str | None]


class NoSuchCommand(Exception):
    """The line is no command, or cannot be done now; the text says what is possible."""


@dataclass(frozen=True, slots=True)
class Command:
    """One word of the console."""

    needs: str
    """What follows it; empty for nothing, in brackets where it may be left out."""
    help: str
    do: Callable[["Console", str], _Answer]


class Console:
    """Obeys one line at a time. Commands about a call mean the latest one that is not over."""

    def __init__(self, phone: Softphone, tone_hz: float | None = audio.AGENT_HZ) -> None:
        self._phone = phone
        self._tone_hz = tone_hz

    async def obey(self, line: str) -> str | None:
        """Do what a line says; the answer to print, if any.

        Raises NoSuchCommand; Refused, Late and SoftphoneError as the phone does.
        """
        word, _, rest = line.strip().partition(" ")
        found = [name for name in COMMANDS if name.startswith(word)] if word else []
        name = word if word in COMMANDS else found[0] if len(found) == 1 else ""
        if not name:
            which = f"; {word!r} could be {', '.join(found)}" if found else ""
            raise NoSuchCommand(f"commands: {', '.join(COMMANDS)}{which}")
        command = COMMANDS[name]
        needs = command.needs
        if bool(rest.strip()) < bool(needs and not needs.startswith("[")):
            raise NoSuchCommand(f"usage: {name} {needs}")
        return await command.do(self, rest.strip())

    @property
    def _open(self) -> list[SoftCall]:
        return [call for call in self._phone.calls if call.state != "ended"]

    @property
    def _call(self) -> SoftCall:
        if not self._open:
            raise NoSuchCommand("there is no call; `call NUMBER` makes one")
        return self._open[-1]

    async def call(self, number: str) -> None:
        await self._phone.dial(number, self._tone_hz)

    async def answer(self, _: str) -> None:
        call = self._call
        await call.say(self._tone_hz)
        await call.answer()

    async def reject(self, code: str) -> None:
        await self._call.reject(_number(code, 486))

    async def hangup(self, _: str) -> None:
        await self._call.hang_up()

    async def hold(self, _: str) -> None:
        await self._call.hold()

    async def retrieve(self, _: str) -> None:
        await self._call.retrieve()

    async def transfer(self, number: str) -> str:
        code = await self._call.transfer(number)
        return f"REFER: {code}"

    async def join(self, _: str) -> str:
        """The older call's other side with the newer call's."""
        if len(self._open) < 2:
            raise NoSuchCommand("join connects two calls; there are not two")
        first, second = self._open[-2:]
        return f"REFER: {await first.transfer_to(second)}"

    async def swap(self, _: str) -> None:
        """Hold the newest call and talk in the one before it, which is the newest then."""
        if len(self._open) < 2:
            raise NoSuchCommand("swap goes between two calls; there are not two")
        first, second = self._open[-2:]
        await second.hold()
        if first.audio == "held":
            await first.retrieve()
        calls = self._phone.calls
        calls.append(calls.pop(calls.index(first)))

    async def keys(self, digits: str) -> None:
        await self._call.press(digits)

    async def info(self, digits: str) -> None:
        await self._call.press(digits, info=True)

    async def message(self, rest: str) -> str:
        to, _, text = rest.partition(" ")
        return f"MESSAGE: {await self._phone.message(to, text)}"

    async def watch(self, number: str) -> None:
        await self._phone.watch(number)

    async def say(self, hz: str) -> None:
        self._tone_hz = _number(hz, 0) or None
        await self._call.say(self._tone_hz)

    async def hear(self, seconds: str) -> str:
        samples = await self._call.listen(_number(seconds, 1))
        heard = [hz for hz in LISTENED_FOR if audio.tone_level(samples, hz) > audio.HEARD]
        sound_s = audio.seconds_of_sound(samples)
        tones = ", ".join(f"{hz} Hz" for hz in heard) or "no tone"
        return f"{tones}; sound for {sound_s:.1f} of {len(samples) / audio.RATE:.1f} s"

    async def calls(self, _: str) -> str:
        return "\n".join(str(call) for call in self._open) or "no calls"

    async def help(self, _: str) -> str:
        return "\n".join(
            f"  {f'{name} {command.needs}':<22}{command.help}" for name, command in COMMANDS.items()
        )


def _number(text: str, default: int) -> int:
    try:
        return int(text) if text else default
    except ValueError:
        raise NoSuchCommand(f"{text!r} is no number") from None


COMMANDS = {
    "call": Command("NUMBER", "Call a number.", Console.call),
    "answer": Command("", "Answer the call that rings.", Console.answer),
    "reject": Command("[CODE]", "Refuse it: 486 busy, 603 decline.", Console.reject),
    "hangup": Command("", "End the call.", Console.hangup),
    "hold": Command("", "Hold it (保持).", Console.hold),
    "retrieve": Command("", "Talk again (恢复).", Console.retrieve),
    "transfer": Command("NUMBER", "Blind transfer (转接).", Console.transfer),
    "join": Command("", "Attended transfer: connect the two calls.", Console.join),
    "swap": Command("", "Hold this call, talk in the other.", Console.swap),
    "keys": Command("DIGITS", "Press keys, in the audio.", Console.keys),
    "info": Command("DIGITS", "Press keys, as SIP INFO.", Console.info),
    "message": Command("NUMBER TEXT", "Send a SIP MESSAGE.", Console.message),
    "watch": Command("NUMBER", "Watch a lamp.", Console.watch),
    "say": Command("HZ", "Say a tone; 0 is silence.", Console.say),
    "hear": Command("[SECONDS]", "Tell which tones are heard.", Console.hear),
    "calls": Command("", "List the calls.", Console.calls),
    "help": Command("", "List the commands.", Console.help),
}
