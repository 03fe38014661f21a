"""Whatever the floor tells of whatever people do: every call is one row, and its times add up."""

import pytest
from callcenter.acd.events import Event
from callcenter.acd.facts import CallEnded, CallOverflowed, TalkEnded, TalkStarted
from callcenter.acd.talk_events import root_of
from callcenter.acd.talk_facts import CallSent
from callcenter.records.fold.page import Page
from callcenter.records.journal.facts import JournalFact
from callcenter.terms import Outcome
from hypothesis import Phase, settings
from tests.acd.test_any_talk import AnyTalk
from tests.records.rows import folded

pytestmark = pytest.mark.pure


class FoldedTalk(AnyTalk):
    """The floor as in its own test; what it told is folded at the end."""

    def tell(self, event: Event, *, commands_lost: bool = False) -> None:
        """As there, without a second opinion on choices."""
        step = self.floor.handle(event, self.now)
        self.told.append((event, self.now, step))
        self.journal.read(step.facts)
        for fact in step.facts:
            self.recall.add(fact)
        if not commands_lost:
            self.outside.perform(step.commands)

    def teardown(self) -> None:
        if not hasattr(self, "floor"):
            return
        facts: list[JournalFact] = [fact for _, _, step in self.told for fact in step.facts]
        page = folded(facts)
        check(page, facts)
        open_calls = {name for name, call in page.calls.items() if call.ended_at is None}
        held = {root_of(view.call) for view in self.floor.calls()}
        handed_over = {f.call for f in facts if isinstance(f, CallOverflowed | CallSent)}
        assert open_calls <= held | handed_over


def check(page: Page, facts: list[JournalFact]) -> None:
    """What must hold of the rows of any history."""
    assert not [name for name in page.calls if root_of(name) != name]
    for name, told_ms in talk_times(facts).items():
        call = page.calls[name]
        if call.ended_at is not None:
            assert abs(call.talk_ms + call.hold_ms - told_ms) <= len(facts), (name, told_ms)
    for name, call in page.calls.items():
        assert min(call.talk_ms, call.hold_ms) >= 0
        if call.ended_at is None:
            continue
        assert call.outcome
        if call.direction == "in":
            assert (call.outcome == Outcome.ANSWERED) == (call.talk_ms + call.hold_ms > 0)
        stays = page.segments.get(name, [])
        assert all(stay.ended_at is not None and stay.how_ended for stay in stays)
        assert sum(s.talk_ms for s in stays) <= call.talk_ms
        for stay in stays:
            assert (stay.outcome == Outcome.ANSWERED) == (stay.talk_ms + stay.hold_ms > 0)
        assert not [t for t in page.transfers.get(name, ()) if t.result is None]
        for ring in page.rings.get(name, {}).values():
            assert ring.ended_at is not None
            assert ring.joined_at is None or ring.left_at is not None
        assert not [c for c in page.consults.values() if c.call_id == name and c.ended_at is None]


def talk_times(facts: list[JournalFact]) -> dict[str, int]:
    """Call -> milliseconds in which legs talked with its caller, from the facts alone."""
    begun: dict[str, tuple[str, float]] = {}
    told: dict[str, int] = {}

    def over(leg: str, at: float) -> None:
        if leg in begun:
            call, since = begun.pop(leg)
            told[call] = told.get(call, 0) + round(1000 * (at - since))

    for fact in facts:
        if isinstance(fact, TalkStarted) and root_of(fact.call) == fact.call:
            begun.setdefault(fact.leg, (fact.call, fact.at))
        elif isinstance(fact, TalkEnded) and root_of(fact.call) == fact.call:
            over(fact.leg, fact.at)
        elif isinstance(fact, CallEnded):
            for leg in [leg for leg, (call, _) in begun.items() if call == fact.call]:
                over(leg, fact.at)
    return told


TestFoldedTalk = FoldedTalk.TestCase
TestFoldedTalk.settings = settings(
    # A history is told whole; making it shorter takes minutes.
    max_examples=60,
    stateful_step_count=60,
    deadline=None,
    phases=[Phase.reuse, Phase.generate],
)
