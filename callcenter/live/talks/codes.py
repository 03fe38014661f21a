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


@dataclass(frozen=True, slots=True, repr=False)
class Pressed:
    """What a key came to."""

    code: Keyed | None = None
    own: str = ""
    """Keys that are no code: the talk's own, for a menu of the far side, say."""


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

    @property
    def pause_s(self) -> float:
        """Keys that began a code and were left so long are the talk's own."""
        return self._pause_s

    def press(self, channel: str, key: str, now: float) -> Pressed:
        """The code that this key completes, or the keys of which it is clear now that they are
        none. `now`: epoch seconds. What came before too long a pause begins nothing."""
        late = self.release(channel, now)
        line = self._begun.pop(channel, None)
        keys = (line.keys if line is not None else "") + key
        name, number = self._split(keys)
        if name in self.WITH_NUMBER:
            if key == END:
                return Pressed(Keyed(name, number.removesuffix(END)), late)
            if len(number) < _LONGEST:
                self._begun[channel] = _Line(keys, now)
            return Pressed(own=late)
        if name:
            return Pressed(Keyed(name), late)
        if any(code.startswith(keys) for code in self._codes):
            self._begun[channel] = _Line(keys, now)
            return Pressed(own=late)
        before = keys[: -len(key)]
        if not before:
            return Pressed(own=late + key)
        again = self.press(channel, key, now)  # the last key may begin a code anew
        return Pressed(again.code, late + before + again.own)

    def release(self, channel: str, now: float) -> str:
        """The keys that were to be a code and became none in time; a number that was not ended
        is nobody's."""
        line = self._begun.get(channel)
        if line is None or now - line.at <= self._pause_s:
            return ""
        del self._begun[channel]
        name, _ = self._split(line.keys)
        return "" if name else line.keys

    def has_begun(self, channel: str) -> bool:
        """True while keys may still become a code."""
        return channel in self._begun

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
