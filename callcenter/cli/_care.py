"""What `callcenter voicemail` and `callcenter owed` share: reading, and noting what people did."""

import getpass
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, TypeVar

import click

from callcenter.cli._options import Missing, Refused, open_site
from callcenter.cli._records import node_of, records_url
from callcenter.live.control_client import ControllerRefused, NoController, ask
from callcenter.live.notes import Note, pack
from callcenter.records.care_reading import Care, open_care
from callcenter.records.database import RecordsError, migrate_url
from callcenter.records.journal import Journal, JournalError
from callcenter.records.writer import Writer
from callcenter.site.model import Site

_FOLD_S = 60.0
_Command = TypeVar("_Command", bound=Callable[..., Any])


def by_option(command: _Command) -> _Command:
    """Adds `--by`; the command gets `by: str`, who acts."""
    return click.option(
        "--by", default=lambda: f"{getpass.getuser()}@cli", metavar="WHO",
        help="Who does this, such as an agent's number. Default: the user of this shell.",
    )(command)  # fmt: skip


def note_option(command: _Command) -> _Command:
    """Adds `--note`; the command gets `note: str`."""
    return click.option("--note", default="", metavar="TEXT", help="What came of it.")(command)


@contextmanager
def caring(folder: Path) -> Iterator[tuple[Site, Care]]:
    """The site and its records; what they lack ends the command with one message."""
    site = open_site(folder)
    try:
        with open_care(records_url(folder, site)) as care:
            yield site, care
    except RecordsError as error:
        raise Missing(str(error)) from None


def tell_journal(folder: Path, site: Site, facts: Sequence[Note]) -> None:
    """Note facts: by the controller that runs, else in its journal and in the tables."""
    node = node_of(site)
    try:
        ask(node.control_socket, do="note", facts=pack(facts))
    except ControllerRefused as error:
        raise Refused(str(error)) from None
    except NoController:
        _write(node.journal, records_url(folder, site), facts)


def one_line(text: str, what: str) -> str:
    """A text that people typed. Refuses what is no line."""
    if not text.isprintable() or len(text) > 500:
        raise Refused(f"the {what} is one line of text, of 500 characters at the most")
    return text


def now_s() -> float:
    """This moment, in epoch seconds."""
    return time.time()


def _write(journal: Path, url: str, facts: Sequence[Note]) -> None:
    try:
        with Journal(journal) as opened:
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
