"""450 agents more, without a restart and without a dropped call."""

import asyncio
from pathlib import Path

import pytest
from callcenter.qa.dialog import Dialog
from callcenter.qa.stage import until
from tests.calls.hotline import Hotline, ended

pytestmark = pytest.mark.calls

FIRST, COUNT = 2001, 450


def table(folder: Path) -> Path:
    """450 agents, every other one with a skill."""
    rows = [f"{FIRST + n},Agent {n},team-{n % 9},{'tax:5' if n % 2 else ''}," for n in range(COUNT)]
    path = folder / "agents.csv"
    path.write_text("\n".join(["分机,姓名,班组,技能,租户", *rows]) + "\n", encoding="utf-8")
    return path


async def hears_on(call: Dialog) -> None:
    """Wait until half a second more of audio has come in."""
    heard = call.audio.packets
    await until(lambda: call.audio.packets > heard + 25, "audio goes on", 20.0)


def names(channels: str) -> set[str]:
    """The names of phones' channels."""
    found = {line.partition("!")[0] for line in channels.splitlines()}
    return {name for name in found if name.startswith("PJSIP")}


async def test_450_agents_come_while_a_call_is_up(hotline: Hotline, tmp_path: Path) -> None:
    ann = await hotline.agent("1001")
    caller, call = await hotline.caller("7001")
    talk = await hotline.offered(ann)
    await talk.answered.wait()
    channels = await hotline.stage.rx("core show channels concise")

    command = hotline.stage.command("agents", "import", str(table(tmp_path)), "--json")
    coming = asyncio.create_task(command)
    windows = 0
    while not coming.done():
        await hears_on(call)
        await hears_on(talk)
        windows += 1
    assert f'"{FIRST + COUNT - 1}"' in await coming
    assert windows > 1, "audio was heard again and again while they came"
    assert names(await hotline.stage.rx("core show channels concise")) == names(channels)

    hotline.stage.read()
    new = await hotline.agent(str(FIRST + 1))
    other, second = await hotline.caller("7002")
    taken = await hotline.offered(new)
    await hotline.state(new.user, "talking")
    await hears_on(second)
    assert call.up, "the first talk still goes on"
    for phone, each in ((other, second), (caller, call)):
        await phone.hang_up(each)
    await ended(taken)
    await ended(talk)
    assert [c["agent"] for c in await hotline.calls()] == ["1001", str(FIRST + 1)]


async def test_a_table_with_one_wrong_line_changes_nothing(
    hotline: Hotline, tmp_path: Path
) -> None:
    path = tmp_path / "wrong.csv"
    path.write_text("extension,name,skills\n9001,Good,\n9002,Bad,latin:5\n", encoding="utf-8")
    before = await hotline.json("history")
    told = await hotline.stage.command("agents", "import", str(path), code=1)
    assert "wrong.csv:3: there is no skill 'latin'" in told
    assert await hotline.json("history") == before
    assert "9001" not in await hotline.agents()
