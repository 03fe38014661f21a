"""Arbitrary facts, and histories of calls such as a floor may tell."""

from collections.abc import Callable
from typing import Any, get_args

from callcenter.acd.facts import (
    AgentChanged,
    CallEnded,
    CallOverflowed,
    CallQueued,
    RingEnded,
    RingStarted,
    TalkEnded,
    TalkStarted,
)
from callcenter.records.facts import CallFolded, JournalFact, RecordingMade
from callcenter.terms import (
    AgentState,
    Direction,
    HandledBy,
    Outcome,
    PartyClass,
    RingResult,
)
from hypothesis import strategies as st

_TEXT = st.text(max_size=12)
_TIME = st.integers(1_700_000_000_000, 1_900_000_000_000).map(lambda ms: ms / 1000)


def facts() -> st.SearchStrategy[Any]:
    """Any fact, with any text in its texts."""
    for kind, strategy in ((str, _TEXT), (float, _TIME)):
        st.register_type_strategy(kind, strategy)
    return st.one_of([st.from_type(kind) for kind in get_args(JournalFact)])


def histories() -> st.SearchStrategy[list[JournalFact]]:
    """Facts of several calls and agents, each call's own in order, interleaved anyhow."""
    lives = st.lists(_lives(), min_size=1, max_size=5).map(
        lambda bodies: [_named(body, f"c{n}") for n, body in enumerate(bodies)]
    )
    return lives.flatmap(_interleaved)


_Life = list[Callable[[str], JournalFact]]


@st.composite
def _lives(draw: st.DrawFn) -> _Life:
    """One call as a floor tells it, perhaps cut off in the middle by a crash."""
    at = draw(st.integers(1000, 2000))
    facts: _Life = [
        lambda c, at=at: CallQueued(at, c, "q1", "138", "12345", at - 5, at, "zh", 0, False)
    ]
    for attempt in range(draw(st.integers(0, 3))):
        facts += _ring(at, attempt, draw(st.sampled_from(["busy", "dead", "talk"])))
        at += 40
    facts.append(draw(st.sampled_from([_ended(at), _overflowed(at), _folded(at)])))
    if draw(st.booleans()):
        facts.append(_folded(at + 30))
    return facts[: draw(st.integers(1, len(facts)))]


def _ring(at: int, attempt: int, kind: str) -> _Life:
    agent = f"100{attempt}"

    def leg(call: str) -> str:
        return f"{call}~{attempt + 1}"

    def duty(state: AgentState, later: int) -> Callable[[str], JournalFact]:
        return lambda c: AgentChanged(at + later, agent, state, "", c, 0.0, 0)

    result = RingResult.BUSY if kind == "busy" else RingResult.ANSWERED
    talk = 20 if kind == "talk" else 0
    ring: _Life = [
        duty(AgentState.RINGING, 1),
        lambda c: RingStarted(at + 1, c, leg(c), agent, "q1", {"candidates": 2}),
        lambda c: RingEnded(at + 5, c, leg(c), agent, result, 0),
    ]
    if kind != "busy":
        ring += [
            lambda c: TalkStarted(at + 5, c, leg(c), agent, "q1"),
            duty(AgentState.TALKING, 5),
            lambda c: RecordingMade(at + 5, c, leg(c), agent, f"{leg(c)}.wav"),
            lambda c: TalkEnded(at + 5 + talk, c, leg(c), agent, "caller"),
            duty(AgentState.WRAP_UP, 5 + talk),
            duty(AgentState.READY, 9 + talk),
        ]
    return ring


def _ended(at: int) -> Callable[[str], JournalFact]:
    return lambda c: CallEnded(at, c, Outcome.ABANDONED_QUEUE, "")


def _overflowed(at: int) -> Callable[[str], JournalFact]:
    return lambda c: CallOverflowed(at, c, "q1", "max_wait")


def _folded(at: int) -> Callable[[str], JournalFact]:
    return lambda c: CallFolded(
        at, c, Direction.IN, PartyClass.CITIZEN, HandledBy.CONTROLLER, "138", "12345", "zh",
        900.0, 950.0, "q1", None, None, at, Outcome.TIMEOUT, "max_wait", "", 0.0,
    )  # fmt: skip


def _named(life: _Life, call: str) -> list[JournalFact]:
    return [fact(call) for fact in life]


def _interleaved(lives: list[list[JournalFact]]) -> st.SearchStrategy[list[JournalFact]]:
    turns = [n for n, life in enumerate(lives) for _ in life]

    def merge(order: list[int]) -> list[JournalFact]:
        rest = [iter(life) for life in lives]
        return [next(rest[n]) for n in order]

    return st.permutations(turns).map(merge)
