"""A message lights its team's lamps, is handed out and handled once, and by whom is kept."""

import wave
from pathlib import Path
from typing import Any

import pytest
from callcenter.qa import audio
from callcenter.qa.stage import until
from tests.calls.hotline import Hotline
from tests.calls.softphones import HotlinePhones

pytestmark = pytest.mark.calls


async def left(hotline: Hotline, number: str = "7001") -> dict[str, Any]:
    """A message that a caller has just left, as it is listed."""
    callers = await hotline.callers(number, patience_s=5.0)
    assert (await callers.result()).failed == 0
    call = (await hotline.calls())[-1]
    assert call["outcome"] == "voicemail"
    listed = await hotline.json("voicemail", "list")
    return next(message for message in listed if message["call_id"] == call["call_id"])


async def test_the_teams_lamp_is_lit_until_the_message_is_handled(
    hotline: Hotline, softphones: HotlinePhones
) -> None:
    ann = await softphones.agent("1001", sign_in=False, mailbox=True)
    await until(lambda: ann.mailbox is not None, "Ann's phone knows its lamp", 20.0)
    assert ann.mailbox is not None
    new, old = ann.mailbox
    message = await left(hotline)
    await until(lambda: ann.mailbox == (new + 1, old), "the lamp is lit", 20.0)
    told = await hotline.stage.command(
        "voicemail", "done", message["message_id"], "--note", "called"
    )
    assert "handled, by" in told
    await until(lambda: ann.mailbox == (new, old + 1), "the lamp is out", 20.0)


async def test_a_phone_that_registers_is_told_without_asking(
    hotline: Hotline, softphones: HotlinePhones
) -> None:
    """Not every phone subscribes; Asterisk tells those at registration and at each change."""
    message = await left(hotline)
    ann = await softphones.agent("1001", sign_in=False)
    await until(lambda: ann.mailbox is not None, "Ann's phone was told", 20.0)
    assert ann.mailbox is not None
    new, old = ann.mailbox
    assert new >= 1
    await hotline.stage.command("voicemail", "done", message["message_id"])
    await until(lambda: ann.mailbox == (new - 1, old + 1), "it is told of the change", 20.0)


async def test_another_teams_box_lights_no_lamp(
    hotline: Hotline, softphones: HotlinePhones
) -> None:
    ann = await softphones.agent("1001", sign_in=False, mailbox=True)
    await until(lambda: ann.mailbox is not None, "Ann's phone knows its lamp", 20.0)
    before = ann.mailbox
    message = await left(hotline, "7002")
    assert message["box"] == "night"
    assert ann.mailbox == before
    assert message["message_id"] not in {
        m["message_id"] for m in await hotline.json("voicemail", "list", "--team", "day")
    }


async def test_handed_out_handled_once_and_kept(hotline: Hotline, tmp_path: Path) -> None:
    message = await left(hotline)
    name = message["message_id"]
    await hotline.stage.command("voicemail", "assign", name, "1001", "--by", "9001")
    await hotline.stage.command("voicemail", "done", name, "--by", "1001", "--note", "street light")
    again = await hotline.stage.command("voicemail", "done", name, code=1)
    assert "handled before, by 1001" in again

    async def kept() -> bool:
        (row,) = [m for m in await hotline.json("voicemail", "list") if m["message_id"] == name]
        seen = (row["assigned_to"], row["done_by"], row["note"], bool(row["done_at"]))
        return seen == ("1001", "1001", "street light", True) and "/Old/" in row["file"]

    await until(kept, "the records tell who handled it", 20.0)
    waiting = await hotline.json("voicemail", "list", "--open")
    assert name not in {m["message_id"] for m in waiting}
    exported = tmp_path / "m.wav"
    await hotline.stage.command("voicemail", "export", name, str(exported))
    with wave.open(str(exported)) as sound:
        assert sound.getnframes() > audio.RATE
    assert exported.stat().st_mode & 0o077 == 0
    assert audio.seconds_of_tone(audio.read_wav(exported), audio.CALLER_HZ) > 1.0
