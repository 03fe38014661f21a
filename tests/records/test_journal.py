"""The journal keeps what it was given: over restarts, torn lines, rotation and a full disk."""

import itertools
import os
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

import pytest
from callcenter.acd.facts import (
    AgentChanged,
    CallEnded,
    CallOverflowed,
    CallQueued,
    RingEnded,
    RingStarted,
    TalkStarted,
)
from callcenter.records.journal.facts import CelRead, FilePlace, JournalFact
from callcenter.records.journal.files import segments
from callcenter.records.journal.journal import Journal, JournalBusy, JournalError
from callcenter.terms import AgentState, CallState, Outcome, RingResult
from hypothesis import given, settings
from hypothesis import strategies as st


def queued(call: str, at: float = 10.0) -> CallQueued:
    return CallQueued(at, call, "general", "13800000001", "12345", at - 5, at, "zh", 0, False)


def ended(call: str) -> CallEnded:
    return CallEnded(30.0, call, Outcome.ANSWERED, "")


def talking(call: str, agent: str = "1001") -> list[JournalFact]:
    leg = f"{call}~1"
    return [
        queued(call),
        RingStarted(10.0, call, leg, agent, "general", {"candidates": 1}),
        RingEnded(12.0, call, leg, agent, RingResult.ANSWERED, 200),
        TalkStarted(12.1, call, leg, agent, "general"),
    ]


def all_facts(folder: Path) -> list[JournalFact]:
    with Journal(folder) as journal:
        return [entry.fact for entry in journal.read(0).read(10**6)]


def test_facts_are_there_after_a_restart(tmp_path: Path) -> None:
    with Journal(tmp_path) as journal:
        assert journal.append(talking("c1")) == 4
        assert journal.append([]) == 4
    with Journal(tmp_path) as journal:
        assert journal.position == 4
        assert journal.append([ended("c1")]) == 5
    assert all_facts(tmp_path) == [*talking("c1"), ended("c1")]


def test_open_calls_and_agents_are_restored(tmp_path: Path) -> None:
    ready = AgentChanged(3.0, "1001", AgentState.READY, "", "", 2.0, 1)
    with Journal(tmp_path) as journal:
        journal.append([ready, *talking("c1"), queued("c2"), queued("c3"), queued("c4")])
        journal.append([AgentChanged(12.0, "1001", AgentState.TALKING, "", "c1", 2.0, 1)])
        journal.append([RingStarted(11.0, "c2", "c2~1", "1002", "general", {})])
        journal.append([RingEnded(12.0, "c2", "c2~1", "1002", RingResult.BUSY, 486)])
        journal.append([ended("c3"), CallOverflowed(40.0, "c4", "general", "max_wait")])
    with Journal(tmp_path) as journal:
        recall = journal.restore()
        assert set(journal.state.ended) == {"c3"}
        assert set(journal.state.released) == {"c4"}
    talk, wait = recall.calls.values()
    assert (talk.entered.call, talk.leg, talk.agent) == ("c1", "c1~1", "1001")
    assert (talk.state, talk.joined_at) == (CallState.TALKING, 12.1)
    assert (wait.entered.call, wait.leg, wait.attempts) == ("c2", "", 1)
    assert (wait.state, wait.queued_at) == (CallState.WAITING, 10.0)
    assert [(a.agent, a.state, a.since, a.misses, a.queue) for a in recall.agents.values()] == [
        ("1001", AgentState.TALKING, 12.0, 1, "general")
    ]


def test_a_start_reads_the_newest_file_only(tmp_path: Path) -> None:
    with Journal(tmp_path, segment_bytes=2000) as journal:
        journal.append([AgentChanged(3.0, "1001", AgentState.TALKING, "", "c0", 2.0, 0)])
        journal.append(talking("c0"))
        for n in range(1, 30):
            journal.append([queued(f"c{n}"), ended(f"c{n}")])
        expected = journal.restore()
        assert list(expected.calls) == ["c0"]
    files = segments(tmp_path)
    assert len(files) > 3
    for old in files[:-1]:
        old.write_bytes(b"unreadable")
    with Journal(tmp_path) as journal:
        found = journal.restore()
        assert (found.agents, found.calls) == (expected.agents, expected.calls)
        assert journal.position == 5 + 58


def test_an_unfinished_last_line_is_cut_and_said(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    with Journal(tmp_path) as journal:
        journal.append([queued("c1"), queued("c2")])
    file = segments(tmp_path)[-1]
    file.write_bytes(file.read_bytes()[:-7])
    with Journal(tmp_path) as journal:
        assert journal.cut_bytes > 0
        assert "unfinished line" in caplog.text
        assert journal.append([queued("c3")]) == 2
    assert all_facts(tmp_path) == [queued("c1"), queued("c3")]


def test_damage_in_the_middle_stops_the_start_with_its_place(tmp_path: Path) -> None:
    with Journal(tmp_path) as journal:
        journal.append([queued("c1"), queued("c2")])
    file = segments(tmp_path)[-1]
    text = file.read_bytes()
    place = text.index(b'"c1"')
    file.write_bytes(text[:place] + b'"cX"' + text[place + 4 :])
    with pytest.raises(JournalError, match=r"damaged \(byte \d+\)"):
        Journal(tmp_path)


@settings(max_examples=40, deadline=None)
@given(lost=st.integers(0, 900), steps=st.lists(st.integers(1, 4), min_size=1, max_size=5))
def test_whatever_end_is_lost_the_rest_is_whole(
    tmp_path_factory: pytest.TempPathFactory, lost: int, steps: list[int]
) -> None:
    folder = tmp_path_factory.mktemp("journal")
    names = (f"c{n}" for n in itertools.count())
    written = [[queued(next(names)) for _ in range(count)] for count in steps]
    with Journal(folder) as journal:
        head = segments(folder)[-1].stat().st_size
        for step in written:
            journal.append(step)
    file = segments(folder)[-1]
    os.truncate(file, max(head, file.stat().st_size - lost))
    kept = all_facts(folder)
    everything = [fact for step in written for fact in step]
    assert kept == everything[: len(kept)]
    assert len(kept) >= len(everything) - lost // 100 - 1


def test_only_one_process_writes(tmp_path: Path) -> None:
    with Journal(tmp_path), pytest.raises(JournalBusy, match="another process"):
        Journal(tmp_path)
    Journal(tmp_path).close()


def test_facts_survive_a_kill_at_once(tmp_path: Path) -> None:
    script = (
        "import os, sys; from pathlib import Path\n"
        "from callcenter.records.journal.journal import Journal\n"
        "from callcenter.acd.facts import CallOverflowed\n"
        "journal = Journal(Path(sys.argv[1]))\n"
        "journal.append([CallOverflowed(1.0, 'c', 'q', 'full')])\n"
        "os.kill(os.getpid(), 9)\n"
    )
    subprocess.run([sys.executable, "-c", script, str(tmp_path)], check=False)
    assert all_facts(tmp_path) == [CallOverflowed(1.0, "c", "q", "full")]


def test_a_full_disk_is_an_error_and_leaves_whole_lines(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = os.write
    with Journal(tmp_path) as journal:
        journal.append([queued("c1")])
        # The kernel writes what still fits; no disk of ours can be filled for a test.
        monkeypatch.setattr(os, "write", lambda fd, text: real(fd, text[: len(text) // 2]))
        with pytest.raises(JournalError, match="free the disk"):
            journal.append([queued("c2")])
        monkeypatch.setattr(os, "write", real)
        assert journal.append([queued("c3")]) == 2
    assert all_facts(tmp_path) == [queued("c1"), queued("c3")]


def test_a_disk_that_is_full_at_a_rotation_leaves_the_journal_usable(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = os.write
    with Journal(tmp_path, segment_bytes=1) as journal:
        journal.append([queued("c1")])
        monkeypatch.setattr(os, "write", lambda fd, text: real(fd, text[: len(text) // 2]))
        for _ in range(2):
            with pytest.raises(JournalError, match="free the disk"):
                journal.append([queued("c2")])
        monkeypatch.setattr(os, "write", real)
        assert journal.append([queued("c3")]) == 2
    assert all_facts(tmp_path) == [queued("c1"), queued("c3")]


def test_a_reader_follows_the_writer_over_files_and_stops_where_told(tmp_path: Path) -> None:
    with Journal(tmp_path, segment_bytes=1500) as journal:
        reader = journal.read(0)
        assert reader.read() == []
        seen: list[str] = []
        for n in range(25):
            journal.append([queued(f"c{n}"), ended(f"c{n}")])
            seen += _calls(reader.read(limit=1))
        seen += _calls(reader.read(limit=100, upto=49))
        assert reader.position == 49
        seen += _calls(reader.read(limit=100))
        assert seen == [f"c{n // 2}" for n in range(50)]
        assert _calls(journal.read(47).read()) == ["c23", "c24", "c24"]
        assert len(segments(tmp_path)) > 2


def test_folded_files_are_removed_but_the_last_ones(tmp_path: Path) -> None:
    with Journal(tmp_path, segment_bytes=1500) as journal:
        for n in range(40):
            journal.append([queued(f"c{n}")])
        before = segments(tmp_path)
        journal.forget(position=0, keep=1)
        assert segments(tmp_path) == before
        journal.forget(position=journal.position, keep=2)
        assert segments(tmp_path) == before[-2:]
        oldest = journal.read(0).read()[0]
        assert oldest.n > 1


def test_facts_reach_the_disk_soon(tmp_path: Path) -> None:
    with Journal(tmp_path) as journal:
        assert not journal.wait_durable(0, timeout_s=0.01)
        last = journal.append([queued("c1")])
        assert journal.wait_durable(last - 1, timeout_s=10)
        assert journal.durable == last


def test_the_place_in_asterisks_file_is_kept(tmp_path: Path) -> None:
    place = CelRead(50.0, FilePlace(7, 100), FilePlace(7, 900), ("c2",), ("c1",))
    with Journal(tmp_path) as journal:
        journal.append([queued("c1"), ended("c1"), place])
        assert journal.state.ended == {}
    with Journal(tmp_path) as journal:
        assert journal.state.cel == place


def _calls(entries: Sequence[tuple[int, JournalFact]]) -> list[str]:
    return [getattr(fact, "call", "") for _, fact in entries]


def test_a_disk_that_refuses_a_sync_is_said_at_the_next_append(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(_: int) -> None:
        raise OSError(5, "Input/output error")

    with Journal(tmp_path) as journal:
        monkeypatch.setattr(os, "fdatasync", refuse)
        last = journal.append([queued("c1")])
        assert not journal.wait_durable(last - 1, timeout_s=10)
        assert journal.durable == 0
        with pytest.raises(JournalError, match="the disk refused"):
            journal.append([queued("c2")])


def test_a_reader_names_the_place_of_damage(tmp_path: Path) -> None:
    with Journal(tmp_path) as journal:
        journal.append([queued("c1"), queued("c2")])
        file = segments(tmp_path)[-1]
        file.write_bytes(file.read_bytes().replace(b'"c2"', b'"cX"'))
        reader = journal.read(0)
        with pytest.raises(JournalError, match=r"damaged \(byte \d+\)"):
            reader.read()


@pytest.mark.parametrize("lost", [0, 1])
def test_a_missing_line_stops_the_start(tmp_path: Path, lost: int) -> None:
    with Journal(tmp_path) as journal:
        journal.append([queued("c1"), queued("c2")])
    file = segments(tmp_path)[-1]
    lines = file.read_bytes().splitlines(keepends=True)
    del lines[lost]
    file.write_bytes(b"".join(lines))
    with pytest.raises(JournalError, match=r"follows|can't be read"):
        Journal(tmp_path)
    file.unlink()
    Journal(tmp_path).close()
