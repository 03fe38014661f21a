"""PINs that agents key in to sign in on another's phone. Pure but for the comparing."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum, auto
from hmac import compare_digest

TRIES = 3
"""Wrong PINs in one call."""
LOCK_AFTER = 6
"""Wrong PINs of one agent, in however many calls, then he is locked for a while."""
LOCK_S = 900.0
_END = "#"


class Judged(Enum):
    """What came of a key."""

    MORE = auto()
    RIGHT = auto()
    WRONG = auto()
    """Try again."""
    REFUSED = auto()
    """Too often."""


@dataclass(slots=True, repr=False)
class _Entry:
    agent: str
    keys: str = ""
    wrong: int = 0


class Pins:
    """Reads PINs key by key and judges them. Times are epoch seconds."""

    def __init__(self) -> None:
        self.pins: Mapping[str, str] = {}
        """Agent -> PIN."""
        self._entries: dict[str, _Entry] = {}
        self._wrong: dict[str, list[float]] = {}

    def ask(self, channel: str, agent: str, now: float) -> bool:
        """A PIN is awaited on this channel. False for an agent without one, or a locked one."""
        wrong = [at for at in self._wrong.get(agent, []) if now - at < LOCK_S]
        self._wrong[agent] = wrong
        if agent not in self.pins or len(wrong) >= LOCK_AFTER:
            return False
        self._entries[channel] = _Entry(agent)
        return True

    def awaited(self, channel: str) -> str:
        """The agent whose PIN is awaited on this channel; empty for none."""
        entry = self._entries.get(channel)
        return entry.agent if entry is not None else ""

    def press(self, channel: str, key: str, now: float) -> Judged:
        """A key on a channel where a PIN is awaited; `#` or the PIN's length ends it."""
        entry = self._entries[channel]
        pin = self.pins.get(entry.agent, "")
        entry.keys += "" if key == _END else key
        if key != _END and len(entry.keys) < len(pin):
            return Judged.MORE
        keyed, entry.keys = entry.keys, ""
        if pin and compare_digest(keyed.encode(), pin.encode()):
            self._wrong.pop(entry.agent, None)
            self.forget(channel)
            return Judged.RIGHT
        entry.wrong += 1
        wrong = self._wrong.setdefault(entry.agent, [])
        wrong.append(now)
        if entry.wrong >= TRIES or len(wrong) >= LOCK_AFTER:
            self.forget(channel)
            return Judged.REFUSED
        return Judged.WRONG

    def forget(self, channel: str) -> None:
        """The channel is gone, or its PIN was judged."""
        self._entries.pop(channel, None)

    def forget_all(self) -> None:
        """The connection was lost."""
        self._entries.clear()
