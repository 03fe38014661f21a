"""What lasts of supervisors' acts comes back from the journal, also from the head of a file."""

import pytest
from callcenter.records.journal.codec import decode, encode
from callcenter.records.journal.facts import ActDone, Overridden
from callcenter.records.journal.state import JournalState, Snapshot
from callcenter.records.journal.supervised import DURING, OVER
from callcenter.site.overrides import Kind, Override

pytestmark = pytest.mark.pure

SKILLS = Override(Kind.SKILLS, "1001", "tax=5", "tax=1")
CLOSED = Override(Kind.EMERGENCY, "desk", "site")


def changed(override: Override) -> Overridden:
    return Overridden(1.0, "1009", override)


def listens(agent: str, detail: str, result: str = "done") -> ActDone:
    return ActDone(2.0, "1009", "listen", agent, detail, result)


def again(state: JournalState) -> JournalState:
    """As the head of the next file has it."""
    return JournalState(decode(Snapshot, encode(state.snapshot(3.0))))


def test_changes_hold_until_they_are_ended() -> None:
    state = JournalState()
    for fact in (changed(SKILLS), changed(CLOSED)):
        state.apply(fact)
    state = again(state)
    assert state.supervised.overrides == [SKILLS, CLOSED]
    later = Override(Kind.SKILLS, "1001", "tax=7", "tax=1")
    state.apply(changed(later))
    state.apply(changed(Override(Kind.EMERGENCY, "desk", "")))
    assert again(state).supervised.overrides == [later]


def test_supervisions_are_known_until_their_end() -> None:
    state = JournalState()
    for agent in ("1001", "1002"):
        state.apply(listens(agent, f"{DURING} 1.1"))
    state.apply(listens("1003", f"{DURING} 1.2", "refused"))
    state.apply(listens("1001", f"{OVER} after 3 s"))
    assert [act.target for act in again(state).supervised.talks.values()] == ["1002"]
