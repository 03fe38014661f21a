"""callcenter agents, against a real control socket and a real floor."""

import asyncio
import json
import shutil
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from types import SimpleNamespace

import pytest
from callcenter.acd.events import CallEntered, Event
from callcenter.acd.floor import Floor
from callcenter.acd.site_plan import plan_of
from callcenter.cli import main
from callcenter.cli.agents import agents as agents_group
from callcenter.live.ami_link import AmiLink
from callcenter.live.control import ControlServer
from callcenter.live.deployed import Deployed
from callcenter.live.supervision.acts import Acts
from callcenter.live.supervision.desk import SupervisionDesk
from callcenter.live.supervision.overrides import Overrides
from callcenter.pbx.person import person
from callcenter.pbx.site_files import read_site
from callcenter.records.journal.facts import ActDone
from callcenter.site.model import Site
from click.testing import CliRunner, Result

EXAMPLE = Path(__file__).parents[2] / "examples" / "hotline-12345"
Run = Callable[..., Result]
AUDIT: list[ActDone] = []
"""What the floor's acts were noted as."""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """The example, with a node of its own."""
    folder = tmp_path / "site"
    shutil.copytree(EXAMPLE, folder)
    main_file = folder / "site.yaml"
    text = main_file.read_text(encoding="utf-8")
    main_file.write_text(f"{text}\nnode: {{path: {tmp_path / 'node'}}}\n", encoding="utf-8")
    (tmp_path / "node").mkdir()
    return folder


@pytest.fixture
def run(folder: Path) -> Run:
    return lambda *words: CliRunner().invoke(main, ["agents", *words, "--site", str(folder)])


class Stand:
    """In a controller's place: a floor that hears what is asked, and no Asterisk."""

    def __init__(self, floor: Floor) -> None:
        self.floor = floor
        self.connected = self.restored = True

    async def ask(self, event: Event) -> None:
        self.floor.handle(event, 1000.0)


def desk(stand: Stand, site: Site) -> SupervisionDesk:
    """What is asked of supervisors' acts; nothing is kept, and no phone rings."""
    overrides = Overrides(AmiLink(0, "", ""), list, list)  # type: ignore[arg-type]
    overrides.over(Deployed(site, plan_of(site), {}, {}))
    acts = Acts(stand.floor, overrides, AUDIT.extend)
    made = SupervisionDesk(acts, None, str, lambda: 1000.0)  # type: ignore[arg-type]
    made.ask = stand.ask  # type: ignore[assignment]
    return made


@pytest.fixture
def floor(folder: Path) -> Iterator[Floor]:
    """The site's floor behind its control socket, served from a thread."""
    site = read_site(folder)
    stand = Stand(Floor(plan_of(site)))
    loop = asyncio.new_event_loop()
    up, stop = threading.Event(), asyncio.Event()

    async def serve() -> None:
        async def no_reload() -> None:
            """Nothing here deploys."""

        more = desk(stand, site).requests
        server = ControlServer(stand, lambda: site, no_reload, more)  # type: ignore[arg-type]
        async with server.listening(folder.parent / "node" / "control.sock"):
            up.set()
            await stop.wait()

    thread = threading.Thread(target=lambda: loop.run_until_complete(serve()))
    thread.start()
    assert up.wait(10)
    yield stand.floor
    loop.call_soon_threadsafe(stop.set)
    thread.join(10)
    loop.close()


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (("sign-in", "1001"), "1001 ready\n"),
        (("ready", "1001"), "1001 ready\n"),
        (("sign-out", "1001"), "1001 signed out\n"),
        (("not-ready", "1001"), "1001 signed out\n"),
        (("sign-in", "1001", "1002"), "1001 ready\n1002 ready\n"),
    ],
)
def test_states_are_set_and_told(run: Run, floor: Floor, words: tuple[str, ...], says: str) -> None:
    AUDIT.clear()
    result = run(*words)
    assert (result.exit_code, result.output) == (0, says)
    acts = [(act.act, act.target, act.result) for act in AUDIT]
    named = f"force_{words[0].replace('-', '_')}"
    assert acts == [(named, number, "done") for number in words[1:]]
    assert {act.who for act in AUDIT} == {f"{person()}@cli"}


def test_where_one_number_is_unknown_nobody_is_changed(run: Run, floor: Floor) -> None:
    result = run("sign-in", "1001", "4711")
    assert result.exit_code == 1
    assert result.output.startswith("Error: there is no agent '4711'; known: 1001, ")
    assert run("list", "--here").output == "Nobody is signed in.\n"


def test_not_ready_with_a_reason_of_the_site(run: Run, floor: Floor) -> None:
    run("sign-in", "1001")
    assert run("not-ready", "1001", "--reason", "meeting").output == "1001 not ready: meeting\n"
    (answer,) = json.loads(run("not-ready", "1001", "--reason", "break", "--json").output)
    assert answer == {"agent": "1001", "state": "not_ready", "reason": "break"}


def test_a_reason_that_the_site_does_not_have(run: Run, floor: Floor) -> None:
    result = run("not-ready", "1001", "--reason", "meting")
    assert result.exit_code == 1
    assert "there is no reason 'meting'; did you mean meeting?" in result.output


def test_in_a_call_it_is_said_that_the_change_comes_later(run: Run, floor: Floor) -> None:
    run("sign-in", *(view.agent for view in floor.agents()))
    queue = floor.queues()[0].queue
    floor.handle(CallEntered("c1", queue, "138", "12345", 1000, 1000), 1000.0)
    (call,) = floor.calls()
    result = run("sign-out", call.agent)
    assert result.output == f"{call.agent} reserved; this takes effect when the call is over\n"


def test_the_list_shows_everyone_or_who_is_here(run: Run, floor: Floor, folder: Path) -> None:
    run("sign-in", "1001")
    everyone = json.loads(run("list", "--json").output)
    assert {agent["agent"] for agent in everyone} == set(read_site(folder).agents)
    here = run("list", "--here")
    assert "1001" in here.output
    assert "1002" not in here.output
    run("sign-out", "1001")
    assert run("list", "--here").output == "Nobody is signed in.\n"


def test_someone_who_is_no_agent(run: Run, floor: Floor) -> None:
    result = run("ready", "9999")
    assert result.exit_code == 1
    assert "there is no agent '9999'" in result.output


@pytest.mark.parametrize("words", [("list",), ("ready", "1001"), ("sign-out", "1001")])
def test_without_a_controller_the_remedy_is_told(run: Run, words: tuple[str, ...]) -> None:
    result = run(*words)
    assert result.exit_code == 3
    assert "no controller answers" in result.output
    assert "callcenter live" in result.output
    assert "Traceback" not in result.output


def test_what_a_softphone_needs(run: Run) -> None:
    told = json.loads(run("password", "1001", "--json").output)
    assert (told["user"], told["server"]) == ("1001", "127.0.0.1:5060")
    assert len(told["password"]) >= 24
    assert told["password"] in run("password", "1001").output
    assert run("password", "1").exit_code == 1


def test_tab_completes_agents_and_reasons(folder: Path) -> None:
    def completed(command: str, parameter: str, begun: str, **params: object) -> list[str]:
        chosen = agents_group.commands[command]
        ctx = SimpleNamespace(params=params)
        (found,) = [p for p in chosen.params if p.name == parameter]
        return [item.value for item in found.shell_complete(ctx, begun)]  # type: ignore[arg-type]

    assert "1001" in completed("ready", "numbers", "10", folder=folder)
    assert completed("ready", "numbers", "nobody", folder=folder) == []
    assert completed("not-ready", "reason", "me", folder=folder) == ["meeting"]
    assert completed("ready", "numbers", "") == []
    assert completed("ready", "numbers", "", folder=folder / "nowhere") == []
