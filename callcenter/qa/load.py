"""Load on a running site: callers at a steady rate, agents who answer them, and the counts.

The calls are test calls: the site's records hold them, its measures leave them out.
"""

import asyncio
import tempfile
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

from callcenter.qa.agents import SippAgents, sip_server
from callcenter.qa.paths import Way, ways
from callcenter.qa.sipp import Sipp, SippCounts, SippRun, caller
from callcenter.site.model import Site
from callcenter.site.types import To

_RING_MS = 500
_PATIENCE_MS = 120_000
_BEFORE_KEY_MS = 800
_TOLD_EVERY_S = 2.0


@dataclass(frozen=True, slots=True)
class Load:
    """What is to be played."""

    calls_per_s: float
    agents: int
    talk_s: float
    seconds: float
    """New calls come for so long; then the last ones are waited for."""
    number: str = ""
    """Number to call; default: the first whose menu leads to a queue."""


@dataclass(frozen=True, slots=True)
class LoadCounts:
    """What SIPp's two sides counted. Calls are from the callers' side, offers the agents'."""

    calls: int
    ok: int
    failed: int
    offered: int
    answered: int
    retransmissions: int
    """SIP messages sent again: a sign that the machine is at its limit."""
    seconds: float


def way_in(site: Site, number: str = "") -> Way:
    """The shortest keys to a queue. Raises ValueError where there is none."""
    found = [w for w in ways(site) if w.end.to is To.QUEUE and number in ("", w.number)]
    if not found:
        raise ValueError(f"no way to a queue from {number or 'any number of the site'}")
    return min(found, key=lambda way: len(way.keys))


async def play(
    site: Site, secrets: Mapping[str, str], load: Load, say: Callable[[str], None]
) -> LoadCounts:
    """Play the load; the counts. Raises SippError; ValueError where the site can't carry it."""
    way = way_in(site, load.number)
    if load.agents > len(site.agents):
        raise ValueError(f"the site has {len(site.agents)} agents, not {load.agents}")
    names = list(site.agents)[: load.agents]
    started = time.monotonic()
    with tempfile.TemporaryDirectory(prefix="callcenter-load-") as scratch:
        folder = Path(scratch)
        talk = [(_RING_MS, round(load.talk_s * 1000))]
        say(f"{len(names)} agents register and sign in")
        async with SippAgents(site, secrets, names, talk, folder) as agents:
            calls = await _call(site, way, load, folder, agents.phones, say)
            phones = agents.phones.counts()
            say("the agents sign out")
    return _counts(calls, phones, time.monotonic() - started)


async def _call(
    site: Site, way: Way, load: Load, folder: Path, phones: Sipp, say: Callable[[str], None]
) -> SippCounts:
    total = max(1, round(load.calls_per_s * load.seconds))
    rows = [
        caller(
            f"138{n:08d}",
            way.number,
            way.keys,
            before_ms=_BEFORE_KEY_MS,
            patience_ms=_PATIENCE_MS,
            test=True,
        )
        for n in range(total)
    ]
    run = SippRun("uac-caller", sip_server(site), rows, total, load.calls_per_s)
    async with Sipp(run, folder / "callers") as callers:
        ended = asyncio.create_task(callers.result())
        while not (await asyncio.wait({ended}, timeout=_TOLD_EVERY_S))[0]:
            now, answers = callers.counts(), phones.counts()
            say(
                f"{now.created} of {total} calls placed, {now.now} up, {answers.now} at agents, "
                f"{now.ok} ended well, {now.failed} failed"
            )
        return ended.result()


def _counts(calls: SippCounts, phones: SippCounts, seconds: float) -> LoadCounts:
    offered = phones.messages.get(("INVITE", "Recv"), 0)
    messages = [*calls.messages.items(), *phones.messages.items()]
    return LoadCounts(
        calls=calls.created,
        ok=calls.ok,
        failed=calls.failed,
        offered=offered,
        answered=offered - phones.messages.get(("487", "Sent"), 0),
        retransmissions=sum(n for (_, what), n in messages if what == "Retrans"),
        seconds=round(seconds, 1),
    )
