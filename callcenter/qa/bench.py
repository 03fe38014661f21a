"""How fast a call meets an agent: Asterisk's app_queue and our controller, measured on the wire.

Both work on one Asterisk in one run, in turns, with the same phones, callers and site: no
wrap-up, app_queue with retry=1 and autofill. Three times are measured from packets on loopback:

- acked → INVITE: from the caller's ACK of the hotline's answer, with agents idle, to the INVITE
  at an agent's phone. It contains the time until the caller's first audio comes, which Asterisk's
  Answer() waits for, and which is the caller's.
- joined → INVITE: of the same calls, from that first audio. It contains the dialplan's steps
  before the queue.
- freed → INVITE: from an agent's BYE, with callers waiting, to the next INVITE at his phone.

Phones and callers are silent, so that the machine's time goes to what is measured; who waits
hears music.
"""

import asyncio
import os
import random
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import AsyncExitStack
from dataclasses import dataclass, field
from math import ceil
from pathlib import Path

from callcenter.acd.facts import CallQueued, RingStarted
from callcenter.qa.agents import SippAgents
from callcenter.qa.bench_times import (
    Offer,
    Spread,
    ack_times,
    confirmed,
    handover_times,
    join_times,
    offers,
    usual_line,
)
from callcenter.qa.sipp import Sipp, SippRun
from callcenter.qa.stage import Stage, until
from callcenter.qa.wire import Wire
from callcenter.records.journal.files import JournalReader

QUEUE = "bench"
APP_QUEUE, CALLCENTER = "app_queue", "callcenter"
_NUMBERS = {CALLCENTER: "7001", APP_QUEUE: "7002"}
_FIRST_AGENT = 1001
_PATIENT_MS = 600_000
_SHORT_MS = 100
"""A talk while agents are to be idle."""
_CALM_S = 2.0
_RTP_PORTS = 2000
_LEAST_S = 6.0
_SPARE = 1.15
"""Talks differ in length, so that a round brings a few handovers more or fewer than planned."""


@dataclass(frozen=True, slots=True)
class Plan:
    """What is measured."""

    agents: int = 10
    handovers_per_s: float = 2.0
    calls: int = 100
    """Samples of each time and system."""
    waiting: int = 60
    """Callers kept waiting while handovers are measured."""
    rounds: int = 2
    """Turns of each system."""

    @property
    def samples(self) -> int:
        """Of each time, in one round."""
        return ceil(self.calls / self.rounds)


@dataclass(slots=True)
class Times:
    """Seconds, as they were measured."""

    freed: list[float] = field(default_factory=list)
    acked: list[float] = field(default_factory=list)
    joined: list[float] = field(default_factory=list)

    def spreads(self) -> dict[str, Spread]:
        """By the names that reports use."""
        return {
            "freed_to_invite_ms": Spread.of(self.freed),
            "acked_to_invite_ms": Spread.of(self.acked),
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


class AssignBench:
    """The benchmark on a stage of its own, which `measure` builds in `folder` and takes down."""

    def __init__(
        self,
        plan: Plan,
        folder: Path,
        say: Callable[[str], None],
        systems: Sequence[str] = (APP_QUEUE, CALLCENTER),
    ) -> None:
        self._plan = plan
        self._folder = folder
        self._say = say
        self._systems = systems
        self._stage = Stage(
            folder / "stage", site(plan.agents), rtp_ports=_RTP_PORTS, real_time=True
        )
        self._names = frozenset(self._stage.site.agents)
        self._agents = SippAgents(
            self._stage.site,
            self._stage.secrets,
            sorted(self._names),
            [(0, _SHORT_MS)],
            folder,
            scenario="uas-silent",
        )
        self._times = {system: Times() for system in systems}
        self._callers = 0
        self._runs = 0
        self._draw = random.Random(7)  # noqa: S311  the same talks in each run

    async def measure(self) -> dict[str, dict[str, Spread]]:
        """The spreads by system and name. Raises StageError, SippError, Late, ValueError."""
        self._say("start a site of its own")
        async with AsyncExitStack() as stack:
            await stack.enter_async_context(self._stage)
            await self._add_native()
            self._say(f"{self._plan.agents} agents register and sign in")
            stack.push_async_callback(self._agents.stop)
            await self._agents.arrive()
            await until(self._all_are_members, "app_queue has all agents", 30.0)
            for number in range(1, self._plan.rounds + 1):
                # Turns about, so that what else the machine does falls on both alike.
                for system in self._systems:
                    await self._round(system, number)
        return {system: times.spreads() for system, times in self._times.items()}

    async def _add_native(self) -> None:
        """A number that goes straight to app_queue, on the same trunk."""
        number = _NUMBERS[APP_QUEUE]
        for step, app in ((1, "Answer"), (2, f"Queue,{QUEUE}"), (3, "Hangup")):
            await self._stage.rx(f"dialplan add extension {number},{step},{app} into cc-in")

    async def _all_are_members(self) -> bool:
        shown = await self._stage.rx(f"queue show {QUEUE}")
        return shown.count("PJSIP/") >= len(self._names)

    async def _round(self, system: str, number: int) -> None:
        acked, joined = await self._joined(system)
        freed, line = await self._freed(system)
        times = self._times[system]
        times.acked += acked[: self._plan.samples]
        times.joined += joined[: self._plan.samples]
        times.freed += freed[: self._plan.samples]
        if not (joined and freed):
            raise ValueError(f"{system}: no agent was called")
        load = os.getloadavg()[0]
        for what, found in (("acked", acked), ("joined", joined), ("freed", freed)):
            s = Spread.of(found)
            self._say(
                f"round {number} of {self._plan.rounds}, {system}: {what} → INVITE "
                f"p50 {s.p50:g} p99 {s.p99:g} ms of {s.n}"
                + (f", {line:g} waiting" if what == "freed" else "")
                + f" (machine's load {load:.1f})"
            )

    async def _joined(self, system: str) -> tuple[list[float], list[float]]:
        """The times from the ACK and from the first audio.

        Calls come as fast as handovers later; agents are idle, answer and soon hang up.
        """
        plan = self._plan
        await self._agents.behave([(0, _SHORT_MS)])
        rows = self._rows(system, plan.samples)
        run = SippRun(
            "uac-waits", self._stage.server, rows, plan.samples, rate=plan.handovers_per_s
        )
        server, rtp = self._stage.server[1], self._stage.site.network.rtp
        audio = range(rtp.first, rtp.last + 1)
        async with Wire(server, audio) as wire, Sipp(run, self._scratch(system)) as callers:
            await callers.result()
        seen = wire.seen
        made = list(offers(seen, server, self._names))
        return ack_times(made), join_times(made, seen, wire.heard, server)

    async def _freed(self, system: str) -> tuple[list[float], float]:
        """The times, and how many callers were in line."""
        plan = self._plan
        at_once = plan.agents + plan.waiting
        talk_ms = 1000 * plan.agents / plan.handovers_per_s
        seconds = max(_LEAST_S, plan.samples / plan.handovers_per_s * _SPARE)
        most = at_once + ceil(2 * plan.samples + 10 * plan.handovers_per_s)
        await self._agents.behave(
            [(0, round(talk_ms * self._draw.uniform(0.2, 1.8))) for _ in range(most)]
        )
        # Callers come quickly when one has left, so that the line stays as long as it is.
        rate = max(20.0, 4 * plan.handovers_per_s)
        rows = self._rows(system, most)
        run = SippRun("uac-waits", self._stage.server, rows, rate=rate, at_once=at_once)
        server = self._stage.server[1]
        async with Wire(server) as wire, Sipp(run, self._scratch(system)) as callers:
            await until(
                lambda: callers.counts().now >= at_once, "the line is full", 30 + at_once / rate * 2
            )
            await asyncio.sleep(_CALM_S)
            since = time.time()
            await asyncio.sleep(seconds)
            upto = time.time()
            await asyncio.gather(callers.stop(), self._end_all())
        made = offers(wire.seen, server, self._names)
        calm = [one for one in made if since < (one.freed_at or 0.0) and one.at < upto]
        return self._handovers(system, calm)

    def _handovers(self, system: str, made: list[Offer]) -> tuple[list[float], float]:
        if system == CALLCENTER:
            made = confirmed(made, self._chose())
        return handover_times(made), usual_line(made)

    def _chose(self) -> Mapping[tuple[str, str], str]:
        """Why each offer was made, by the journal."""
        caller: dict[str, str] = {}
        chose: dict[tuple[str, str], str] = {}
        journal = JournalReader(self._stage.node.journal)
        while entries := journal.read():
            for _, fact in entries:
                if isinstance(fact, CallQueued):
                    caller[fact.call] = fact.caller
                elif isinstance(fact, RingStarted):
                    chose[fact.agent, caller[fact.call]] = str(fact.why["chose"])
        return chose

    async def _end_all(self) -> None:
        await asyncio.sleep(_CALM_S / 2)  # the callers have been told that no new ones come
        await self._stage.rx("channel request hangup all")
        await until(self._nobody_calls, "all calls have ended", 20.0)

    async def _nobody_calls(self) -> bool:
        return "\n0 active channels" in "\n" + await self._stage.rx("core show channels count")

    def _rows(self, system: str, number: int) -> list[tuple[object, ...]]:
        """Callers with numbers that nobody had before: packets are told apart by them."""
        first, self._callers = self._callers, self._callers + number
        return [
            (f"138{n:08d}", _NUMBERS[system], _PATIENT_MS, 1) for n in range(first, first + number)
        ]

    def _scratch(self, system: str) -> Path:
        self._runs += 1
        return self._folder / f"{system}-{self._runs}"
