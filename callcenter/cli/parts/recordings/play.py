"""callcenter recordings play, pause, resume: one recording."""

import shutil
import subprocess
from pathlib import Path

import click

from callcenter.cli.parts.common.noting import typist
from callcenter.cli.parts.common.options import Missing, Refused, open_site, site_option
from callcenter.cli.parts.common.reading import node_of
from callcenter.cli.parts.recordings.meant import reading
from callcenter.live.control_client import ControllerRefused, NoController, ask
from callcenter.records.reading.recordings import RecordingFilter
from callcenter.records.tables.recordings import Recording


@click.command()
@site_option
@click.argument("name", metavar="LEG|CALL")
@click.option("--to", "target", type=click.Path(path_type=Path, dir_okay=False),
              help="Write it as a wav file instead.")  # fmt: skip
@click.option("--path", "only_path", is_flag=True, help="Only print where the file is.")
def play(folder: Path, name: str, target: Path | None, only_path: bool) -> None:
    """Play a recording here, by its leg, or by a call that has one: caller left, agent right."""
    with reading(folder) as (site, found):
        call = name.partition("~")[0].partition("^")[0]
        rows = [each.recording for each in found.find(RecordingFilter(call=call))]
    row = _the_one(name, rows)
    path = node_of(site).recordings / row.file
    if not path.exists():
        raise Refused(f"{path} is missing; see `callcenter recordings check`")
    if only_path:
        click.echo(path)
    elif target is not None:
        _run(["sox", str(path), str(target)])
    else:
        _run(["play", "-q", str(path)])


@click.command()
@site_option
@click.argument("call", metavar="CALL")
def pause(folder: Path, call: str) -> None:
    """Pause the recording of a talk that goes on: the file holds silence from here on."""
    _ask(folder, "pause_recording", call, "The recording is paused.")


@click.command()
@site_option
@click.argument("call", metavar="CALL")
def resume(folder: Path, call: str) -> None:
    """End a pause."""
    _ask(folder, "resume_recording", call, "The recording goes on.")


def _ask(folder: Path, what: str, call: str, done: str) -> None:
    try:
        answer = ask(node_of(open_site(folder)).control_socket, do=what, call=call, by=typist())
    except NoController as error:
        raise Missing(str(error)) from None
    except ControllerRefused as error:
        raise Refused(str(error)) from None
    if not any(answer.values()):
        raise Refused("that could not be done; see the controller's log")
    click.echo(done)


def _the_one(name: str, rows: list[Recording]) -> Recording:
    stored = [row for row in rows if row.stored_at is not None]
    fitting = [row for row in stored if row.leg == name] or stored
    if not fitting:
        raise Refused(f"{name} has no recording that is kept; see `callcenter recordings list`")
    if len(fitting) > 1:
        legs = ", ".join(row.leg for row in fitting)
        raise Refused(f"that call has {len(fitting)} recordings; name one: {legs}")
    return fitting[0]


def _run(words: list[str]) -> None:
    if shutil.which(words[0]) is None:
        raise Missing(f"{words[0]} is missing; run: apt install sox")
    done = subprocess.run(words, capture_output=True, text=True, check=False)
    if done.returncode:
        said = done.stderr.strip().splitlines() or ["nothing"]
        remedy = "use --to FILE.wav or --path where this machine has no sound"
        raise Missing(f"{words[0]} said: {said[-1]}; {remedy}")
