"""callcenter node: provide, check, run and look after the site's Asterisk."""

import json
import os
import signal
import subprocess
import sys
import time
from dataclasses import asdict
from datetime import datetime
from pathlib import Path

import click

from callcenter.cli.parts.common.options import (
    Exit,
    Missing,
    Overview,
    Refused,
    json_option,
    open_site,
    site_option,
)
from callcenter.cli.parts.common.shell import clear_messages, end_on_signals, step, tell
from callcenter.pbx import control
from callcenter.pbx.adopt import adopt as adopt_machine
from callcenter.pbx.adopt import release as release_machine
from callcenter.pbx.checks import check_machine
from callcenter.pbx.node import NodePaths, need_root, node_path
from callcenter.pbx.process import LOG, AsteriskProcess, BootFailed
from callcenter.pbx.root import ensure_root, version_of
from callcenter.pbx.supervise import keep_asterisk
from callcenter.pbx.supervisor_lock import holder, need_no_supervisor, only_supervisor
from callcenter.site.model import Site

_BOOT_S = 60.0


@click.group(cls=Overview)
def node() -> None:
    """Provide, check and run Asterisk."""


@node.command()
@site_option
@json_option
def check(folder: Path, as_json: bool) -> None:
    """List what the machine lacks, and the remedy. Exit code 3 where something is missing."""
    site = open_site(folder)
    checks = check_machine(site, paths(site))
    if as_json:
        click.echo(json.dumps([asdict(c) | {"ok": c.ok} for c in checks], ensure_ascii=False))
    else:
        for c in checks:
            click.echo(f"{'ok ' if c.ok else 'NO '} {c.name:<12} {c.found}")
            if not c.ok:
                click.echo(f"    {'':<12} -> {c.remedy}")
    if not all(c.ok for c in checks):
        sys.exit(Exit.MISSING)


@node.command()
def provide() -> None:
    """Make Asterisk's root file system, where it is missing."""
    with clear_messages(), step("Providing Asterisk") as say:
        root = ensure_root(say)
    click.echo(version_of(root))


@node.command()
@site_option
@click.option("--foreground", is_flag=True, help="Stay, as service managers want it.")
def start(folder: Path, foreground: bool) -> None:
    """Start the deployed site's Asterisk and keep it running."""
    site = open_site(folder)
    with clear_messages():
        need_root("start Asterisk")
        _need_own_and_deployed(site)
        need_no_supervisor(paths(site))
        if foreground:
            _supervise(site)
        else:
            _start_detached(folder, paths(site))


@node.command()
@site_option
def stop(folder: Path) -> None:
    """Stop Asterisk; calls that are up end."""
    site = open_site(folder)
    place = paths(site)
    with clear_messages():
        need_root("stop Asterisk")
        _need_own(site)
        supervisor = holder(place)
        if supervisor is not None:
            os.kill(supervisor, signal.SIGTERM)
        with step("Stopping Asterisk"):
            while holder(place) is not None:
                time.sleep(0.05)
            left = AsteriskProcess(Path("/"), place.path)
            if left.adopt():  # its supervisor was killed
                left.stop()


@node.command()
@site_option
@json_option
def status(folder: Path, as_json: bool) -> None:
    """Tell whether Asterisk runs, which one, and how many calls it has. Exit code 2 if not."""
    place = paths(open_site(folder))
    pid = control.listener(place.run)
    told: dict[str, object] = {"running": pid is not None, "pid": pid, "node": str(place.path)}
    told["supervisor"] = holder(place)
    if pid is not None:
        with clear_messages():
            told |= _asked(place)
    if as_json:
        click.echo(json.dumps(told))
    else:
        for name, value in told.items():
            click.echo(f"{name:<12} {value}")
    sys.exit(Exit.OK if pid is not None else Exit.FAILED)


@node.command()
@site_option
@click.option("-f", "--follow", is_flag=True, help="Go on with what comes, until Ctrl-C.")
@click.option("-n", "--lines", default=50, show_default=True, help="So many lines to begin with.")
def log(folder: Path, follow: bool, lines: int) -> None:
    """Show Asterisk's log."""
    file = paths(open_site(folder)).log / LOG
    if not os.access(file, os.R_OK):
        raise Missing(f"{file} is not there or not readable: start the node first, or run as root")
    words = ["tail", f"--lines={lines}", *(["--follow=name", "--retry"] if follow else [])]
    with clear_messages():
        sys.exit(subprocess.run([*words, file], check=False).returncode)


@node.command(context_settings={"ignore_unknown_options": True})
@site_option
@click.argument("words", nargs=-1, required=True)
def cli(folder: Path, words: tuple[str, ...]) -> None:
    """Run one console command, such as `pjsip show contacts`."""
    place = paths(open_site(folder))
    with clear_messages():
        click.echo(control.command(place.run, " ".join(words)), nl=False)


@node.command()
@site_option
@click.confirmation_option(
    prompt="Take over the machine's own Asterisk? Its configuration is "
    "kept in an archive, and replaced"
)
def adopt(folder: Path) -> None:
    """Take over the machine's own Asterisk, after a full backup."""
    site = open_site(folder)
    if site.node.asterisk != "system":
        raise Refused("the site has an Asterisk of its own; write `node: {asterisk: system}` first")
    with clear_messages():
        need_root("take over the machine's Asterisk")
        archive = adopt_machine(paths(site), datetime.now().astimezone())
    click.echo(f"/etc/asterisk is kept in {archive}")
    click.echo("Next: callcenter deploy, then restart Asterisk as your machine does it.")


@node.command()
@site_option
def release(folder: Path) -> None:
    """Give the machine's own Asterisk its configuration back."""
    with clear_messages():
        need_root("give the machine's Asterisk back")
        archive = release_machine(paths(open_site(folder)))
    click.echo(f"/etc/asterisk is as it was, from {archive}; restart Asterisk to use it.")


def paths(site: Site) -> NodePaths:
    """The folders of a site's node."""
    return node_path(site.site, site.node.path)


def _asked(place: NodePaths) -> dict[str, object]:
    """What a running Asterisk says of itself. Raises NoAsterisk where it has just ended."""
    return {
        "version": control.command(place.run, "core show version").split(" built")[0],
        "uptime": _after(control.command(place.run, "core show uptime"), "System uptime:"),
        "channels": control.command(place.run, "core show channels count").partition(" ")[0],
    }


def _need_own(site: Site) -> None:
    if site.node.asterisk == "system":
        raise Refused("this site's Asterisk is the machine's own: start and stop it as the machine")


def _need_own_and_deployed(site: Site) -> None:
    _need_own(site)
    if not (paths(site).etc / "asterisk.conf").exists():
        raise Refused("nothing is deployed yet; run `callcenter deploy`, or `callcenter up`")


def _supervise(site: Site) -> None:
    """Run Asterisk until SIGTERM or Ctrl-C."""
    place = paths(site)
    with only_supervisor(place):
        process = AsteriskProcess(
            ensure_root(), place.path, site.node.user, urgent=site.node.real_time
        )
        supervision = keep_asterisk(process, tell)
        end_on_signals()
        try:
            supervision.wait()
        except KeyboardInterrupt:
            supervision.stop()


def _start_detached(folder: Path, place: NodePaths) -> None:
    words = [sys.executable, "-m", "callcenter", "node", "start", "--foreground"]
    with (place.path / "supervisor.log").open("wb") as output:
        child = subprocess.Popen(
            [*words, "--site", folder],
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
    with step("Starting Asterisk"):
        _wait_booted(child, place)
    click.echo(f"Asterisk runs (pid {control.listener(place.run)}); log: callcenter node log")


def _wait_booted(child: subprocess.Popen[bytes], place: NodePaths) -> None:
    deadline = time.monotonic() + _BOOT_S
    while time.monotonic() < deadline:
        if child.poll() is not None:
            said = (place.path / "supervisor.log").read_text("utf-8", "replace").strip()
            raise BootFailed(said.removeprefix("Error: "))
        if control.listener(place.run) is not None:
            process = AsteriskProcess(Path("/"), place.path)
            if process.adopt():
                process.wait_booted(deadline - time.monotonic())
                return
        time.sleep(0.05)
    raise BootFailed(f"Asterisk has not booted after {_BOOT_S:g} s; see callcenter node log")


def _after(text: str, words: str) -> str:
    return text.partition(words)[2].partition("\n")[0].strip()
