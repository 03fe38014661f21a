"""Recordings as people handle them: found, checked, held, handed over, destroyed."""

import json
from pathlib import Path

import pytest
from callcenter.qa.phone import Behaviour
from callcenter.qa.stage import until
from tests.calls.hotline import Hotline
from tests.calls.recording.kept import path_of, stored

pytestmark = pytest.mark.calls

TALK = Behaviour(talk_s=1.5)


async def recorded(hotline: Hotline) -> dict[str, object]:
    await hotline.agent("1001", TALK)
    await (await hotline.callers("7008")).result()
    (row,) = await stored(hotline)
    return row


async def test_check_finds_a_missing_a_changed_and_an_extra_file(hotline: Hotline) -> None:
    row = await recorded(hotline)
    whole = await hotline.json("recordings", "check", "--deep")
    assert whole["differences"] == []
    assert whole["recordings"] >= 1
    kept = path_of(hotline, row)
    sound = kept.read_bytes()
    extra = kept.with_name("nobody~1.flac")
    extra.write_bytes(sound)
    kept.unlink()
    other = str(extra.relative_to(hotline.stage.node.recordings))
    assert await faults(hotline) == {("missing", row["file"]), ("extra", other)}
    extra.unlink()
    kept.write_bytes(sound[:-1] + bytes([sound[-1] ^ 1]))
    assert await faults(hotline) == {("changed", row["file"])}
    kept.write_bytes(sound)
    assert await faults(hotline, code=0) == set()


async def faults(hotline: Hotline, code: int = 1) -> set[tuple[str, object]]:
    words = ("recordings", "check", "--deep", "--json")
    told = json.loads(await hotline.stage.command(*words, code=code))
    return {(d["fault"], d["file"]) for d in told["differences"]}


async def test_a_held_recording_is_not_destroyed_until_it_is_released(
    hotline: Hotline, tmp_path: Path
) -> None:
    row = await recorded(hotline)
    command = hotline.stage.command
    call = str(row["call_id"])
    held = await hotline.json("recordings", "hold", "--call", call, "--why", "court 17")
    only = ("--call", call)
    await follows(hotline, call, held=True)
    told = await hotline.json("recordings", "destroy", *only, "--yes", "--why", "contract ended")
    assert told == {"destroyed": 0, "held": 1}
    assert path_of(hotline, row).exists()

    to = tmp_path / "handed-over"
    assert (await hotline.json("recordings", "export", *only, "--output", str(to)))["files"] == 1
    manifest = json.loads((to / "manifest.json").read_text())
    (entry,) = manifest["recordings"]
    assert (entry["sha256"], entry["call"], entry["held"]) == (row["sha256"], call, True)
    assert entry["caller"].startswith("139")

    await command("recordings", "release", held["hold"], "--why", "court closed it")
    await follows(hotline, call, held=False)
    told = await hotline.json("recordings", "destroy", *only, "--yes", "--why", "contract ended")
    assert told == {"destroyed": 1, "held": 0}
    assert not path_of(hotline, row).exists()
    (certificate,) = hotline.stage.node.certificates.glob("*.json")
    proof = json.loads(certificate.read_text())
    assert [(p["leg"], p["sha256_found"]) for p in proof["recordings"]] == [
        (row["leg"], row["sha256"])
    ]
    assert proof["why"] == "contract ended"
    listed = await hotline.json("recordings", "list", *only, "--destroyed")
    assert [r["destroyed"] for r in listed] == [True]
    assert await faults(hotline, code=0) == set()


async def follows(hotline: Hotline, call: str, *, held: bool) -> None:
    """Wait until the tables tell of the hold, or of its end."""

    async def so() -> bool:
        (row,) = await hotline.json("recordings", "list", "--call", call)
        return bool(row["held"]) is held

    await until(so, f"held is {held}", 20.0)


async def test_numbers_are_masked_on_the_screen(hotline: Hotline) -> None:
    row = await recorded(hotline)
    screen = await hotline.stage.command("recordings", "list", "--call", str(row["call_id"]))
    full = await hotline.stage.command(
        "recordings", "list", "--call", str(row["call_id"]), "--full-numbers"
    )
    assert "13900000000" not in screen
    assert "13900000000" in full
