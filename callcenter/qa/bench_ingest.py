"""Measures ingest as it runs in service: from the journal's files, by the writer, into tables."""

import gc
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from callcenter.acd.facts import (
    AgentChanged,
    CallEnded,
    CallQueued,
    Fact,
    RingEnded,
    RingStarted,
    TalkEnded,
    TalkStarted,
)
from callcenter.qa.history import AGENTS, Plan, caller
from callcenter.records.database.engine import migrate_url
from callcenter.records.journal.journal import Journal
from callcenter.records.writing.writer import Writer
from callcenter.terms import AgentState, Outcome, RingResult

INGESTED = 20_000
"""Calls that are folded into the tables to measure it."""
_STEP = 1000
"""Facts in one append."""
_AT_MOST_S = 600.0
_SWITCH_S = 0.0005


@dataclass(frozen=True, slots=True)
class Pace:
    """Calls a second."""

    by_clock: float
    by_cpu: float
    """By the processor time of this process alone: what an idle core would give."""


class Stuck(Exception):
    """The writer did not come to an end; the text tells what the database said."""


def ingest(url: str, plan: Plan, count: int = INGESTED) -> Pace:
    """The writer takes in a journal of so many calls, of the day after the history.

    Raises Stuck, RecordsError.
    """
    migrate_url(url)
    with tempfile.TemporaryDirectory(prefix="cc-ingest-") as folder, Journal(Path(folder)) as told:
        for facts in _steps(plan, count):
            told.append(facts)
        told.wait_durable(told.position - 1, _AT_MOST_S)
        writer = Writer(told, url)
        with _as_controller():
            clock, cpu = time.perf_counter(), time.process_time()
            writer.start()
            folded = writer.wait_folded(told.position, _AT_MOST_S)
            clock, cpu = time.perf_counter() - clock, time.process_time() - cpu
        writer.close()
        if not folded:
            raise Stuck(writer.trouble or f"{count} calls took over {_AT_MOST_S:.0f} s")
    return Pace(count / clock, count / cpu)


@contextmanager
def _as_controller() -> Iterator[None]:
    """With the memory and the threads of Python kept as the controller keeps them."""
    before = sys.getswitchinterval()
    gc.collect()
    gc.freeze()
    gc.disable()
    sys.setswitchinterval(_SWITCH_S)
    try:
        yield
    finally:
        sys.setswitchinterval(before)
        gc.enable()
        gc.unfreeze()


def _steps(plan: Plan, count: int) -> Iterator[list[Fact]]:
    """The facts of these calls, one call a second, in order of time."""
    begun = datetime(plan.end.year, plan.end.month, plan.end.day, tzinfo=UTC).timestamp()
    facts = sorted((fact for n in range(count) for fact in _life(n, begun + n)), key=lambda f: f.at)
    for n in range(0, len(facts), _STEP):
        yield facts[n : n + _STEP]


def _life(n: int, at: float) -> Sequence[Fact]:
    """An answered call, and its agent's states: eleven facts."""
    call, agent, queue = f"new-{int(at)}.{n}", AGENTS[n % len(AGENTS)], "affairs"
    leg = f"{call}~1"
    why: Mapping[str, str | int] = {"chose": "longest_idle", "candidates": 3}

    def state(after: float, state: AgentState) -> AgentChanged:
        return AgentChanged(at + after, agent, state, "", call, 0.0, 0)

    return [
        CallQueued(at, call, queue, caller(n * 17), "12345", at - 10, at, "zh", 0, False),
        RingStarted(at + 5, call, leg, agent, queue, why),
        state(5, AgentState.RESERVED),
        state(6, AgentState.RINGING),
        RingEnded(at + 8, call, leg, agent, RingResult.ANSWERED, 200),
        TalkStarted(at + 8, call, leg, agent, queue),
        state(8, AgentState.TALKING),
        TalkEnded(at + 100, call, leg, agent, "caller"),
        CallEnded(at + 100, call, Outcome.ANSWERED, ""),
        state(100, AgentState.WRAP_UP),
        state(110, AgentState.READY),
    ]
