"""Nobody answers: voicemail after the longest wait, at once without agents, or a full queue."""

import pytest
from callcenter.qa import audio
from tests.calls.hotline import Hotline

pytestmark = pytest.mark.calls


async def test_a_message_is_left_kept_and_listed(hotline: Hotline) -> None:
    callers = await hotline.callers("7002", patience_s=7.0)
    assert (await callers.result()).failed == 0
    call = await hotline.call()
    assert (call["outcome"], call["queue"], call["agent"]) == ("voicemail", "brief", "")
    (message,) = hotline.table("voicemail", call["call_id"])
    assert message["box"] == "box"
    file = hotline.stage.node.spool / "voicemail" / message["file"]
    assert audio.seconds_of_tone(audio.read_wav(file), audio.CALLER_HZ) > 1.0
    listed = await hotline.json("voicemail", "list")
    assert call["call_id"] in {entry["call_id"] for entry in listed}


async def test_without_a_message_it_is_a_timeout(hotline: Hotline) -> None:
    callers = await hotline.callers("7002", patience_s=1.6)
    assert (await callers.result()).failed == 0
    assert (await hotline.call())["outcome"] == "timeout"


async def test_with_nobody_signed_in_it_overflows_at_once(hotline: Hotline) -> None:
    callers = await hotline.callers("7006", patience_s=6.0)
    assert (await callers.result()).failed == 0
    call = await hotline.call()
    assert call["outcome"] == "voicemail"
    assert call["requested_at"] is not None


async def test_a_full_queue_refuses(hotline: Hotline) -> None:
    first = await hotline.callers("7007", patience_s=4.0)
    await hotline.waiting("short")
    second = await hotline.callers("7007", patience_s=20.0)
    refused = await second.result()
    assert refused.messages["BYE", "Recv"] == 1, "the prompt was played, then hung up"
    await first.result()
    outcomes = [call["outcome"] for call in await hotline.calls()]
    assert outcomes == ["abandoned_queue", "refused_full"]
