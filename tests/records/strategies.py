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
from callcenter.acd.talk_facts import (
    CallbackDialled,
    CallbackMissed,
    CallbackRequested,
    CallTransferred,
    ConsultEnded,
    ConsultMerged,
    ConsultStarted,
    HoldEnded,
    HoldStarted,
    WaitEstimated,
)
from callcenter.records.journal.facts import (
    CallFolded,
    JournalFact,
    MessageDone,
    OwedAssigned,
    OwedDone,
    Rated,
    VoicemailLeft,
)
from callcenter.records.journal.recordings_facts import RecordingMade
from callcenter.terms import (
    AgentState,
    Direction,
    HandledBy,
    Outcome,
    PartyClass,
    RingResult,
    TargetKind,
)
from hypothesis import strategies as st

_TEXT = st.text(max_size=12)
_TIME = st.integers(1_700_000_000_000, 1_900_000_000_000).map(lambda ms: ms / 1000)


def facts() -> st.SearchStrategy[Any]:
    """Any fact, with any text in its texts."""
    for kind, strategy in ((str, _TEXT), (float, _TIME)):
        st.register_type_strategy(kind, strategy)
    return st.one_of([st.from_type(kind) for kind in get_args(JournalFact)])


def histories(calls: int = 5) -> st.SearchStrategy[list[JournalFact]]:
    """Facts of several calls and agents, each call's own in order, interleaved anyhow."""
    lives = st.lists(_lives(), min_size=1, max_size=calls).map(
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
    facts.append(lambda c, at=at: WaitEstimated(at, c, "q1", 30.0))
    for attempt in range(draw(st.integers(0, 3))):
        facts += _ring(at, attempt, draw(st.sampled_from(_RINGS)))
        at += 40
    endings = [[_ended(at)], [_overflowed(at)], [_folded(at)], _left_message(at), _callback(at)]
    facts += draw(st.sampled_from(endings))
    if draw(st.booleans()):
        facts.append(_folded(at + 30))
    facts = facts[: draw(st.integers(1, len(facts)))]
    if draw(st.booleans()):
        facts += [
            lambda c, at=at: OwedAssigned(at + 40, "138", "1001", "root@cli"),
            lambda c, at=at: OwedDone(at + 41, "138", "root@cli", "called"),
        ]
    return facts


_BLIND = {"blind": "q1", "to_other": "q2"}
_RINGS = ["busy", "dead", "talk", "hold", "consult", "three_way", *_BLIND]


def _ring(at: int, attempt: int, kind: str) -> _Life:
    agent = f"100{attempt}"

    def leg(call: str) -> str:
        return f"{call}~{attempt + 1}"

    def duty(state: AgentState, later: int) -> Callable[[str], JournalFact]:
        return lambda c: AgentChanged(at + later, agent, state, "", c, 0.0, 0)

    result = RingResult.BUSY if kind == "busy" else RingResult.ANSWERED
    talk = 0 if kind in ("busy", "dead") else 20
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
            *_in_talk(at + 5, leg, agent, kind),
            lambda c: TalkEnded(at + 5 + talk, c, leg(c), agent, "caller"),
            duty(AgentState.WRAP_UP, 5 + talk),
            duty(AgentState.READY, 9 + talk),
        ]
    return ring


def _in_talk(at: int, leg: Callable[[str], str], agent: str, kind: str) -> _Life:
    if kind == "hold":
        return [
            lambda c: HoldStarted(at + 3, c, leg(c), agent),
            lambda c: HoldEnded(at + 9, c, leg(c), agent),
            lambda c: HoldStarted(at + 15, c, leg(c), agent),
        ]
    if kind in _BLIND:
        to = _BLIND[kind]
        return [
            lambda c: CallTransferred(at + 20, c, leg(c), agent, TargetKind.QUEUE, to, "blind"),
            lambda c: CallQueued(at + 20, c, to, "138", "12345", at, at, "zh", 0, False),
        ]
    return _consult(at, leg, agent, kind) if kind in ("consult", "three_way") else []


def _consult(at: int, leg: Callable[[str], str], agent: str, kind: str) -> _Life:
    def name(call: str) -> str:
        return f"{leg(call).replace('~', '^')}"

    def other(call: str) -> str:
        return f"{name(call)}~1"

    completed = kind == "consult"
    to = TargetKind.AGENT, "2001"
    life: _Life = [
        lambda c: ConsultStarted(at + 1, c, name(c), agent, *to, ""),
        lambda c: RingStarted(at + 1, name(c), other(c), "2001", "", {"chose": "asked"}),
        lambda c: RingEnded(at + 3, name(c), other(c), "2001", RingResult.ANSWERED, 0),
        lambda c: TalkStarted(at + 3, name(c), other(c), "2001", ""),
    ]
    if not completed:
        return [
            *life,
            lambda c: ConsultMerged(at + 6, c, name(c)),
            lambda c: ConsultEnded(at + 8, c, name(c), "left"),
        ]
    return [
        *life,
        lambda c: CallTransferred(at + 10, c, leg(c), agent, *to, "attended"),
        lambda c: ConsultEnded(at + 10, c, name(c), "completed"),
        lambda c: TalkStarted(at + 10, c, other(c), "2001", ""),
    ]


def _left_message(at: int) -> _Life:
    return [
        _overflowed(at),
        lambda c: VoicemailLeft(at + 5, c, "general", f"m-{c}", "x.wav", 7.0),
        _folded(at + 20),
        lambda c: MessageDone(at + 30, c, f"m-{c}", "root@cli", ""),
        lambda c: Rated(at + 31, c, "", "short", "q1", "rated", 1, "1"),
    ]


def _callback(at: int) -> _Life:
    def name(call: str) -> str:
        return f"{call}+cb"

    return [
        lambda c: CallbackRequested(
            at, c, name(c), "138", "q1", 0, at - 9.0, "12345", "zh", False, at + 900.0
        ),
        lambda c: CallEnded(at, c, Outcome.CALLBACK_REQUESTED, ""),
        lambda c: CallbackDialled(at + 5, name(c), "1001", 1),
        lambda c: CallbackMissed(
            at + 15, name(c), "1001", 1, RingResult.NO_ANSWER, 480, at + 60.0
        ),
        lambda c: CallbackDialled(at + 60, name(c), "1001", 2),
        lambda c: RingStarted(at + 66, name(c), f"{name(c)}~1", "1001", "q1", {}),
        lambda c: RingEnded(at + 67, name(c), f"{name(c)}~1", "1001", RingResult.ANSWERED, 0),
        lambda c: TalkStarted(at + 67, name(c), f"{name(c)}~1", "1001", "q1"),
        lambda c: CallEnded(at + 90, name(c), Outcome.OUTBOUND, ""),
    ]  # fmt: skip


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
