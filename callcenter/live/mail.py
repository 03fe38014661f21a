"""What can lie in the controller's mailbox."""

import asyncio
from dataclasses import dataclass
from typing import TypeAlias

from callcenter.live.restart.resync import Holdings
from callcenter.live.told import Told
from callcenter.pbx.ari import events as pbx


@dataclass(frozen=True, slots=True)
class Looked:
    """What was found in Asterisk over the connection of that number."""

    connection: int
    holdings: Holdings


@dataclass(frozen=True, slots=True)
class Asked:
    """A request of a person's; `done` when the floor has heard it."""

    event: Told
    done: asyncio.Future[None]


@dataclass(frozen=True, slots=True)
class Due:
    """A deadline of the floor's is reached."""


Mail: TypeAlias = pbx.Event | Told | Looked | Asked | Due
Mailbox: TypeAlias = asyncio.Queue[Mail]
