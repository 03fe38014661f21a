"""The archive through crashes at any point, destruction that can be proved, and hand-overs."""

import asyncio
import json
import math
from array import array
from collections.abc import Sequence
from pathlib import Path

import pytest
from callcenter.live.recordings import archive as archive_module
from callcenter.live.recordings.archive import Archive
from callcenter.live.recordings.destroy import broken_chain, destroy
from callcenter.live.recordings.export import ExportError, export, verify
from callcenter.live.recordings.files import PressError, digest, press
from callcenter.pbx.node import NodePaths
from callcenter.records.journal.recordings_facts import (
    RecordingFact,
    RecordingLost,
    RecordingMade,
    RecordingStored,
)
from callcenter.records.journal.recordings_pending import PendingRecordings
from callcenter.records.reading.recordings import Recorded
from callcenter.records.tables.recordings import Recording

MADE = RecordingMade(100.0, "c", "c~1", "1001", "2025/11/30/c~1.raw")
LATER = 4e9
AGENT, CALLER = 1000, 300


def raw(path: Path, seconds: float = 1.0) -> None:
    """Stereo as MixMonitor writes it: the agent's channel first."""
    path.parent.mkdir(parents=True, exist_ok=True)
    samples = array("h")
    for n in range(round(seconds * 8000)):
        samples.append(round(AGENT * math.sin(n / 3)))
        samples.append(round(CALLER * math.sin(n / 7)))
    path.write_bytes(samples.tobytes())


class Bench:
    """An archive with a journal that is a list."""

    def __init__(self, folder: Path, live: set[str] | None = None) -> None:
        self.node = NodePaths(folder)
        self.facts: list[RecordingFact] = []
        self.pending = PendingRecordings({})
        self.live = live or set()
        (self.node.spool / "monitor").mkdir(parents=True, exist_ok=True)
        self.archive = Archive(
            self.node,
            pending=self.pending.by_leg,
            live=self._live,
            kind=lambda: "flac",
            note=self.note,
            clock=lambda: LATER,
        )

    async def _live(self) -> set[str]:
        return self.live

    def note(self, facts: Sequence[RecordingFact]) -> None:
        self.facts += facts
        for fact in facts:
            self.pending.apply(fact)

    @property
    def raw(self) -> Path:
        return self.node.spool / "monitor" / MADE.file

    @property
    def kept(self) -> Path:
        return self.node.recordings / "2025/11/30/c~1.flac"


async def test_a_finished_recording_is_kept_and_its_raw_file_removed(tmp_path: Path) -> None:
    bench = Bench(tmp_path)
    raw(bench.raw)
    bench.note([MADE])
    await bench.archive.work()
    (_, stored) = bench.facts
    assert isinstance(stored, RecordingStored)
    assert (stored.length_s, stored.channels, stored.format) == (1.0, 2, "flac")
    assert stored.sha256 == digest(bench.kept)
    assert not bench.raw.exists()
    assert bench.pending.by_leg == {}


async def test_a_recording_that_goes_on_is_left_alone(tmp_path: Path) -> None:
    bench = Bench(tmp_path, {"c~1"})
    raw(bench.raw)
    bench.note([MADE])
    await bench.archive.work()
    assert bench.facts == [MADE]
    assert bench.raw.exists()


@pytest.mark.parametrize("crash", ["after the kept file", "after the raw file was removed"])
async def test_after_a_crash_it_is_told_once(tmp_path: Path, crash: str) -> None:
    before = Bench(tmp_path)
    raw(before.raw)
    sound = before.raw.read_bytes()
    before.note([MADE])
    await before.archive.work()
    if crash == "after the kept file":
        before.raw.write_bytes(sound)
    after = Bench(tmp_path)
    after.note([MADE])  # as the journal of the killed controller has it
    await after.archive.work()
    assert after.facts[1:] == before.facts[1:]
    assert not after.raw.exists()


async def test_a_talk_without_a_file_is_told_as_lost(tmp_path: Path) -> None:
    bench = Bench(tmp_path)
    bench.note([MADE])
    await bench.archive.work()
    assert isinstance(bench.facts[1], RecordingLost)


async def test_what_can_not_be_pressed_stays_and_is_tried_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    bench = Bench(tmp_path)
    raw(bench.raw)
    bench.note([MADE])

    async def full(*_: object, **__: object) -> None:
        raise PressError("no space left")

    monkeypatch.setattr(archive_module, "press", full)
    await bench.archive.work()
    assert bench.raw.exists()
    assert MADE.leg in bench.pending.by_leg


async def test_a_link_in_place_of_a_recording_is_not_followed(tmp_path: Path) -> None:
    secret = tmp_path / "secret.raw"
    raw(secret)
    link = tmp_path / "link.raw"
    link.symlink_to(secret)
    with pytest.raises(OSError, match="symbolic"):
        await press(link, tmp_path / "out.flac", swap=True)
    assert not (tmp_path / "out.flac").exists()


async def test_no_sample_is_changed_and_the_caller_is_left(tmp_path: Path) -> None:
    source, target = tmp_path / "a.raw", tmp_path / "a.flac"
    raw(source)
    await press(source, target, swap=True)
    reading = await asyncio.create_subprocess_exec(
        "sox", str(target), "-t", "raw", "-", stdout=asyncio.subprocess.PIPE
    )
    out, _ = await reading.communicate()
    given, found = array("h", source.read_bytes()), array("h", out)
    assert found[0::2] == given[1::2]
    assert found[1::2] == given[0::2]


def kept(node: NodePaths, name: str) -> Recording:
    path = node.recordings / f"{name}.flac"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(name.encode())
    return Recording(
        leg=f"{name}~1", call_id=name, agent="1001", started_at=1000, file=path.name,
        format="flac", channels=2, length_ms=1000, bytes=len(name), sha256=digest(path),
        stored_at=2000,
    )  # fmt: skip


def test_destruction_is_proved_and_proofs_are_a_chain(tmp_path: Path) -> None:
    node = NodePaths(tmp_path)
    one, two = kept(node, "one"), kept(node, "two")
    for row in (one, two):
        (fact,) = destroy(
            [row], node.recordings, node.certificates, by="root", why="retention", at=5.0
        )
        assert (fact.leg, fact.sha256) == (row.leg, row.sha256)
    assert list(node.recordings.iterdir()) == []
    assert broken_chain(node.certificates) == []
    first, _ = sorted(node.certificates.glob("*.json"))
    told = json.loads(first.read_text())
    assert [item["sha256_found"] for item in told["recordings"]] == [one.sha256]
    first.write_text(first.read_text().replace("retention", "mistake"))
    assert len(broken_chain(node.certificates)) == 1


def test_what_a_killed_run_removed_is_told_with_its_certificate(tmp_path: Path) -> None:
    node = NodePaths(tmp_path)
    rows = [kept(node, "one"), kept(node, "two")]
    place = (node.recordings, node.certificates)
    before = destroy(rows, *place, by="root", why="retention", at=5.0)
    again = destroy(rows, *place, by="root", why="retention", at=9.0)
    assert [fact.certificate for fact in again] == [fact.certificate for fact in before]
    assert len(list(node.certificates.iterdir())) == 1


def test_a_hand_over_is_verified_anywhere(tmp_path: Path) -> None:
    node, to = NodePaths(tmp_path), tmp_path / "out"
    found = [Recorded(kept(node, name), None) for name in ("one", "two")]
    assert export(found, node.recordings, to, {"site": "hot"}) == 2
    assert verify(to) == []
    sums = (to / "SHA256SUMS").read_text().splitlines()
    assert sums[0] == f"{found[0].recording.sha256}  files/one.flac"
    (to / "files" / "one.flac").write_bytes(b"other")
    (to / "files" / "two.flac").unlink()
    (to / "files" / "three.flac").write_bytes(b"three")
    assert [line.partition(":")[0] for line in verify(to)] == [
        "files/one.flac",
        "files/two.flac",
        "files/three.flac",
    ]
    with pytest.raises(ExportError, match="not empty"):
        export(found, node.recordings, to, {})


def test_a_file_that_was_changed_is_not_handed_over(tmp_path: Path) -> None:
    node = NodePaths(tmp_path)
    row = kept(node, "one")
    (node.recordings / row.file).write_bytes(b"other")
    with pytest.raises(ExportError, match="not what was stored"):
        export([Recorded(row, None)], node.recordings, tmp_path / "out", {})
