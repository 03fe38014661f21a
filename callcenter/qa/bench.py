"""How fast a call meets an agent: Asterisk's app_queue and our controller, measured on the wire.

Both work on one Asterisk in one run, in turns, with the same phones, callers and site: no
wrap-up, app_queue with retry=1 and autofill. Two times are measured from packets on loopback:

- joined → INVITE: from the caller's ACK of the hotline's answer, with agents idle, to the INVITE
  at an agent's phone. It contains the few dialplan steps before the queue.
- freed → INVITE: from an agent's BYE, with callers waiting, to the next INVITE at his phone.
"""

import asyncio
import random
from collections.abc import Callable, Iterable, Sequence
from contextlib import AsyncExitStack
from dataclasses import dataclass, field
from math import ceil
from pathlib import Path

from callcenter.qa import audio, sip
from callcenter.qa.phone import Behaviour, Phone
from callcenter.qa.sipp import Sipp, SippRun, caller
from callcenter.qa.stage import Stage, dial_code, until
from callcenter.qa.wire import Seen, Wire

QUEUE = "bench"
APP_QUEUE, CALLCENTER = "app_queue", "callcenter"
_NUMBERS = {CALLCENTER: "7001", APP_QUEUE: "7002"}
_ROUNDS = 4
_WAITING = 5
"""Callers kept waiting while handovers are measured."""
_FIRST_AGENT = 1001
_PATIENT_MS = 600_000


@dataclass(frozen=True, slots=True)
class Plan:
    """What is measured."""

    agents: int = 10
    handovers_per_s: float = 2.0
    calls: int = 100
    """Samples of each time and system."""


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


@dataclass(slots=True)
class Times:
    """Seconds, as they were measured."""

    freed: list[float] = field(default_factory=list)
    joined: list[float] = field(default_factory=list)

    def spreads(self) -> dict[str, Spread]:
        """By the names that reports use."""
        return {
            "freed_to_invite_ms": Spread.of(self.freed),
            "joined_to_invite_ms": Spread.of(self.joined),
        }


def site(agents: int) -> dict[str, object]:
    """The bench's site: one queue that every agent serves."""
    names = [str(_FIRST_AGENT + n) for n in range(agents)]
    return {
        "language": "en",
        "trunks": {"line": {"host": "127.0.0.1", "port": 5080, "match": ["127.0.0.1"]}},
        "numbers": {_NUMBERS[CALLCENTER]: {"to": f"queue:{QUEUE}"}},
        "queues": {
            QUEUE: {
                "wrap_up": "0s",
                "ring_timeout": "15s",
                "strategy": "longest-idle",
                "announce": None,
                "record": False,
            }
        },
        "agents": {name: {"name": name} for name in names},
    }


def freed_times(seen: Sequence[Seen], phones: set[int]) -> list[float]:
    """From each BYE of one of these ports to the next new call at the same port."""
    freed: dict[int, float] = {}
    times: list[float] = []
    for one in _first_sent(seen):
        if one.message.method == "BYE" and one.source in phones:
            freed[one.source] = one.at
        elif one.message.method == "INVITE" and one.to in freed:
            times.append(one.at - freed.pop(one.to))
    return times


def joined_time(seen: Sequence[Seen], caller: int, phones: set[int]) -> float | None:
    """From the caller's ACK to the first new call at a phone after it; None when one is missing."""
    joined: float | None = None
    for one in _first_sent(seen):
        if one.message.method == "ACK" and one.source == caller:
            joined = one.at
        elif joined is not None and one.message.method == "INVITE" and one.to in phones:
            return one.at - joined
    return None


def _first_sent(seen: Sequence[Seen]) -> Iterable[Seen]:
    """Requests without their retransmissions and without re-INVITEs."""
    known: set[tuple[str, str]] = set()
    for one in seen:
        key = (one.message.call_id, one.message.header("CSeq"))
        inner = one.message.method == "INVITE" and "tag=" in one.message.header("To")
        if one.message.status == 0 and key not in known and not inner:
            known.add(key)
            yield one


class AssignBench:
    """The benchmark on a stage of its own, which `measure` builds in `folder` and takes down."""

    def __init__(self, plan: Plan, folder: Path, say: Callable[[str], None]) -> None:
        self._plan = plan
        self._folder = folder
        self._say = say
        self._phones: list[Phone] = []
        self._ports: set[int] = set()
        self._times = {APP_QUEUE: Times(), CALLCENTER: Times()}
        self._draw = random.Random(7)  # noqa: S311  the same talks in each run

    async def measure(self) -> dict[str, dict[str, Spread]]:
        """The spreads by system and name. Raises StageError, SippError, Late, ValueError."""
        self._say("start a site of its own")
        async with AsyncExitStack() as stack:
            stage = await stack.enter_async_context(
                Stage(self._folder / "stage", site(self._plan.agents))
            )
            await self._add_native(stage)
            await self._sign_in(stage, stack)
            await self._measure_joined(stage)
            for number in range(_ROUNDS):
                # Turns about, so that what else the machine does falls on both alike.
                for system in (APP_QUEUE, CALLCENTER):
                    self._say(f"freed → INVITE, round {number + 1} of {_ROUNDS}: {system}")
                    await self._measure_freed(stage, system, number)
        return {system: times.spreads() for system, times in self._times.items()}

    async def _add_native(self, stage: Stage) -> None:
        """A number that goes straight to app_queue, on the same trunk."""
        number = _NUMBERS[APP_QUEUE]
        for step, app in ((1, "Answer"), (2, f"Queue,{QUEUE}"), (3, "Hangup")):
            await stage.rx(f"dialplan add extension {number},{step},{app} into cc-in")

    async def _sign_in(self, stage: Stage, stack: AsyncExitStack) -> None:
        for name in stage.site.agents:
            phone = Phone(name, stage.secrets[f"agents.{name}"], stage.server)
            await stack.enter_async_context(phone)
            await phone.register()
            await dial_code(phone, stage.site.feature_codes.sign_in)
            self._phones.append(phone)
            self._ports.add(sip.host_port(sip.uri(phone.contact))[1])
        await until(lambda: self._members(stage), "app_queue has all agents", 10.0)

    async def _members(self, stage: Stage) -> bool:
        shown = await stage.rx(f"queue show {QUEUE}")
        return shown.count("PJSIP/") >= len(self._phones)

    async def _measure_joined(self, stage: Stage) -> None:
        """One call at a time, in turns; each agent answers at once and hangs up."""
        short = Behaviour(after_s=0.0, talk_s=0.05, tone_hz=None)
        for phone in self._phones:
            phone.behaviour = short
        self._say(f"joined → INVITE, {self._plan.calls} calls each, in turns")
        async with Phone("139", "", stage.server) as phone:
            for _ in range(self._plan.calls):
                for system in (APP_QUEUE, CALLCENTER):
                    self._times[system].joined.append(await self._join(stage, phone, system))

    async def _join(self, stage: Stage, phone: Phone, system: str) -> float:
        port = sip.host_port(sip.uri(phone.contact))[1]
        async with Wire(stage.server[1]) as wire:
            call = await phone.call(_NUMBERS[system], audio.CALLER_HZ)
            await until(call.ended.is_set, f"{system} served the call", 15.0)
        time = joined_time(wire.seen, port, self._ports)
        if time is None:
            raise ValueError(f"{system}: no agent was called")
        return time

    async def _measure_freed(self, stage: Stage, system: str, number: int) -> None:
        plan = self._plan
        talk_s = plan.agents / plan.handovers_per_s
        calls = ceil(plan.calls / _ROUNDS) + plan.agents
        for phone in self._phones:
            phone.script.clear()
            phone.script += [
                Behaviour(after_s=0.0, talk_s=talk_s * self._draw.uniform(0.2, 1.8), tone_hz=None)
                for _ in range(calls)
            ]
        rows = [
            caller(f"138{n:08d}", _NUMBERS[system], patience_ms=_PATIENT_MS, test=True)
            for n in range(calls)
        ]
        run = SippRun(
            "uac-caller", stage.server, rows, calls, rate=20, at_once=plan.agents + _WAITING
        )
        async with Wire(stage.server[1]) as wire, Sipp(run, self._sipp(system, number)) as callers:
            await callers.result()
        self._times[system].freed += freed_times(wire.seen, self._ports)
        await asyncio.gather(*(self._all_down(phone) for phone in self._phones))

    async def _all_down(self, phone: Phone) -> None:
        await until(lambda: not any(call.up for call in phone.offers), "phones are idle")

    def _sipp(self, system: str, number: int) -> Path:
        return self._folder / f"{system}-{number}"
