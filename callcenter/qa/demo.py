"""About a minute of sample traffic on a running site: callers who press keys, agents who answer."""

import asyncio
import tempfile
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from itertools import cycle
from pathlib import Path

from callcenter.qa.agents import SippAgents, sip_server
from callcenter.qa.paths import Way, ways
from callcenter.qa.sipp import Sipp, SippCounts, SippRun, caller
from callcenter.site.model import Site
from callcenter.site.staff import can_serve
from callcenter.site.types import To

CALLS = 28
_BEFORE_KEY_MS = 900
_PATIENT_MS = 25_000
_IMPATIENT_MS = 2_500
_LEAVES_IN_MENU_MS = 1_800
_MESSAGE_MS = 24_000
"""Long enough for a greeting and a few words after the tone."""
_TALKS = ((900, 4000), (1400, 6500), (700, 3000), (2100, 5000), (1200, 8000))
_TOLD_EVERY_S = 5.0


@dataclass(frozen=True, slots=True)
class DemoCounts:
    """What the demo's callers and agents counted."""

    calls: int
    """Calls placed."""
    failed: int
    """Calls that SIPp could not play to their end: 0 on a healthy node."""
    agents: int
    """Agents signed in."""
    offered: int
    """Times an agent's phone rang."""
    answered: int
    """Times an agent picked up."""
    seconds: float


@dataclass(frozen=True, slots=True)
class Story:
    """One caller: where he calls, what he presses, how long he stays afterwards."""

    way: Way
    patience_ms: int


def stories(site: Site, absent: Sequence[Way] = ()) -> list[Story]:
    """The callers of the demo, in order; `absent` are ways that end at voicemail, one each.

    Most are patient; each eighth gives up while he waits or the phone rings, each eleventh hangs
    up in the menu. Raises ValueError where no keys of the site lead to a queue.
    """
    open_ways = [way for way in ways(site) if site.numbers[way.number].hours is None]
    served = [way for way in open_ways if way.end.to is To.QUEUE and way not in absent]
    if not served:
        raise ValueError("no number that is always open leads to a queue: nothing to show")
    told = [Story(way, _MESSAGE_MS) for way in absent]
    for number, way in zip(range(CALLS - len(told)), cycle(served), strict=False):
        if number % 11 == 7 and way.keys:
            told.append(Story(Way(way.number, "", way.end), _LEAVES_IN_MENU_MS))
        else:
            told.append(Story(way, _IMPATIENT_MS if number % 8 == 5 else _PATIENT_MS))
    return told


def unserved(site: Site) -> tuple[list[Way], set[str]]:
    """A way to voicemail that needs no waiting, and the agents who must stay away for it.

    That is a queue which overflows to voicemail at once when nobody who serves it is signed in.
    The list is empty where the site has none, or where too few agents would be left.
    """
    for way in ways(site):
        queue = site.queues.get(way.end.name) if way.end.to is To.QUEUE else None
        if (
            queue
            and queue.when_empty == "overflow"
            and queue.overflow.to("no_agent").to is To.VOICEMAIL
        ):
            able = {name for name, agent in site.agents.items() if can_serve(agent, queue)}
            if 2 * len(able) < len(site.agents):
                return [way], able
    return [], set()


async def play(
    site: Site,
    secrets: Mapping[str, str],
    node: Path,
    seconds: float,
    say: Callable[[str], None],
) -> DemoCounts:
    """Play the demo in about `seconds`; what was counted. Raises SippError, ValueError."""
    started = time.monotonic()
    absent, away = unserved(site)
    told = stories(site, absent)
    names = [name for name in site.agents if name not in away]
    with tempfile.TemporaryDirectory(prefix="callcenter-demo-") as scratch:
        folder = Path(scratch)
        say(f"{len(names)} agents register and sign in")
        async with SippAgents(site, secrets, names, _TALKS, folder) as agents:
            say(f"{len(told)} callers in {seconds:.0f} s")
            calls = await _call(site, told, 0.6 * seconds, folder / "callers", say)
            phones = agents.phones.counts()
            offered = phones.messages.get(("INVITE", "Recv"), 0)
            say("the agents sign out")
    return DemoCounts(
        calls=calls.created,
        failed=calls.failed,
        agents=len(names),
        offered=offered,
        answered=offered - phones.messages.get(("487", "Sent"), 0),
        seconds=time.monotonic() - started,
    )


async def _call(
    site: Site, told: Sequence[Story], span_s: float, folder: Path, say: Callable[[str], None]
) -> SippCounts:
    rows = [
        caller(
            f"138{number:08d}",
            story.way.number,
            story.way.keys,
            before_ms=_BEFORE_KEY_MS,
            patience_ms=story.patience_ms,
            test=False,
        )
        for number, story in enumerate(told, start=1)
    ]
    run = SippRun("uac-caller", sip_server(site), rows, len(rows), len(rows) / span_s)
    async with Sipp(run, folder) as callers:
        ended = asyncio.create_task(callers.result())
        while not (await asyncio.wait({ended}, timeout=_TOLD_EVERY_S))[0]:
            now = callers.counts()
            say(f"{now.created} calls placed, {now.now} up now")
        return ended.result()
