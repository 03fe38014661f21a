"""callcenter supervise: be in an agent's talk, on one's own phone."""

from collections.abc import Callable
from pathlib import Path

import click

from callcenter.cli.parts.common.acting import act, acting, names_of, tell
from callcenter.cli.parts.common.options import Overview, open_site

_KEYS = "there 4 listens, 5 whispers, 6 barges in, 7 takes the call over"


@click.group(cls=Overview)
def supervise() -> None:
    """Listen, whisper or barge in: a phone rings, and is in the agent's talk when picked up.

    While it is, key 4 listens, 5 whispers, 6 barges in, 7 takes the call over. Each act stands in
    the audit: `callcenter audit list`.
    """


def _joining(command: Callable[..., None]) -> click.Command:
    """A command that rings a phone, which is in an agent's talk when it is picked up."""
    command = acting(command)
    numbers = names_of("agents")
    command = click.option(
        "--phone",
        required=True,
        metavar="NUMBER",
        help="Whose phone rings.",
        shell_complete=numbers,
    )(command)
    command = click.argument("agent", shell_complete=numbers)(command)
    return supervise.command()(command)


@_joining
def listen(agent: str, phone: str, as_: str, folder: Path, as_json: bool) -> None:
    """Hear an agent's talk (监听)."""
    _ring("listen", agent, phone, as_, folder, as_json)


@_joining
def whisper(agent: str, phone: str, as_: str, folder: Path, as_json: bool) -> None:
    """Speak to the agent alone (密语)."""
    _ring("whisper", agent, phone, as_, folder, as_json)


@_joining
def barge(agent: str, phone: str, as_: str, folder: Path, as_json: bool) -> None:
    """Speak to both (强插)."""
    _ring("barge", agent, phone, as_, folder, as_json)


def _ring(mode: str, agent: str, phone: str, as_: str, folder: Path, as_json: bool) -> None:
    answer = act(open_site(folder), "supervise", as_, mode=mode, agent=agent, phone=phone)
    tell(answer, f"{answer['rings']} rings; {_KEYS}", as_json)
