"""Who sits where: agents who signed in on another's phone, kept over a restart."""

import json
import logging
from collections.abc import Callable
from pathlib import Path

from callcenter.pbx.files import write

FILE = "seats.json"
"""In the folder of a node."""

_log = logging.getLogger(__name__)


class Seats:
    """Agent -> phone, where that is not his own. One agent to a phone, one phone to an agent."""

    def __init__(self, path: Path, changed: Callable[[str, str], None]) -> None:
        """`path` is a file of ours; `changed` is told agent and phone, "" for his own."""
        self._path = path
        self._changed = changed
        self._phones: dict[str, str] = _read(path)

    def phone_of(self, agent: str) -> str:
        """The phone at which he is called."""
        return self._phones.get(agent, agent)

    def sits_at(self, phone: str) -> str:
        """The agent who uses this phone: its own one, unless another signed in there."""
        return next((a for a, p in self._phones.items() if p == phone), phone)

    def take(self, agent: str, phone: str) -> None:
        """The agent sits at this phone from now on; whoever sat there is at his own again."""
        for other in [a for a, p in self._phones.items() if a == agent or p == phone]:
            self._free(other)
        if agent != phone:
            self._phones[agent] = phone
            self._changed(agent, phone)
        self._keep()

    def leave(self, agent: str) -> None:
        """The agent has signed out: his own phone is his again."""
        if agent in self._phones:
            self._free(agent)
            self._keep()

    def show_all(self) -> None:
        """Tell all that are not at their own phone: Asterisk may have forgotten."""
        for agent, phone in self._phones.items():
            self._changed(agent, phone)

    def _free(self, agent: str) -> None:
        if self._phones.pop(agent, None) is not None:
            self._changed(agent, "")

    def _keep(self) -> None:
        try:
            write(self._path, json.dumps(self._phones))
        except OSError as error:
            _log.error("who sits where is not kept over a restart: %s: %s", self._path, error)


def _read(path: Path) -> dict[str, str]:
    try:
        found = json.loads(path.read_text(encoding="utf-8"))
        return {str(agent): str(phone) for agent, phone in found.items()}
    except FileNotFoundError:
        return {}
    except (OSError, ValueError, AttributeError) as error:
        _log.error("who sat where is not known: %s: %s", path, error)
        return {}
