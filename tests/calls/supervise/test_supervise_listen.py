"""Who hears whom while a supervisor listens, whispers, barges in, and changes among these."""

import pytest
from callcenter.qa import audio
from tests.calls.hotline import Hotline
from tests.calls.softphones import HotlinePhones
from tests.calls.supervise.conftest import SUPERVISOR_HZ, Begin, acts, audited, falls_silent

pytestmark = pytest.mark.calls


async def test_modes_and_changes(hotline: Hotline, softphones: HotlinePhones, talk: Begin) -> None:
    begun = await talk("1001")
    ida = await softphones.agent("1009", sign_in=False)
    hers = await ida.call("*411001", tone_hz=SUPERVISOR_HZ)
    await hers.hears(audio.AGENT_HZ)
    await hers.hears(audio.CALLER_HZ)
    await begun.his.hears_no(SUPERVISOR_HZ)
    await begun.call.hears_no(SUPERVISOR_HZ)

    await hers.press("5")
    await begun.his.hears(SUPERVISOR_HZ)
    await begun.call.hears_no(SUPERVISOR_HZ)
    await hers.hears(audio.CALLER_HZ)

    await hers.press("6")
    await begun.call.hears(SUPERVISOR_HZ)
    await begun.his.hears(SUPERVISOR_HZ)
    await hers.hears(audio.AGENT_HZ)

    await hers.press("4")
    await falls_silent(begun.call, SUPERVISOR_HZ)
    await begun.his.hears_no(SUPERVISOR_HZ)
    await hers.hears(audio.CALLER_HZ)

    await begun.call.hang_up()
    await hers.end()
    await audited(
        hotline,
        ("1009", "listen", "1001", "done"),
        ("1009", "whisper", "1001", "done"),
        ("1009", "barge", "1001", "done"),
        ("1009", "listen", "1001", "done"),
        ("1009", "end", "1001", "done"),
    )


async def test_a_supervisor_who_hangs_up_leaves_the_talk_alone(
    hotline: Hotline, softphones: HotlinePhones, talk: Begin
) -> None:
    begun = await talk("1001")
    ida = await softphones.agent("1009")
    hers = await ida.call("*421001", tone_hz=SUPERVISOR_HZ)
    await begun.his.hears(SUPERVISOR_HZ)
    await begun.call.hears_no(SUPERVISOR_HZ)
    await hotline.state("1009", "not_ready", "supervising")
    await hers.hang_up()
    await hotline.state("1009", "ready")
    await begun.call.hears(audio.AGENT_HZ)
    await falls_silent(begun.his, SUPERVISOR_HZ)
    await begun.call.hang_up()
    assert (await hotline.call())["outcome"] == "answered"


async def test_an_agent_without_a_talk(hotline: Hotline, softphones: HotlinePhones) -> None:
    await softphones.agent("1001")
    ida = await softphones.agent("1009", sign_in=False)
    hers = await ida.call("*411001")
    await hers.hears(None)
    await hers.end()
    await audited(hotline, ("1009", "listen", "1001", "failed"))


async def test_only_within_the_own_team_and_rights(
    hotline: Hotline, softphones: HotlinePhones, talk: Begin
) -> None:
    begun = await talk("1001")
    for number, code in (("1010", "*411001"), ("1010", "*451001"), ("1002", "*431001")):
        phone = await softphones.agent(number, sign_in=False)
        call = await phone.call(code, tone_hz=SUPERVISOR_HZ)
        await call.end()
    await begun.call.hears_no(SUPERVISOR_HZ)
    assert acts(hotline) == [
        ("1010", "listen", "1001", "refused"),
        ("1010", "force_ready", "1001", "refused"),
        ("1002", "barge", "1001", "refused"),
    ]
    await begun.call.hang_up()
