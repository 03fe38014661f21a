"""The journal's facts of ringing, transfers, consults and callbacks, folded back into calls."""

from collections.abc import Callable, Iterable, Mapping
from typing import Any, TypeAlias

from callcenter.acd.events import AgentFound
from callcenter.acd.facts import RingEnded, RingStarted
from callcenter.acd.known import (
    CallEntered,
    CallKnown,
    ConsultKnown,
    DialKnown,
    LegKnown,
    PlacedKnown,
)
from callcenter.acd.matching.why import BY_NAME
from callcenter.acd.talk_facts import (
    CallbackDialled,
    CallbackMissed,
    CallbackRequested,
    CallPlaced,
    CallRelaxed,
    CallTransferred,
    CallTurned,
    ConsultEnded,
    ConsultMerged,
    ConsultStarted,
    HoldEnded,
    HoldStarted,
)
from callcenter.acd.target import Target
from callcenter.acd.value import changed
from callcenter.terms import AgentState, CallKind, CallState, RingResult, TargetKind

Calls: TypeAlias = dict[str, CallKnown]
Agents: TypeAlias = Mapping[str, AgentFound]

_RINGS = (CallState.RINGING, CallState.JOINING)


def ring_started(call: CallKnown, fact: RingStarted) -> CallKnown:
    """A phone rings, alone or beside others. A callback's caller is on the line by then."""
    attempts = call.attempts + 1
    if call.state is CallState.RINGING:
        others = (*call.others, LegKnown(fact.leg, fact.agent))
        return changed(call, attempts=attempts, others=others)
    dialling = call.dialling
    back = fact.agent == call.handed_by and fact.why.get("chose") == BY_NAME
    return changed(
        call,
        state=CallState.RINGING,
        attempts=attempts,
        leg=fact.leg,
        agent=fact.agent,
        aim=Target(TargetKind.AGENT, fact.agent) if back else call.aim,
        dialling=None if dialling is None else changed(dialling, reached=True),
    )


def ring_ended(call: CallKnown, fact: RingEnded) -> CallKnown:
    """One attempt is over: it was answered, or rings no longer."""
    all_legs = (LegKnown(call.leg, call.agent), *call.others)
    others = tuple(leg for leg in all_legs if leg.leg != fact.leg)
    if fact.result is RingResult.ANSWERED:
        return changed(call, state=CallState.JOINING, leg=fact.leg, agent=fact.agent, others=others)
    if call.state is not CallState.RINGING:
        return changed(call, others=tuple(leg for leg in call.others if leg.leg != fact.leg))
    if not others:
        return changed(call, state=CallState.WAITING, leg="", agent="", others=())
    return changed(call, leg=others[0].leg, agent=others[0].agent, others=others[1:])


def _placed(calls: Calls, agents: Agents, fact: CallPlaced) -> Iterable[str]:
    to = Target(fact.to_kind, fact.to)
    agent = agents.get(fact.agent)
    wraps_up = agent is not None and agent.state is AgentState.WRAP_UP
    queue = fact.to if to.kind is TargetKind.QUEUE else ""
    calls[fact.call] = CallKnown(
        CallEntered(fact.call, queue, fact.agent, fact.called, fact.at, fact.at),
        fact.at,
        kind=fact.kind,
        aim=_aim(to),
        placed=PlacedKnown(fact.agent, wraps_up and fact.kind is CallKind.INTERNAL),
    )
    return ()


def _turned(calls: Calls, agents: Agents, fact: CallTurned) -> Iterable[str]:
    known = calls.get(fact.call)
    if known is None:
        return ()
    placed = known.placed
    wrapped_up = placed is not None and placed.in_wrap_up
    calls[fact.call] = changed(
        known,
        entered=changed(known.entered, caller=fact.number, requested_at=fact.at),
        agent=fact.agent,
        aim=Target(TargetKind.AGENT, fact.agent),
        placed=PlacedKnown(fact.called, in_wrap_up=False) if fact.called else None,
        owes_wrap_up=fact.agent if wrapped_up else known.owes_wrap_up,
        turned=(*known.turned, fact.leg),
    )
    return (fact.call,)


def _consult_started(calls: Calls, agents: Agents, fact: ConsultStarted) -> Iterable[str]:
    root = calls.get(fact.call)
    if root is None:
        return ()
    calls[fact.call] = changed(root, attempts=root.attempts + 1)
    to, told = Target(fact.to_kind, fact.to), root.entered
    queue = fact.to if to.kind is TargetKind.QUEUE else told.queue
    calls[fact.consult] = CallKnown(
        CallEntered(
            fact.consult, queue, fact.agent, fact.to, fact.at, fact.at, told.language, 0, told.test
        ),
        fact.at,
        kind=CallKind.CONSULT,
        aim=_aim(to),
        consult=ConsultKnown(to, fact.line),
    )
    return ()


def _consult_merged(calls: Calls, agents: Agents, fact: ConsultMerged) -> Iterable[str]:
    known = calls.get(fact.consult)
    if known is not None and known.consult is not None:
        merged = changed(known.consult, line="", merged=True)
        calls[fact.consult] = changed(known, consult=merged)
    return ()


def _consult_ended(calls: Calls, agents: Agents, fact: ConsultEnded) -> Iterable[str]:
    """Handed over before the answer, the caller has the phones that ring."""
    known, root = calls.pop(fact.consult, None), calls.get(fact.call)
    if known is None or root is None or fact.how != "completed":
        return ()
    if known.state not in _RINGS:
        calls[fact.call] = changed(root, aim=known.aim)
        return ()
    calls[fact.call] = changed(
        root,
        state=known.state,
        leg=known.leg,
        agent=known.agent,
        others=known.others,
        aim=known.aim,
    )
    return (fact.call,)


def _transferred(calls: Calls, agents: Agents, fact: CallTransferred) -> Iterable[str]:
    known = calls.get(fact.call)
    if known is not None:
        aim = _aim(Target(fact.to_kind, fact.to)) if fact.how == "blind" else None
        calls[fact.call] = changed(
            known,
            aim=aim,
            handed_by=fact.agent if fact.how in ("blind", "attended") else known.handed_by,
            owes_wrap_up="" if known.owes_wrap_up == fact.agent else known.owes_wrap_up,
        )
    return ()


def _held(calls: Calls, agents: Agents, fact: HoldStarted) -> Iterable[str]:
    name = _holder(calls, fact)
    if name in calls:
        calls[name] = changed(calls[name], held=fact.leg)
    return ()


def _retrieved(calls: Calls, agents: Agents, fact: HoldEnded) -> Iterable[str]:
    name = _holder(calls, fact)
    if name in calls:
        calls[name] = changed(calls[name], held="")
    return ()


def _holder(calls: Calls, fact: HoldStarted | HoldEnded) -> str:
    """The call itself, or its consult where the consulted party holds."""
    known = calls.get(fact.call)
    own = known is not None and fact.leg in (known.leg, fact.call)
    return fact.call if own else fact.leg.rpartition("~")[0]


def _requested(calls: Calls, agents: Agents, fact: CallbackRequested) -> Iterable[str]:
    calls[fact.callback] = CallKnown(
        CallEntered(
            fact.callback,
            fact.queue,
            fact.number,
            fact.called,
            fact.at,
            fact.requested_at,
            fact.language,
            fact.priority,
            fact.test,
        ),
        fact.at,
        kind=CallKind.CALLBACK,
        dialling=DialKnown(fact.number, fact.expires_at),
    )
    return ()


def _dialled(calls: Calls, agents: Agents, fact: CallbackDialled) -> Iterable[str]:
    known = calls.get(fact.call)
    if known is None or known.dialling is None:
        return ()
    dialling = changed(known.dialling, attempts=fact.attempt)
    calls[fact.call] = changed(known, state=CallState.DIALLING, agent=fact.agent, dialling=dialling)
    return (fact.call,)


def _missed(calls: Calls, agents: Agents, fact: CallbackMissed) -> Iterable[str]:
    known = calls.get(fact.call)
    if known is not None and known.dialling is not None:
        dialling = changed(known.dialling, next_at=fact.next_at)
        calls[fact.call] = changed(known, state=CallState.POSTPONED, agent="", dialling=dialling)
    return ()


def _aim(to: Target) -> Target | None:
    return to if to.kind in (TargetKind.AGENT, TargetKind.OUTSIDE) else None


def _relaxed(calls: Calls, agents: Agents, fact: CallRelaxed) -> Iterable[str]:
    if fact.call in calls:
        calls[fact.call] = changed(calls[fact.call], step=fact.step)
    return ()


TALKS: Mapping[type, Callable[[Calls, Agents, Any], Iterable[str]]] = {
    CallPlaced: _placed,
    CallTurned: _turned,
    ConsultStarted: _consult_started,
    ConsultMerged: _consult_merged,
    ConsultEnded: _consult_ended,
    CallTransferred: _transferred,
    HoldStarted: _held,
    HoldEnded: _retrieved,
    CallbackRequested: _requested,
    CallbackDialled: _dialled,
    CallbackMissed: _missed,
    CallRelaxed: _relaxed,
}
"""What each fact changes; it tells the calls that have other agents now. Other facts of talks
change nothing that is known."""
