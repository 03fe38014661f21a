"""callcenter up: from a site to a working hotline, in one command."""

import asyncio
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import click
from rich.live import Live

from callcenter.cli import main
from callcenter.cli.deploy import refusals
from callcenter.cli.parts.common.options import Missing, Refused, open_site, site_or_default
from callcenter.cli.parts.common.shell import clear_messages, console, end_on_signals, step, tell
from callcenter.cli.parts.common.view import Happenings, Watching, floor_view, summary
from callcenter.live.control_client import ControllerRefused, NoController, ask
from callcenter.pbx import control
from callcenter.pbx.checks import check_machine
from callcenter.pbx.child import Child
from callcenter.pbx.deploy import release
from callcenter.pbx.node import NodePaths, need_root, node_path
from callcenter.pbx.process import AsteriskProcess, BootFailed
from callcenter.pbx.root import ensure_root, version_of
from callcenter.pbx.secrets import FILE, load_or_make
from callcenter.pbx.supervise import Supervision, Watched, keep_asterisk
from callcenter.pbx.supervisor_lock import only_supervisor
from callcenter.qa.demo import play
from callcenter.qa.sipp import SippError
from callcenter.site.model import Site
from callcenter.site.secrets import agent_password

_CONTROLLER_UP_S = 60.0
"""It takes two seconds; on a machine with much else to do, longer."""
_DEMO_S = 60.0
_REDRAW_S = 0.25
_TOLD_EVERY_S = 5.0
_MADE_BY_US = {"asterisk", "user"}
"""Checks whose remedy is this very command."""


@dataclass(frozen=True, slots=True)
class Hotline:
    """A site that is up."""

    site: Site
    folder: Path
    node: NodePaths
    secrets: dict[str, str]
    happenings: Happenings


@click.command()
@click.argument(
    "folder",
    metavar="[SITE]",
    envvar="CALLCENTER_SITE",
    required=False,
    type=click.Path(path_type=Path),
    callback=site_or_default,
)
@click.option("--demo", is_flag=True, help="Play about a minute of sample calls, show, and stop.")
def up(folder: Path, demo: bool) -> None:
    """From a site's folder to a working hotline; stays up until Ctrl-C.

    Each step that was done before is skipped. SITE is a site's folder, by default
    CALLCENTER_SITE, else this folder if it holds site.yaml, else examples/hotline-12345.
    """
    site = open_site(folder)
    end_on_signals()
    with clear_messages():
        need_root("start Asterisk")
        node = node_path(site.site, site.node.path)
        _need_tools(site, node)
        _need_machines_own(site, node)
        with only_supervisor(node), _running(site, folder, node) as hotline:
            if demo:
                _play(hotline)
            else:
                with suppress(KeyboardInterrupt):  # the way to end it
                    _tell_access(hotline)
                    _show(hotline, threading.Event())


def _need_tools(site: Site, node: NodePaths) -> None:
    lacking = [c for c in check_machine(site, node) if not c.ok and c.name not in _MADE_BY_US]
    if lacking:
        lines = [f"{check.name} {check.found}: {check.remedy}" for check in lacking]
        raise Missing("this machine is not ready:\n  " + "\n  ".join(lines))


def _need_machines_own(site: Site, node: NodePaths) -> None:
    """Where the site works with the machine's own Asterisk, it must be ours to configure, and run:
    the machine starts it, not we."""
    if site.node.asterisk == "embedded":
        return
    if not node.adopted:
        raise Missing("the machine's own Asterisk is not taken over; run: callcenter node adopt")
    if control.listener(node.run) is None:
        raise Missing("the machine's own Asterisk does not run; start it as the machine does")


@contextmanager
def _running(site: Site, folder: Path, node: NodePaths) -> Iterator[Hotline]:
    """Everything up, in the order in which it needs each other; down in the other order."""
    with step("Providing Asterisk") as say:
        root = ensure_root(say)
        say(version_of(root))
    with refusals(), step(f"Deploying {site.site}") as say:
        asyncio.run(release.deploy(folder, root=root, say=say))
    happenings = Happenings() if console.is_terminal else Happenings(tell)
    hotline = Hotline(site, folder, node, load_or_make(folder / FILE, site), happenings)
    with ExitStack() as started:
        if site.node.asterisk == "embedded":
            process = AsteriskProcess(root, node.path, site.node.user, urgent=site.node.real_time)
            with step("Starting Asterisk"):
                asterisk = keep_asterisk(process, hotline.happenings)
            started.callback(_stop, "Asterisk", asterisk)
        with step("Starting the controller"):
            controller = _start_controller(hotline)
        started.callback(_stop, "the controller", controller)
        yield hotline


def _start_controller(hotline: Hotline) -> Supervision:
    words = [sys.executable, "-m", "callcenter", "live", "--site", str(hotline.folder)]
    child = Child(words, hotline.node.path / "controller.out")
    program = Watched(child, hotline.node.sign_of_life)
    deadline = time.monotonic() + _CONTROLLER_UP_S
    try:
        program.start()
        while not _answers(hotline.node):
            if child.wait(0.05) or time.monotonic() > deadline:
                how = child.ending or f"was not ready after {_CONTROLLER_UP_S:g} s"
                raise BootFailed(f"the controller {how}; its last words:\n{child.last_words()}")
    except (BootFailed, KeyboardInterrupt):  # nobody else would stop it
        child.stop()
        raise
    supervision = Supervision("The controller", program, hotline.happenings)
    supervision.start()
    return supervision


def _answers(node: NodePaths) -> bool:
    try:
        ask(node.control_socket, do="snapshot")
    except (NoController, ControllerRefused):
        return False  # not yet, or not yet connected to Asterisk
    return True


def _stop(name: str, supervision: Supervision) -> None:
    with step(f"Stopping {name}"):
        supervision.stop()


def _tell_access(hotline: Hotline) -> None:
    """What a softphone needs. A password is only shown to a person, never to a log."""
    site = hotline.site
    numbers = ", ".join(site.numbers) or "(the site has no access number)"
    click.echo(f"\n{site.site} is up. Number to call: {numbers}")
    click.echo(f"Softphone: server {_address(site)} over UDP or TCP")
    if site.agents:
        first, *others = site.agents
        password = hotline.secrets[agent_password(first)]
        shown = password if sys.stdout.isatty() else "(shown on a terminal only)"
        click.echo(f"  user {first}, password {shown}")
        more = f"The passwords of {len(others)} more agents are" if others else "It is kept"
        click.echo(f"  {more} in {hotline.folder / FILE}")
    if site.network.address.is_loopback:
        click.echo("  To let phones of other machines in, set `network: {address: …}` in the site.")
    click.echo("Ctrl-C stops the controller and Asterisk.\n")


def _address(site: Site) -> str:
    return f"{site.network.address}:{site.network.sip_port}"


def _play(hotline: Hotline) -> None:
    """The demo: its calls, the floor on the screen meanwhile, then what came of them."""
    began = datetime.now(ZoneInfo(hotline.site.timezone))
    done = threading.Event()
    screen = threading.Thread(target=_show, args=(hotline, done), name="draws the floor")
    screen.start()
    try:
        counts = asyncio.run(
            play(hotline.site, hotline.secrets, hotline.node.path, _DEMO_S, hotline.happenings)
        )
    except (SippError, ValueError) as error:
        raise Refused(f"the demo could not be played: {error}") from None
    finally:
        done.set()
        screen.join()
    _report(hotline, began)
    if counts.failed:
        raise Refused(f"{counts.failed} of {counts.calls} calls could not be played to their end")


def _report(hotline: Hotline, began: datetime) -> None:
    """The demo's calls and the connection rate, by the commands that everybody has for it."""
    since = ["--from", f"{began:%Y-%m-%d %H:%M}", "--site", str(hotline.folder)]
    for title, words in (
        ("Calls", ["calls", "list"]),
        ("Connection rate", ["report", "connection-rate", "--by", "hour"]),
    ):
        click.echo(f"\n{title}: callcenter {' '.join(words)}")
        main([*words, *since], standalone_mode=False)


def _show(hotline: Hotline, done: threading.Event) -> None:
    """Draw the floor until `done` or Ctrl-C; without a terminal, tell it line by line."""
    watching = Watching(hotline.node.control_socket)
    try:
        if console.is_terminal:
            _draw(hotline, watching, done)
        else:
            _tell_floor(watching, done)
    finally:
        watching.stop()


def _draw(hotline: Hotline, watching: Watching, done: threading.Event) -> None:
    head = f"{hotline.site.site}   {', '.join(hotline.site.numbers)}   {_address(hotline.site)}"
    with Live(console=console, auto_refresh=False, transient=True) as live:
        while not done.wait(_REDRAW_S):
            lines = list(hotline.happenings.lines)
            live.update(floor_view(head, watching.latest, lines), refresh=True)


def _tell_floor(watching: Watching, done: threading.Event) -> None:
    told = ""
    while not done.wait(_TOLD_EVERY_S):
        now = summary(watching.latest)
        if now != told:
            tell(now)
            told = now
