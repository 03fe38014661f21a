"""Log lines of transfers, consults, callbacks and of what people do; numbers are masked."""

from collections.abc import Callable, Mapping
from typing import Any

from callcenter.acd.talk_facts import (
    CallbackDialled,
    CallbackMissed,
    CallbackRequested,
    CallMarked,
    CallPlaced,
    CallRelaxed,
    CallSent,
    CallTransferred,
    CallTurned,
    ConsultEnded,
    ConsultMerged,
    ConsultStarted,
    HoldEnded,
    HoldStarted,
    NotReadyRefused,
    TransferRefused,
    WaitEstimated,
)
from callcenter.live.names import masked
from callcenter.records.journal.facts import (
    ActDone,
    MessageAssigned,
    MessageDone,
    OwedAssigned,
    OwedDone,
    Rated,
    SurveyInvited,
)
from callcenter.records.reading.parties import party
from callcenter.terms import TargetKind

_LONGEST_OWN = 6
"""Digits of a number of our own, such as an agent's; longer ones are callers'."""


def _to(fact: CallPlaced | CallTransferred | TransferRefused | ConsultStarted | CallSent) -> str:
    name = masked(fact.to) if fact.to_kind is TargetKind.OUTSIDE else fact.to
    return f"to={fact.to_kind}:{name}"


def _callback_missed(fact: CallbackMissed) -> str:
    again = "no more" if fact.next_at is None else f"again_in_s={fact.next_at - fact.at:.0f}"
    return (
        f"call={fact.call} dialling->waiting agent={fact.agent} attempt={fact.attempt} "
        f"result={fact.result} sip={fact.sip_code} {again}"
    )


def _consulted(fact: ConsultStarted) -> str:
    return f"call={fact.call} consult={fact.consult} started agent={fact.agent} {_to(fact)}"


def _act(fact: ActDone) -> str:
    target = masked(fact.target) if len(party(fact.target)) > _LONGEST_OWN else fact.target
    return f"act={fact.act} who={fact.who} target={target} ->{fact.result}"


WORDS: Mapping[type, Callable[[Any], str]] = {
    CallPlaced: lambda f: f"call={f.call} new->{f.kind} agent={f.agent} {_to(f)}",
    CallTurned: lambda f: f"call={f.call} turned leg={f.leg} agent={f.agent}",
    HoldStarted: lambda f: f"call={f.call} talking->hold agent={f.agent}",
    HoldEnded: lambda f: f"call={f.call} hold->talking agent={f.agent}",
    CallTransferred: lambda f: f"call={f.call} transferred {f.how} agent={f.agent} {_to(f)}",
    TransferRefused: lambda f: (
        f"call={f.call} transfer refused agent={f.agent} {_to(f)} reason={f.reason}"
    ),
    ConsultStarted: _consulted,
    ConsultMerged: lambda f: f"call={f.call} consult={f.consult} three-way",
    ConsultEnded: lambda f: f"call={f.call} consult={f.consult} ended how={f.how}",
    CallMarked: lambda f: f"call={f.call} marked={f.mark} agent={f.agent}",
    CallSent: lambda f: f"call={f.call} sent {_to(f)}",
    CallbackRequested: lambda f: (
        f"call={f.call} callback={f.callback} queue={f.queue} number={masked(f.number)}"
    ),
    CallbackDialled: lambda f: (
        f"call={f.call} waiting->dialling agent={f.agent} attempt={f.attempt}"
    ),
    CallbackMissed: _callback_missed,
    CallRelaxed: lambda f: f"call={f.call} relaxed step={f.step}: {f.what}",
    WaitEstimated: lambda f: f"call={f.call} queue={f.queue} estimate_s={f.estimate_s:.0f}",
    NotReadyRefused: lambda f: f"agent={f.agent} not ready refused reason={f.reason} team={f.team}",
    ActDone: _act,
    SurveyInvited: lambda f: f"call={f.call} survey={f.survey} invited",
    Rated: lambda f: f"call={f.call} survey={f.survey} question={f.question} ->{f.result}",
    MessageAssigned: lambda f: f"call={f.call} message={f.message} assigned to={f.to} by={f.by}",
    MessageDone: lambda f: f"call={f.call} message={f.message} done by={f.by}",
    OwedAssigned: lambda f: f"owed={masked(f.party)} assigned to={f.to} by={f.by}",
    OwedDone: lambda f: f"owed={masked(f.party)} done by={f.by}",
}
