"""What long-running commands share: lines of progress, and one clear message at a failure."""

import signal
import sys
from collections.abc import Iterator
from contextlib import contextmanager

from rich.console import Console
from rich.status import Status

from callcenter.cli.parts.common.options import Missing, Refused
from callcenter.pbx.control import NoAsterisk
from callcenter.pbx.node import MachineError
from callcenter.pbx.process import BootFailed
from callcenter.pbx.secrets import SecretsError

console = Console(stderr=True, highlight=False)
"""Progress goes to standard error, so that standard output holds results only."""


def tell(line: str) -> None:
    """Print one line of progress, in one piece however long it is."""
    console.print(line, markup=False, soft_wrap=True)


class Progress:
    """The lines of one long step: on a terminal one line that changes, else one after another."""

    def __init__(self, step: str, status: Status | None) -> None:
        self._step = step
        self._status = status

    def __call__(self, line: str) -> None:
        """Tell what is done now."""
        if self._status is None:
            tell(f"  {line}")
        else:
            self._status.update(f"{self._step}: {line}")


@contextmanager
def step(title: str) -> Iterator[Progress]:
    """One step of a command, with its progress, and its title left behind when it is done."""
    if console.is_terminal:
        with console.status(title) as status:
            yield Progress(title, status)
        console.print(f"[green]✓[/green] {title}")
    else:
        tell(title)
        yield Progress(title, None)


def end_on_signals() -> None:
    """SIGTERM, as service managers send it, ends a command as Ctrl-C does; so does SIGINT also
    where a shell started us in the background and had it ignored."""
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, signal.default_int_handler)


@contextmanager
def clear_messages() -> Iterator[None]:
    """Turn what the machine lacks, and what is wrong, into one message and its exit code."""
    try:
        yield
    except (MachineError, BootFailed) as error:
        raise Missing(str(error)) from None
    except NoAsterisk as error:
        raise Missing(f"{error}; start it with `callcenter node start`, as root") from None
    except SecretsError as error:
        raise Refused(str(error)) from None
    except KeyboardInterrupt:
        sys.exit(130)  # 128 + SIGINT, as shells expect
