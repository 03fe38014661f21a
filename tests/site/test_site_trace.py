"""The way of a call, read from a site."""

import json
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from callcenter.cli import main
from callcenter.pbx.site_files import read_site
from callcenter.site.listed import BLACKLIST, Entry, ListKey
from callcenter.site.model import Site
from callcenter.site.trace import Inquiry, NoWay, Step, trace
from click.testing import CliRunner

pytestmark = pytest.mark.pure

SHANGHAI = ZoneInfo("Asia/Shanghai")
WORK = datetime(2026, 11, 20, 9, tzinfo=SHANGHAI)
NIGHT = datetime(2026, 11, 20, 23, tzinfo=SHANGHAI)
SITE = """
site: small
numbers:
  "12345": {to: "menu:main", hours: office, closed: "voicemail:night"}
  "12346": {to: "queue:advice", trunk: operator}
trunks: {operator: {host: 127.0.0.1}}
hours: {office: {open: [Mon-Fri 08:30-17:30]}, noon: {open: [Mon-Fri 12:00-13:00]}}
prompts: {hello: {text: press one}, bye: {text: bye}}
menus:
  main:
    prompt: hello
    keys: {"1": "queue:advice", "2": "menu:sub", "9": {to: "queue:special", priority: 5}}
    on_invalid: "play:bye"
    on_timeout: "queue:advice"
    tries: 2
  sub: {prompt: hello, keys: {"1": "back", "2": "repeat", "3": "agent:1001"}}
queues:
  advice: {overflow: {default: "voicemail:night", full: "queue:special"}, max_wait: 60s}
  special: {needs: {tax: 3}, priority: 2, hours: noon, overflow: {closed: "outside:02112345"}}
skills: {tax: 税务}
agents:
  "1001": {name: Ann}
  "1002": {name: Bob, skills: {tax: 5}}
voicemail: {night: {}}
number_lists: {vip: {priority: 10}}
"""


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Site:
    folder = tmp_path_factory.mktemp("site")
    (folder / "site.yaml").write_text(SITE, encoding="utf-8")
    return read_site(folder)


def way(site: Site, dialled: str = "12345", at: datetime = WORK, **asked: object) -> list[str]:
    listed = asked.pop("listed", ())
    inquiry = Inquiry(dialled, at, **asked)  # type: ignore[arg-type]
    steps: list[Step] = trace(site, inquiry, listed)  # type: ignore[arg-type]
    return [f"{step.at}:{step.name}".rstrip(":") for step in steps]


def test_a_key_leads_to_its_queue(site: Site) -> None:
    assert way(site, keys=["1"]) == [
        "number:12345", "hours:office", "menu:main", "key:1", "queue:advice",
    ]  # fmt: skip


def test_outside_the_hours_the_other_way_is_taken(site: Site) -> None:
    assert way(site, at=NIGHT) == ["number:12345", "hours:office", "voicemail:night"]
    hours = trace(site, Inquiry("12345", NIGHT))[1]
    assert hours.told == "closed until 2026-11-23 08:30"
    assert trace(site, Inquiry("12345", WORK))[1].told == "open until 2026-11-20 17:30"


def test_back_and_repeat(site: Site) -> None:
    assert way(site, keys=["2", "2", "1", "1"])[2:] == [
        "menu:main", "key:2", "menu:sub", "key:2", "menu:sub", "key:1", "menu:main", "key:1",
        "queue:advice",
    ]  # fmt: skip


def test_wrong_keys_and_silence(site: Site) -> None:
    assert way(site, keys=["5", "6"])[3:] == ["key:5", "key:6", "play:bye"]
    assert way(site, keys=["5"])[3:] == ["key:5", "key", "queue:advice"]


def test_overflows_lead_on_as_they_are_named(site: Site) -> None:
    assert way(site, keys=["1"], causes=["max_wait"])[-3:] == [
        "queue:advice", "overflow:max_wait", "voicemail:night",
    ]  # fmt: skip
    assert way(site, keys=["1"], causes=["full"])[-4:] == [
        "overflow:full", "queue:special", "overflow:closed", "outside:02112345",
    ]  # fmt: skip


def test_the_queue_tells_who_serves_and_with_what_priority(site: Site) -> None:
    vip = Entry(ListKey("vip"), "138*")
    steps = trace(site, Inquiry("12345", WORK, "13800138000", ["9"]), [vip])
    by_kind = {step.at: step for step in steps}
    assert by_kind["priority"].told == "+10, by number list"
    assert by_kind["queue"].detail["agents"] == ["1002"]
    assert by_kind["queue"].detail["priority"] == 2 + 10 + 5
    others = trace(site, Inquiry("12345", WORK, "13900138000", ["1"]), [vip])
    assert others[-1].detail["priority"] == 0
    assert others[-1].detail["agents"] == ["1001", "1002"]


def test_a_blocked_caller_gets_no_further(site: Site) -> None:
    entry = Entry(ListKey(BLACKLIST), "13800138000", "nuisance", until=WORK.timestamp() + 60)
    assert way(site, caller="+8613800138000", listed=[entry]) == [
        "number:12345", "blacklist:blacklist",
    ]  # fmt: skip
    assert len(way(site, at=NIGHT, caller="13800138000", listed=[entry])) == 3
    assert len(way(site, caller="", listed=[entry])) > 2


def test_a_number_of_one_trunk_is_not_taken_from_another(site: Site) -> None:
    assert way(site, "12346", trunk="else") == ["refused:else"]
    assert way(site, "12346", trunk="operator") == way(site, "12346")


def test_what_cannot_be_traced(site: Site) -> None:
    with pytest.raises(NoWay, match="is no access number; did you mean 1234"):
        way(site, "1234")


def test_the_command(tmp_path: Path) -> None:
    (tmp_path / "site.yaml").write_text(f"{SITE}\nnode: {{path: {tmp_path}/node}}", "utf-8")

    def run(*words: str) -> tuple[int, str]:
        result = CliRunner().invoke(main, ["site", "trace", *words, "--site", str(tmp_path)])
        return result.exit_code, result.output or repr(result.exception)

    code, told = run("12345", "--edited", "--at", "2026-11-20 09:00", "--keys", "1", "--json")
    assert code == 0, told
    assert [step["at"] for step in json.loads(told)] == ["number", "hours", "menu", "key", "queue"]
    assert "12345" in run("12345", "--edited")[1]
    for words, message in (
        (("12345",), "nothing is deployed"),
        (("12345", "--edited", "--at", "soon"), "'soon' is no time"),
        (("12345", "--edited", "--overflow", "rain"), "'rain' is no cause"),
        (("999", "--edited"), "no access number"),
    ):
        code, told = run(*words)
        assert code == 1
        assert message in told
