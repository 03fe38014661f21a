"""Old files go; none that is still to be read, named or written."""

import json
import os
from pathlib import Path

import pytest
from callcenter.live.nightly.housekeeping import seconds_left
from callcenter.live.nightly.rotation import prune_events, prune_logs, prune_prompts, rotate
from callcenter.pbx.node import NodePaths
from callcenter.records.ingest.tail import follow
from callcenter.records.journal.facts import FilePlace
from callcenter.records.journal.journal import Journal
from callcenter.site.spans import Span
from tests.records.test_recordings import MADE

OLD, NEW, BEFORE = 1000.0, 9000.0, 5000.0


def put(path: Path, at: float, text: str = "x\n") -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)
    os.utime(path, (at, at))
    return path


def place(path: Path) -> FilePlace:
    return FilePlace(path.stat().st_ino, 0)


def test_event_files_stay_until_they_are_read(tmp_path: Path) -> None:
    events = put(tmp_path / "callcenter.csv", NEW)
    first = put(tmp_path / "callcenter.csv.1", OLD)
    second = put(tmp_path / "callcenter.csv.2", OLD + 1)
    third = put(tmp_path / "callcenter.csv.3", BEFORE + 1)
    assert prune_events(events, FilePlace(), BEFORE) == 0  # nothing is read yet
    assert prune_events(events, place(first), BEFORE) == 0
    assert prune_events(events, place(third), BEFORE) == 2
    assert not first.exists()
    assert not second.exists()
    assert prune_events(events, place(events), BEFORE) == 0  # read, but not old
    assert third.exists()


def test_events_written_over_rotations_are_read_once_and_in_order(tmp_path: Path) -> None:
    node = NodePaths(tmp_path)
    events = node.inside("/var/log/asterisk/cel-custom/callcenter.csv")
    events.parent.mkdir(parents=True)
    seen: list[str] = []
    at = FilePlace()
    for n in range(6):
        with events.open("a") as file:
            file.write(f"{n}\n")
        if n % 2:
            rotate(node, events, 1e9 + n)
        if n % 3 == 0:
            for line in follow(events, at):
                seen.append(line.text)
                at = line.ends
    events.touch()
    seen += [line.text for line in follow(events, at)]
    assert seen == [str(n) for n in range(6)]


def test_only_old_rotated_logs_go(tmp_path: Path) -> None:
    node = NodePaths(tmp_path)
    gone = [
        put(node.log / "messages.log.20251130T020000", OLD),
        put(node.log / "queue_log.1764460800", OLD),
        put(node.path / "controller.log.20251130T020000", OLD),
    ]
    stay = [
        put(node.log / "messages.log", OLD),
        put(node.log / "messages.log.20251230T020000", NEW),
        put(node.log / "other.log.1", OLD),
        put(node.controller_log, OLD),
    ]
    assert prune_logs(node, BEFORE) == len(gone)
    assert not any(path.exists() for path in gone)
    assert all(path.exists() for path in stay)


def test_prompts_that_a_deployment_names_stay(tmp_path: Path) -> None:
    node = NodePaths(tmp_path)
    version = node.history / "0001"
    told = {"number": 1, "when": "", "who": "", "site": "x", "site_digest": "", "digest": ""}
    put(version / "manifest.json", NEW, json.dumps(told | {"result": "deployed"}))
    put(version / "files" / "extensions.conf", NEW, "Playback(/x/prompts/welcome-0123456789ab)")
    put(version / "prompts.json", NEW, '[["bye","","/x/prompts/bye-0123456789ab"]]')
    prompts = node.lib / "callcenter" / "prompts" / "zh"
    named = [put(prompts / f"{n}-0123456789ab.wav", OLD) for n in ("welcome", "bye")]
    fresh = put(prompts / "old-aaaaaaaaaaaa.wav", NEW)
    old = put(prompts / "old-bbbbbbbbbbbb.alaw", OLD)
    assert prune_prompts(node, BEFORE) == 1
    assert not old.exists()
    assert all(path.exists() for path in (*named, fresh))


def test_journal_files_go_when_they_are_folded_and_old(tmp_path: Path) -> None:
    with Journal(tmp_path, segment_bytes=1) as journal:
        for _ in range(4):
            journal.append([MADE])
        files = sorted(tmp_path.glob("journal-*.jsonl"))
        for path in files[:2]:
            os.utime(path, (OLD, OLD))
        assert journal.forget(0, before=BEFORE, keep=1) == 0
        assert journal.forget(1, before=BEFORE, keep=1) == 1
        assert journal.forget(journal.position, before=BEFORE, keep=1) == 1
        assert sorted(tmp_path.glob("journal-*.jsonl")) == files[2:]


@pytest.mark.parametrize(
    ("minute", "left"), [(149, 0), (150, 150 * 60), (299, 60), (300, 0), (1439, 0)]
)
def test_what_is_left_of_a_night(minute: float, left: float) -> None:
    assert seconds_left(Span(150, 300), minute) == left
