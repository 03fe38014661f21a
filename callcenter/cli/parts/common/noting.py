"""What people tell the journal from a shell: who tells it, what was told, and that it is noted."""

import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any, TypeVar

import click

from callcenter.cli.parts.common.options import Missing, Refused, print_json
from callcenter.cli.parts.common.reading import node_of, records_url
from callcenter.live.control_client import ControllerRefused, NoController, ask
from callcenter.live.notes import Note, pack
from callcenter.pbx.person import person
from callcenter.records.database.engine import RecordsError, Sealed, migrate_url
from callcenter.records.journal.journal import Journal, JournalError
from callcenter.records.writing.writer import Writer
from callcenter.site.model import Site

_FOLD_S = 60.0
_Command = TypeVar("_Command", bound=Callable[..., Any])


def typist() -> str:
    """Who types: `root@cli`, or behind sudo the one who is."""
    return f"{person()}@cli"


def by_option(command: _Command) -> _Command:
    """Adds `--by`; the command gets `by: str`, who acts."""
    return click.option(
        "--by", default=typist, metavar="WHO",
        help="Who does this, such as an agent's number. Default: the user of this shell.",
    )(command)  # fmt: skip


def tell_journal(folder: Path, site: Site, facts: Sequence[Note]) -> None:
    """Note facts: by the controller that runs, else in its journal and in the tables."""
    node = node_of(site)
    try:
        ask(node.control_socket, do="note", facts=pack(facts))
    except ControllerRefused as error:
        raise Refused(str(error)) from None
    except NoController:
        _write(node.journal, records_url(folder, site), facts)


def tell(as_json: bool, told: Mapping[str, str], text: str) -> None:
    """Print what was noted, for machines or for people."""
    if as_json:
        print_json(dict(told))
    else:
        click.echo(text)


def one_line(text: str, what: str) -> str:
    """A text that people typed. Refuses what is no line."""
    if not text.isprintable() or len(text) > 500:
        raise Refused(f"the {what} is one line of text, of 500 characters at the most")
    return text


def now_s() -> float:
    """This moment, in epoch seconds."""
    return time.time()


def _write(journal: Path, url: Sealed, facts: Sequence[Note]) -> None:
    try:
        with Journal(journal, numbers=url.numbers) as opened:
            migrate_url(url)
            writer = Writer(opened, url)
            writer.start()
            folded = writer.wait_folded(opened.append(facts), _FOLD_S)
            writer.close()
    except RecordsError as error:
        raise Missing(str(error)) from None
    except JournalError as error:
        raise Missing(f"{error}; is a controller starting or ending? Try again") from None
    if not folded:
        raise Missing("noted in the journal, but the database does not take the records now")
