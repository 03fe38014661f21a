"""What `callcenter voicemail` and `callcenter owed` share: what they read, and Tab completion."""

from collections.abc import Callable, Collection, Sequence
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Any, TypeVar

import click
from click.shell_completion import CompletionItem

from callcenter.cli.parts.common.options import Missing, Refused
from callcenter.cli.parts.common.reading import node_of, reading_part, records_url
from callcenter.live.names import masked
from callcenter.pbx.site_files import read_site
from callcenter.records.database.engine import RecordsError
from callcenter.records.ingest.messages import remove_messages
from callcenter.records.reading.care import Care, MessageFilter, OwedFilter, open_care
from callcenter.records.tables.calls import VoicemailMessage
from callcenter.site.findings import SiteErrors
from callcenter.site.model import Site

_Found = TypeVar("_Found")
_Command = TypeVar("_Command", bound=Callable[..., Any])


def note_option(command: _Command) -> _Command:
    """Adds `--note`; the command gets `note: str`."""
    return click.option("--note", default="", metavar="TEXT", help="What came of it.")(command)


def complete_messages(ctx: click.Context, _: click.Parameter, begun: str) -> list[CompletionItem]:
    """Messages that nobody has handled, for the Tab key."""
    return _begun(
        begun,
        _asked(ctx, lambda care: care.messages(MessageFilter(open_only=True))),
        lambda found: (found[0].message_id, f"{found[0].box} {masked(found[1])}"),
    )


def complete_owed(ctx: click.Context, _: click.Parameter, begun: str) -> list[CompletionItem]:
    """Rows of callers who are owed a call, for the Tab key."""
    return _begun(
        begun,
        _asked(ctx, lambda care: care.owed(OwedFilter())),
        lambda row: (str(row.id), f"{masked(row.number)} {row.reason}"),
    )


def _begun(
    begun: str, found: Sequence[_Found], told: Callable[[_Found], tuple[str, str]]
) -> list[CompletionItem]:
    words = [told(each) for each in found]
    return [CompletionItem(word, help=text) for word, text in words if word.startswith(begun)]


def _asked(ctx: click.Context, ask: Callable[[Care], Sequence[_Found]]) -> Sequence[_Found]:
    """What the records tell a line that is being typed; nothing where they cannot be read."""
    folder = ctx.params.get("folder")
    if folder is None:
        return ()
    try:
        with open_care(records_url(folder, read_site(folder))) as care:
            return ask(care)
    except (SiteErrors, OSError, RecordsError, Refused):
        return ()


def caring(folder: Path) -> AbstractContextManager[tuple[Site, Care]]:
    """The site, its messages and those who are owed a call."""
    return reading_part(folder, open_care)


def remove_sounds(site: Site, messages: Collection[VoicemailMessage]) -> None:
    """Remove the sound files of messages. Their rows stay."""
    wanted = {message.message_id for message in messages}
    try:
        for box in {message.box for message in messages}:
            remove_messages(node_of(site).spool, box, wanted)
    except OSError as error:
        raise Missing(f"{error.filename}: {error.strerror}") from None
