"""Our calls against what Asterisk wrote down by itself, after all that may happen to a call."""

import json
import signal
import sqlite3
from contextlib import closing

import pytest
from callcenter.qa.phone import Behaviour
from callcenter.qa.stage import StageError, until
from callcenter.records.proof.causes import Cause
from tests.calls.hotline import Hotline
from tests.calls.softphones import HotlinePhones
from tests.calls.talks.conftest import Begin

pytestmark = [pytest.mark.calls, pytest.mark.timeout(120)]


@pytest.fixture(autouse=True)
def _foreseen(hotline: Hotline) -> None:
    hotline.foreseen += [
        "Stasis app 'callcenter' not active",
        "Error reading from web socket",
        "An async goto just messed up our execution location",
    ]


async def reconciled(hotline: Hotline, earlier: set[str]) -> list[dict[str, str | None]]:
    """Differences of this case's calls; other cases have had the hotline before."""
    try:
        text = await hotline.stage.command("records", "reconcile", "--json")
    except StageError as unexplained:
        text = str(unexplained).partition("\n")[2]
    return [each for each in json.loads(text)["differences"] if each["call"] not in earlier]


async def test_every_difference_has_its_cause(
    hotline: Hotline, softphones: HotlinePhones, talk: Begin
) -> None:
    with closing(sqlite3.connect(hotline.stage.node.path / "records.db")) as database:
        earlier = {name for (name,) in database.execute("SELECT call_id FROM call")}
    begun = await talk("1001")
    await softphones.agent("1002", Behaviour(tone_hz=700.0))
    assert await begun.his.transfer("1002") == 202
    assert await begun.his.transferred() == 200
    await begun.call.hears(700.0)
    await begun.call.hang_up()
    for one in ("1001", "1002"):
        await hotline.state(one, "ready")
        await hotline.stage.ask(do="sign_out", agent=one)
    await hotline.agent("1003", Behaviour(talk_s=0.5))
    assert (await (await hotline.callers("7001", count=2, rate=1)).result()).ok == 2
    assert (await (await hotline.callers("7001", test=True)).result()).ok == 1
    await hotline.stage.ask(do="not_ready", agent="1003")
    impatient, call = await hotline.caller("7001")
    await hotline.waiting("desk", 1)
    await impatient.hang_up(call)
    await hotline.stage.ask(do="ready", agent="1003")

    await hotline.stage.stop_controller(signal.SIGKILL)
    native = await hotline.callers("7001", patience_s=20)
    assert (await native.result()).ok == 1
    await hotline.stage.start_controller()
    calls = await hotline.calls(20.0)

    causes = {each["cause"] for each in await reconciled(hotline, earlier)}
    assert None not in causes
    assert causes >= {str(Cause.NATIVE_ONLY), str(Cause.CODE)}

    alone = next(call for call in calls if call["handled_by"] == "asterisk")
    lost = next(call for call in calls if call["handled_by"] == "controller")
    with closing(sqlite3.connect(hotline.stage.node.path / "records.db")) as database, database:
        gone = (lost["call_id"], alone["call_id"])
        kept = database.execute("SELECT * FROM call WHERE call_id IN (?, ?)", gone).fetchall()
        database.execute("DELETE FROM call WHERE call_id IN (?, ?)", gone)
    differences = await reconciled(hotline, earlier)
    found = [(str(d["call"]), str(d["source"])) for d in differences if d["cause"] is None]
    assert sorted(found) == sorted(
        [
            (lost["call_id"], "cdr"),
            (lost["call_id"], "cel"),
            *((alone["call_id"], source) for source in ("cdr", "cel", "queue_log")),
        ]
    )
    with closing(sqlite3.connect(hotline.stage.node.path / "records.db")) as database, database:
        marks = ", ".join("?" * len(kept[0]))
        database.executemany(f"INSERT INTO call VALUES ({marks})", kept)  # noqa: S608
    await hotline.stage.command("records", "prove")


async def test_the_running_controller_writes_down_what_people_tell(hotline: Hotline) -> None:
    command = hotline.stage.command
    words = ("--from", "2025-11-30 14:10", "--until", "2025-11-30 14:30", "--approver", "Ms Li")
    added = await command(
        "exemptions", "add", "--kind", "outage", *words, "--evidence", "letter 7", "--json"
    )

    async def listed() -> bool:
        told = json.loads(await command("exemptions", "list", "--json"))
        return json.loads(added)["exemption"] in {each["exemption"] for each in told}

    await until(listed, "the exemption is in the tables", 20.0)
    refused = await command("records", "rebuild", code=1)
    assert "stop that controller first" in refused
    assert "rebuild" not in await command("records", "prove")
