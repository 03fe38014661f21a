"""callcenter voicemail: messages that callers left, and who handles them."""

import shutil
import subprocess
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import click
from click.shell_completion import CompletionItem
from rich.table import Table
from rich.text import Text

from callcenter.cli.parts.calls.listing import full_numbers
from callcenter.cli.parts.common.care import caring, complete_messages, note_option
from callcenter.cli.parts.common.noting import by_option, now_s, one_line, tell, tell_journal
from callcenter.cli.parts.common.options import (
    Missing,
    Overview,
    Refused,
    json_option,
    print_json,
    site_option,
)
from callcenter.cli.parts.common.reading import (
    clock,
    masked_text,
    node_of,
    number,
    period,
    period_options,
    span,
    today,
)
from callcenter.cli.parts.common.tenants import known_tenant, tenant_option
from callcenter.cli.parts.common.wide import print_table
from callcenter.pbx.site_files import read_site
from callcenter.pbx.voicemail import NotMoved, mark_heard
from callcenter.records.ingest.messages import messages
from callcenter.records.journal.facts import MessageAssigned, MessageDone
from callcenter.records.reading.calls import plain
from callcenter.records.reading.care import Care, MessageFilter
from callcenter.records.tables.calls import VoicemailMessage
from callcenter.site.findings import SiteErrors, nearest
from callcenter.site.model import Site
from callcenter.site.tenants import tenant_of

_PLAYERS = (("play", "-q"), ("paplay",), ("aplay", "-q"))
"""Programs that play a file on this machine, the first one found."""


def _boxes(ctx: click.Context, _: click.Parameter, begun: str) -> list[CompletionItem]:
    folder = ctx.params.get("folder")
    try:
        site = read_site(folder) if folder is not None else None
    except (SiteErrors, OSError):
        return []
    boxes = site.voicemail if site is not None else {}
    return [
        CompletionItem(name, help=box.label)
        for name, box in boxes.items()
        if name.startswith(begun)
    ]


@click.group(cls=Overview)
def voicemail() -> None:
    """Messages that callers left: list, hear, hand out, settle."""


@voicemail.command("list")
@site_option
@period_options
@click.option("--box", default="", help="Messages of this box only.", shell_complete=_boxes)
@click.option("--team", default="", help="Messages of the boxes of this team.")
@click.option("--open", "open_only", is_flag=True, help="Not handled yet, of all times.")
@tenant_option
@click.option("--limit", default=50, show_default=True, type=click.IntRange(1, 100_000))
@full_numbers
@json_option
def list_messages(
    folder: Path,
    since: str | None,
    until: str | None,
    box: str,
    team: str,
    open_only: bool,
    tenant: str,
    limit: int,
    full_numbers: bool,
    as_json: bool,
) -> None:
    """Messages by time, the newest first, with their files. Without --from and --to: today."""
    with caring(folder) as (site, care):
        boxes = _chosen(site, box, team, tenant)
        whole = open_only and not (since or until)
        asked = None if whole else period(since, until, site, today(site))
        found = care.messages(MessageFilter(asked, boxes, open_only, limit))
    files = _files(site, [row for row, _ in found])
    if as_json:
        print_json([_dict(row, caller, files, full_numbers) for row, caller in found])
    elif not found:
        click.echo("No messages wait to be handled." if whole else "No messages in this period.")
    else:
        print_table(_listing(site, found, files, full_numbers))
        click.echo(f"Files are below {_folder(site)}")


@voicemail.command()
@click.argument("message", metavar="ID", shell_complete=complete_messages)
@site_option
def play(message: str, folder: Path) -> None:
    """Play a message on this machine; tells its file in any case."""
    with caring(folder) as (site, care):
        file = _file(site, _find(care, message))
    click.echo(str(file))
    player = next((words for words in _PLAYERS if shutil.which(words[0])), None)
    if player is None:
        click.echo("No player on this machine (sox, paplay, aplay): `export` it.", err=True)
        return
    done = subprocess.run([*player, str(file)], check=False, capture_output=True, text=True)
    if done.returncode != 0:
        said = done.stderr.strip().splitlines()
        raise Missing(f"{player[0]} does not play here: {said[-1] if said else 'no sound device'}")


@voicemail.command()
@click.argument("message", metavar="ID", shell_complete=complete_messages)
@click.argument("to", metavar="FILE", type=click.Path(path_type=Path))
@site_option
def export(message: str, to: Path, folder: Path) -> None:
    """Copy a message's sound to FILE (WAV, 8 kHz), which only you may read."""
    with caring(folder) as (site, care):
        file = _file(site, _find(care, message))
    target = to / f"{message}.wav" if to.is_dir() else to
    if target.exists():
        raise Refused(f"{target} is there already")
    try:
        target.touch(mode=0o600)
        shutil.copyfile(file, target)
    except OSError as error:
        raise Refused(f"{target}: {error.strerror}") from None
    click.echo(str(target))


@voicemail.command()
@click.argument("message", metavar="ID", shell_complete=complete_messages)
@click.argument("who", metavar="WHO")
@by_option
@site_option
@json_option
def assign(message: str, who: str, by: str, folder: Path, as_json: bool) -> None:
    """Give a message to somebody, such as an agent's number, to handle."""
    with caring(folder) as (site, care):
        row = _open(_find(care, message))
    told = MessageAssigned(
        now_s(), row.call_id, row.message_id, one_line(who, "name"), one_line(by, "name")
    )
    tell_journal(folder, site, [told])
    noted = {"message_id": row.message_id, "assigned_to": who}
    tell(as_json, noted, f"{row.message_id}: given to {who}.")


@voicemail.command()
@click.argument("message", metavar="ID", shell_complete=complete_messages)
@note_option
@by_option
@site_option
@json_option
def done(message: str, note: str, by: str, folder: Path, as_json: bool) -> None:
    """Note that a message is handled, and by whom; the box's lamp forgets it.

    Its caller is owed nothing more, unless he called again without an answer since.
    """
    with caring(folder) as (site, care):
        row = _open(_find(care, message))
    node = node_of(site)
    try:
        mark_heard(node, row.box, row.message_id)
    except NotMoved as error:
        raise Missing(str(error)) from None
    told = MessageDone(
        now_s(), row.call_id, row.message_id, one_line(by, "name"), one_line(note, "note")
    )
    tell_journal(folder, site, [told])
    noted = {"message_id": row.message_id, "done_by": by}
    tell(as_json, noted, f"{row.message_id}: handled, by {by}.")


def _chosen(site: Site, box: str, team: str, tenant: str) -> list[str] | None:
    """The boxes that are meant; None for all, also those that the site no longer has."""
    known_tenant(site, tenant)
    if box and box not in site.voicemail:
        raise Refused(f"there is no box {box!r}; {nearest(box, site.voicemail)}")
    teams = {found.team for found in site.voicemail.values() if found.team}
    if team and team not in teams:
        raise Refused(f"no box has the team {team!r}; {nearest(team, teams)}")
    if not (box or team or tenant):
        return None
    return [
        name
        for name, found in site.voicemail.items()
        if box in ("", name)
        and team in ("", found.team)
        and (not tenant or tenant_of(name) == tenant)
    ]


def _find(care: Care, message: str) -> VoicemailMessage:
    row = care.message(message)
    if row is None:
        raise Refused(
            f"there is no message {message!r}; `callcenter voicemail list` shows which there are"
        )
    return row


def _open(row: VoicemailMessage) -> VoicemailMessage:
    if row.done_at is not None:
        raise Refused(f"{row.message_id} was handled before, by {row.done_by}")
    return row


def _file(site: Site, row: VoicemailMessage) -> Path:
    file = _files(site, [row]).get(row.message_id)
    if file is None:
        raise Refused(f"{row.message_id}: its listener has deleted it; there is no file any more")
    whole = _folder(site) / file
    # Asterisk's user may write there: no link leads us to other files of the machine.
    if not whole.resolve().is_relative_to(_folder(site).resolve()):
        raise Refused(f"{whole} is a link to somewhere else; it is not followed")
    return whole


def _folder(site: Site) -> Path:
    return node_of(site).spool / "voicemail"


def _files(site: Site, found: Iterable[VoicemailMessage]) -> dict[str, str]:
    """Message -> its file now. Asterisk renumbers files as others are deleted or moved."""
    spool = node_of(site).spool
    return {
        message.message: message.file
        for box in {row.box for row in found}
        for message in messages(spool, box)
    }


def _dict(row: VoicemailMessage, caller: str, files: dict[str, str], full: bool) -> dict[str, Any]:
    return plain(row) | {
        "caller": number(caller, full),
        "note": masked_text(row.note, full),
        "file": files.get(row.message_id),
    }


def _listing(
    site: Site, found: Iterable[tuple[VoicemailMessage, str]], files: dict[str, str], full: bool
) -> Table:
    table = Table("message", "left", "box", "caller", "length", "handled", "file")
    for row, caller in found:
        handled = f"to {row.assigned_to}" if row.assigned_to else "-"
        if row.done_at is not None:
            note = masked_text(row.note, full)
            handled = f"{row.done_by} {clock(row.done_at, site, '%m-%d %H:%M')} {note}"
        table.add_row(
            row.message_id,
            clock(row.left_at, site),
            row.box,
            number(caller, full),
            span(row.duration_ms),
            Text(handled.strip()),
            files.get(row.message_id, "deleted by its listener"),
        )
    return table
