"""A second reader of the journal: it folds facts, and trips over what cannot be."""

from collections.abc import Iterable

from callcenter.acd.agents.agent import MOVES
from callcenter.acd.facts import (
    AgentAsked,
    AgentChanged,
    CallEnded,
    CallOverflowed,
    CallQueued,
    Fact,
    RingEnded,
    RingStarted,
    TalkEnded,
    TalkStarted,
)
from callcenter.acd.machine import Stay
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
from callcenter.terms import AgentState, Outcome, RingResult

IN_CALL = {AgentState.RESERVED, AgentState.RINGING, AgentState.TALKING}

LEGAL_CHANGES = {
    (was, becomes)
    for was, row in MOVES.items()
    for becomes in row.values()
    if not isinstance(becomes, Stay)
}

CALLERS_END = {
    Outcome.ANSWERED,
    Outcome.ABANDONED_QUEUE,
    Outcome.ABANDONED_RING,
    Outcome.SYSTEM_FAIL,
    Outcome.CALLBACK_REQUESTED,
}


class Journal:
    """What is open by the facts so far. A ring belongs to its leg, whoever has the caller by
    then."""

    def __init__(self) -> None:
        self.open: set[str] = set()
        self.ours: set[str] = set()
        """Calls that we place: agents' own, and callbacks."""
        self.rings: dict[str, str] = {}
        self.talk: dict[str, str] = {}
        self.answered: set[str] = set()
        self.legs: set[str] = set()
        self.holds: set[str] = set()
        self.consults: dict[str, str] = {}
        self.all_consults: set[str] = set()
        self.dialling: dict[str, int] = {}
        self.agents: dict[str, AgentState] = {}
        self.requested: dict[str, float] = {}
        self.steps: dict[str, int] = {}
        self.foretold: set[str] = set()

    def read(self, facts: Iterable[Fact]) -> None:
        for fact in facts:
            getattr(self, f"_{type(fact).__name__}")(fact)

    def _known(self, call: str) -> bool:
        return call in self.open or call in self.consults

    # Waiting.

    def _CallQueued(self, fact: CallQueued) -> None:  # noqa: N802  named like the fact
        assert fact.call not in self.talk
        assert fact.call not in self.rings.values()
        if fact.call in self.open:
            assert fact.requested_at == self.requested[fact.call], "he keeps his place in time"
        self.requested[fact.call] = fact.requested_at
        self.open.add(fact.call)
        self.steps[fact.call] = 0
        self.foretold.discard(fact.call)

    def _CallRelaxed(self, fact: CallRelaxed) -> None:  # noqa: N802
        assert self._known(fact.call)
        assert fact.step > self.steps.get(fact.call, 0), "no step is taken twice"
        self.steps[fact.call] = fact.step

    def _WaitEstimated(self, fact: WaitEstimated) -> None:  # noqa: N802
        assert fact.call in self.open
        assert fact.call not in self.foretold, "once in a queue"
        assert fact.estimate_s >= 0
        self.foretold.add(fact.call)

    # Ringing and talking.

    def _RingStarted(self, fact: RingStarted) -> None:  # noqa: N802
        assert self._known(fact.call)
        assert fact.call not in self.talk
        assert fact.call not in self.rings.values() or fact.why["key"] == "ring-all"
        assert fact.leg not in self.legs, "a leg's name is never used twice"
        self.legs.add(fact.leg)
        self.rings[fact.leg] = fact.call

    def _RingEnded(self, fact: RingEnded) -> None:  # noqa: N802
        assert self.rings.pop(fact.leg) == fact.call
        if fact.result is RingResult.ANSWERED:
            self.answered.add(fact.leg)

    def _TalkStarted(self, fact: TalkStarted) -> None:  # noqa: N802
        assert self._known(fact.call)
        assert fact.leg in self.answered
        assert fact.call not in self.rings.values(), "one winner; the others' phones are silent"
        assert fact.call not in self.talk
        self.talk[fact.call] = fact.leg

    def _TalkEnded(self, fact: TalkEnded) -> None:  # noqa: N802
        assert fact.leg not in self.holds
        assert self.talk.pop(fact.call) == fact.leg

    def _HoldStarted(self, fact: HoldStarted) -> None:  # noqa: N802
        assert fact.call in self.open
        assert fact.leg not in self.holds
        self.holds.add(fact.leg)

    def _HoldEnded(self, fact: HoldEnded) -> None:  # noqa: N802
        self.holds.remove(fact.leg)

    def _CallMarked(self, fact: CallMarked) -> None:  # noqa: N802
        assert fact.call in self.open

    # Handing on, and asking others.

    def _CallTransferred(self, fact: CallTransferred) -> None:  # noqa: N802
        assert fact.call in self.open
        assert fact.call not in self.talk

    def _TransferRefused(self, fact: TransferRefused) -> None:  # noqa: N802
        assert self._known(fact.call)
        assert fact.call in self.talk

    def _ConsultStarted(self, fact: ConsultStarted) -> None:  # noqa: N802
        assert fact.call in self.talk
        assert fact.call not in self.consults.values(), "one at a time"
        assert fact.consult not in self.all_consults
        self.all_consults.add(fact.consult)
        self.consults[fact.consult] = fact.call

    def _ConsultMerged(self, fact: ConsultMerged) -> None:  # noqa: N802
        assert self.consults[fact.consult] == fact.call
        assert fact.call in self.talk
        assert fact.consult in self.talk

    def _ConsultEnded(self, fact: ConsultEnded) -> None:  # noqa: N802
        assert self.consults.pop(fact.consult) == fact.call, "a consult ends once"
        assert fact.consult not in self.talk
        for leg, call in list(self.rings.items()):
            if call == fact.consult:
                assert fact.how == "completed"
                self.rings[leg] = fact.call

    # Calls of our own.

    def _CallPlaced(self, fact: CallPlaced) -> None:  # noqa: N802
        assert fact.call not in self.open
        self.open.add(fact.call)
        self.ours.add(fact.call)
        self.requested[fact.call] = fact.at

    def _CallTurned(self, fact: CallTurned) -> None:  # noqa: N802
        assert self.talk[fact.call] == fact.leg
        assert not self.holds & {fact.leg, fact.call}
        self.requested[fact.call] = fact.at

    def _CallbackRequested(self, fact: CallbackRequested) -> None:  # noqa: N802
        assert fact.callback not in self.open
        assert fact.call in self.open
        assert fact.requested_at == self.requested[fact.call], "he keeps his place in time"
        self.requested[fact.callback] = fact.requested_at
        self.open.add(fact.callback)
        self.ours.add(fact.callback)
        self.dialling[fact.callback] = 0
        self.steps[fact.callback] = 0

    def _CallbackDialled(self, fact: CallbackDialled) -> None:  # noqa: N802
        assert fact.call in self.open
        assert fact.attempt == self.dialling[fact.call] + 1
        self.dialling[fact.call] += 1

    def _CallbackMissed(self, fact: CallbackMissed) -> None:  # noqa: N802
        assert fact.call in self.open
        assert fact.attempt == self.dialling[fact.call]

    # The ways off the floor.

    def _CallOverflowed(self, fact: CallOverflowed) -> None:  # noqa: N802
        self._over(fact.call)

    def _CallSent(self, fact: CallSent) -> None:  # noqa: N802
        self._over(fact.call)

    def _CallEnded(self, fact: CallEnded) -> None:  # noqa: N802
        ours = fact.call in self.ours
        assert fact.outcome is Outcome.OUTBOUND if ours else fact.outcome in CALLERS_END
        self._over(fact.call)

    def _over(self, call: str) -> None:
        assert call in self.open, "a call is over once"
        assert call not in self.rings.values()
        assert call not in self.consults.values()
        assert call not in self.talk
        self.open.discard(call)
        # Whom the dialplan has may come back: as a caller like others.
        self.ours.discard(call)

    # Agents.

    def _AgentChanged(self, fact: AgentChanged) -> None:  # noqa: N802
        was = self.agents.get(fact.agent, AgentState.SIGNED_OUT)
        assert (was, fact.state) in LEGAL_CHANGES
        self.agents[fact.agent] = fact.state

    def _AgentAsked(self, fact: AgentAsked) -> None:  # noqa: N802
        assert self.agents[fact.agent] in IN_CALL

    def _NotReadyRefused(self, fact: NotReadyRefused) -> None:  # noqa: N802
        assert fact.reason
        assert self.agents[fact.agent] is not AgentState.SIGNED_OUT
