"""Keys that an agent presses during a talk, read as codes. Pure; what was keyed is never told."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from callcenter.site.phones import InTalk

END = "#"
"""Ends the number behind a code."""
_LONGEST = 32


@dataclass(frozen=True, slots=True, repr=False)
class Keyed:
    """A whole code."""

    code: str
    """Name of the code in the site: `hold`, `transfer` ..."""
    number: str = ""


@dataclass(slots=True, repr=False)
class _Line:
    keys: str
    at: float


class TalkCodes:
    """Reads the keys of all agents who talk."""

    WITH_NUMBER = frozenset({"transfer", "consult"})

    def __init__(self, keys: InTalk) -> None:
        self._pause_s = keys.pause
        self._codes: Mapping[str, str] = {c: n for n, c in _codes(keys)} if keys.enabled else {}
        self._begun: dict[str, _Line] = {}

    def press(self, channel: str, key: str, now: float) -> Keyed | None:
        """The code that this key completes. `now`: epoch seconds.

        Keys that begin no code are the talk's own (a menu of the far side, say) and are passed
        over; so is what came before too long a pause.
        """
        line = self._begun.pop(channel, None)
        keys = line.keys if line is not None and now - line.at <= self._pause_s else ""
        keys += key
        name, number = self._split(keys)
        if name in self.WITH_NUMBER:
            if key == END:
                return Keyed(name, number.removesuffix(END))
            if len(number) < _LONGEST:
                self._begun[channel] = _Line(keys, now)
            return None
        if name:
            return Keyed(name)
        if any(code.startswith(keys) for code in self._codes):
            self._begun[channel] = _Line(keys, now)
        elif len(keys) > len(key):
            return self.press(channel, key, now)  # the last key may begin a code anew
        return None

    def forget(self, channel: str) -> None:
        """The channel is gone."""
        self._begun.pop(channel, None)

    def forget_all(self) -> None:
        """The connection was lost."""
        self._begun.clear()

    def _split(self, keys: str) -> tuple[str, str]:
        """Name of the code that the keys begin with, and what follows it."""
        for code, name in self._codes.items():
            if keys.startswith(code):
                return name, keys[len(code) :]
        return "", ""


def _codes(keys: InTalk) -> Iterator[tuple[str, str]]:
    for name in type(keys).model_fields:
        code = getattr(keys, name)
        if isinstance(code, str):
            yield name, code
