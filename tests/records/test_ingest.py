"""Each call in Asterisk's event file enters the journal exactly once, whatever happens to both."""

import os
import random
import shutil
from collections.abc import Collection
from pathlib import Path

import pytest
from callcenter.acd.facts import CallEnded, CallOverflowed, CallQueued
from callcenter.records.ingest.ingest import Ingest
from callcenter.records.journal.facts import (
    CallFolded,
    CelRead,
    JournalFact,
    SurveyInvited,
    VoicemailLeft,
)
from callcenter.records.journal.journal import Journal
from callcenter.records.journal.platform_facts import TrunkUsed
from callcenter.terms import HandledBy, Outcome
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

CAPTURES = Path(__file__).parent / "captures"
NAMES = sorted(path.stem for path in CAPTURES.glob("*.csv"))
AFTER_ALL = 1795222300.0
"""A minute after the last event."""
CALLS = [name for name in NAMES if name != "agent_code"]


class Node:
    """An event file and a spool as Asterisk writes them, and the journal that follows."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.file = folder / "log" / "cel-custom" / "callcenter.csv"
        self.file.parent.mkdir(parents=True)
        self.spool = folder / "spool"
        self.now = AFTER_ALL
        self.restart()

    def restart(self) -> None:
        self.journal = Journal(self.folder / "journal")
        self.ingest = Ingest(self.file, self.spool, self.journal, lambda: self.now)

    def stop(self) -> None:
        self.journal.close()

    def write(self, text: str) -> None:
        with self.file.open("a", encoding="utf-8") as file:
            file.write(text)

    def poll(
        self, held: Collection[str] = (), started_at: float | None = None
    ) -> list[JournalFact]:
        facts = self.ingest.poll(held, started_at)
        self.journal.append(facts)
        return facts

    def ends(self) -> list[str]:
        """The calls whose end the journal tells, in its order."""
        facts = (entry.fact for entry in self.journal.read(0).read(10**6))
        return [f.call for f in facts if isinstance(f, CallFolded | CallEnded)]

    def seizures(self) -> list[str]:
        """The calls whose trunk the journal tells, in its order."""
        facts = (entry.fact for entry in self.journal.read(0).read(10**6))
        return [f.call for f in facts if isinstance(f, TrunkUsed)]


@pytest.fixture
def node(tmp_path: Path) -> Node:
    return Node(tmp_path)


def text_of(name: str) -> str:
    return (CAPTURES / f"{name}.csv").read_text(encoding="utf-8")


def call_of(name: str) -> str:
    return text_of(name).splitlines()[0].split(",")[12].strip('"')


def queued(call: str) -> CallQueued:
    return CallQueued(5.0, call, "consulting", "operator", "12345", 1.0, 5.0, "zh", 0, False)


def folded(facts: list[JournalFact]) -> list[CallFolded]:
    return [fact for fact in facts if isinstance(fact, CallFolded)]


def test_a_call_is_told_when_its_last_event_is_there(node: Node) -> None:
    lines = text_of("ivr_end").splitlines(keepends=True)
    node.write("".join(lines[:-1]))
    assert folded(node.poll()) == []
    node.write(lines[-1][:20])
    assert folded(node.poll()) == []
    node.write(lines[-1][20:])
    (call,) = folded(node.poll())
    assert call.outcome is Outcome.IVR_END
    assert node.poll() == []


def test_nothing_is_told_of_agents_codes(node: Node) -> None:
    node.write(text_of("agent_code"))
    (place,) = node.poll()
    assert isinstance(place, CelRead)
    assert place.pin == place.read


def test_what_the_floor_ended_is_left_alone(node: Node) -> None:
    call = call_of("controller_answered")
    node.journal.append([queued(call), CallEnded(9.0, call, Outcome.ANSWERED, "")])
    node.write(text_of("controller_answered"))
    assert folded(node.poll()) == []
    assert node.journal.state.ended == {}


def test_a_survey_after_the_floors_end_is_told_once(node: Node) -> None:
    call = call_of("controller_answered")
    node.journal.append([queued(call), CallEnded(9.0, call, Outcome.ANSWERED, "")])
    lines = text_of("controller_answered").splitlines(keepends=True)
    like = next(line for line in lines if f'"{call}","{call}"' in line)
    cells = like.split('","')
    cells[1:4] = ["CC_SURVEY", "CC_SURVEY", '{""extra"":""rate""}']
    node.write("".join([*lines[:-1], '","'.join(cells), lines[-1]]))
    told = node.poll()
    assert [fact.survey for fact in told if isinstance(fact, SurveyInvited)] == ["rate"]
    assert folded(told) == []
    assert node.poll() == []


def test_what_the_floor_holds_waits_for_it(node: Node) -> None:
    call = call_of("controller_answered")
    node.journal.append([queued(call)])
    node.write(text_of("controller_answered"))
    assert folded(node.poll(held={call})) == []
    node.stop()
    node.restart()
    assert folded(node.poll(held={call})) == []
    node.journal.append([CallEnded(9.0, call, Outcome.ANSWERED, "")])
    assert folded(node.poll()) == []
    assert node.ends() == [call]
    node.stop()


def test_what_ended_while_the_controller_was_away_is_told(node: Node) -> None:
    call = call_of("controller_answered")
    node.journal.append([queued(call)])
    node.write(text_of("controller_answered"))
    node.stop()
    node.restart()
    (end,) = folded(node.poll())
    assert (end.outcome, end.handled_by) == (Outcome.ANSWERED, HandledBy.CONTROLLER)
    assert node.journal.restore().calls == {}
    node.stop()


def test_the_end_of_an_overflowed_call_with_its_message(node: Node) -> None:
    name = "controller_overflow_message"
    call = call_of(name)
    box = node.spool / "voicemail" / "default" / "general" / "INBOX"
    box.mkdir(parents=True)
    shutil.copy(CAPTURES / f"{name}.txt", box / "msg0000.txt")
    (box / "msg0000.wav").write_bytes(b"RIFF")
    shutil.copy(CAPTURES / "closed_message.txt", box / "msg0001.txt")
    (box / "msg0001.wav").write_bytes(b"RIFF")
    node.journal.append([queued(call), CallOverflowed(7.0, call, "consulting", "max_wait")])
    node.write(text_of(name))
    message, end, _, _ = node.poll()
    assert message == VoicemailLeft(
        1795222210.0, call, "general", "1795222210-00000004",
        "default/general/INBOX/msg0000.wav", 4.0,
    )  # fmt: skip
    assert isinstance(end, CallFolded)
    assert (end.outcome, end.handled_by) == (Outcome.VOICEMAIL, HandledBy.CONTROLLER)
    assert node.journal.state.released == {}


def test_an_overflowed_call_without_a_message_timed_out(node: Node) -> None:
    node.write(text_of("controller_overflow_message"))
    (end,) = folded(node.poll())
    assert end.outcome is Outcome.TIMEOUT


def test_the_controller_has_a_moment_to_tell_of_a_call_that_just_ended(node: Node) -> None:
    node.write(text_of("controller_abandoned_waiting") + text_of("ivr_end"))
    node.now = 1795222217.5
    assert [end.call for end in folded(node.poll())] == [call_of("ivr_end")]
    node.now += 5
    assert [end.call for end in folded(node.poll())] == [call_of("controller_abandoned_waiting")]


def test_a_call_that_is_not_over_stays_over_a_restart(node: Node) -> None:
    lines = text_of("fallback_answered_caller_hangs_up").splitlines(keepends=True)
    node.write(lines[0] + text_of("ivr_end") + "".join(lines[1:-1]))
    assert len(folded(node.poll())) == 1
    node.stop()
    node.restart()
    assert folded(node.poll()) == []
    node.write(lines[-1])
    (end,) = folded(node.poll())
    assert end.outcome is Outcome.ANSWERED
    assert round(end.talk_s, 2) == 3.19
    node.stop()


def test_calls_of_before_asterisks_start_were_lost(node: Node) -> None:
    lines = text_of("fallback_abandoned_waiting").splitlines(keepends=True)
    node.write("".join(lines[:8]))
    node.poll()
    (end,) = folded(node.poll(started_at=1795222200.0))
    assert end.outcome is Outcome.SYSTEM_FAIL


def test_a_long_file_is_read_in_steps_without_calling_a_call_lost_too_early(
    node: Node, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("callcenter.records.ingest.ingest.LINES", 10)
    node.write(text_of("fallback_answered_caller_hangs_up") + text_of("ivr_end"))
    polls = [folded(node.poll(started_at=1795222290.0)) for _ in range(4)]
    assert [[str(end.outcome) for end in ends] for ends in polls] == [
        [], ["answered"], ["ivr_end"], []
    ]  # fmt: skip


def test_a_renamed_file_is_read_to_its_end_first(node: Node) -> None:
    first = text_of("ivr_end").splitlines(keepends=True)
    node.write("".join(first[:3]))
    node.poll()
    node.write("".join(first[3:]))
    node.file.rename(node.file.with_name("callcenter.csv.1"))
    node.write(text_of("closed_message"))
    assert [end.call for end in folded(node.poll())] == [
        call_of("ivr_end"),
        call_of("closed_message"),
    ]
    node.stop()
    node.restart()
    assert node.poll() == []
    node.write(text_of("closed_no_message"))
    assert len(folded(node.poll())) == 1
    node.stop()


def test_a_cut_file_is_read_from_its_start(node: Node, caplog: pytest.LogCaptureFixture) -> None:
    node.write(text_of("fallback_timeout_message"))
    node.poll()
    os.truncate(node.file, 0)
    node.write(text_of("ivr_end"))
    assert [end.call for end in folded(node.poll())] == [call_of("ivr_end")]
    assert "was cut" in caplog.text


def test_a_lost_file_is_said_and_the_next_one_is_read(
    node: Node, caplog: pytest.LogCaptureFixture
) -> None:
    lines = text_of("ivr_end").splitlines(keepends=True)
    node.write("".join(lines[:3]))
    node.poll()
    node.stop()
    node.file.rename(node.folder / "elsewhere")
    node.write(text_of("closed_message"))
    node.restart()
    assert [end.call for end in folded(node.poll())] == [call_of("closed_message")]
    assert "is gone" in caplog.text
    node.stop()


def test_a_bad_line_is_said_and_left_out(node: Node, caplog: pytest.LogCaptureFixture) -> None:
    node.write("rubbish\n" + text_of("ivr_end"))
    assert len(folded(node.poll())) == 1
    assert node.ingest.bad_rows == 1
    assert "rubbish" in caplog.text


def test_no_file_yet_is_no_fault(node: Node) -> None:
    assert node.poll() == []


def interleaved(seed: int) -> list[str]:
    """The lines of all calls, each call's own in order."""
    rest = [text_of(name).splitlines(keepends=True) for name in NAMES]
    order = [n for n, lines in enumerate(rest) for _ in lines]
    random.Random(seed).shuffle(order)  # noqa: S311  no secret
    return [rest[n].pop(0) for n in order]


@settings(
    max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(
    seed=st.integers(0, 10**6),
    cuts=st.lists(st.integers(0, 300), max_size=6),
    what=st.lists(st.sampled_from(["poll", "restart", "kill", "rotate"]), min_size=6, max_size=6),
)
def test_whenever_it_stops_each_call_is_told_once(
    tmp_path_factory: pytest.TempPathFactory, seed: int, cuts: list[int], what: list[str]
) -> None:
    node = Node(tmp_path_factory.mktemp("node"))
    done = 0
    lines = interleaved(seed)
    for n, (cut, act) in enumerate(zip(sorted(cuts), what, strict=False)):
        node.write("".join(lines[done:cut]))
        done = max(done, cut)
        if act == "kill":
            # Dies between reading and appending: what was read is read again.
            node.ingest.poll(())
        else:
            node.poll()
        if act in ("kill", "restart"):
            node.stop()
            node.restart()
        if act == "rotate" and node.file.exists():
            node.file.rename(node.file.with_name(f"callcenter.csv.{n}"))
    node.write("".join(lines[done:]))
    node.poll()
    assert sorted(node.ends()) == sorted(map(call_of, CALLS))
    assert sorted(node.seizures()) == sorted(map(call_of, CALLS))
    node.stop()


@pytest.mark.parametrize("torn", ["", '"1795222200.1","HANG\n'])
def test_a_callers_number_with_a_line_break_hides_no_call_and_forges_none(
    node: Node, torn: str
) -> None:
    """Asterisk writes what it was sent; quotes within a value are doubled."""
    name = "ivr_end"
    forged = text_of("closed_no_message").replace('"', '""')
    hostile = f"138\r\n{forged}"
    lines = text_of(name).splitlines(keepends=True)
    number = lines[0].split(",")[4]
    text = "".join(line.replace(number, f'"{hostile}"') for line in lines)
    assert len(text.splitlines()) > 2 * len(lines)
    node.write(torn)
    for n in range(0, len(text), 100):
        node.write(text[n : n + 100])
        node.poll()
    node.write(text_of("closed_message"))
    node.poll()
    assert node.ends() == [call_of(name), call_of("closed_message")]
    assert node.ingest.bad_rows == (1 if torn else 0)
