"""The small values a site is written in: durations, destinations, names."""

import re
from dataclasses import dataclass
from enum import StrEnum
from typing import Annotated, Any

from pydantic import BeforeValidator, Field, PlainSerializer
from pydantic_core import core_schema

_DURATION = re.compile(r"(\d+(?:\.\d+)?)(ms|s|m|h|d)")
_UNIT_S = {"ms": 0.001, "s": 1.0, "m": 60.0, "h": 3600.0, "d": 86400.0}


def parse_duration(text: object) -> float:
    """Seconds of a duration such as `20s`, `5m`, `1h30m` or `500ms`.

    Raises ValueError for anything else; a bare number is refused, since its unit is a guess.
    """
    if isinstance(text, str) and text:
        parts = _DURATION.findall(text)
        if parts and "".join(number + unit for number, unit in parts) == text:
            return sum(float(number) * _UNIT_S[unit] for number, unit in parts)
    raise ValueError(f"{text!r} is not a duration; write it like 20s, 5m or 1h30m")


def format_duration(seconds: float) -> str:
    """The shortest way to write a duration; `parse_duration` reads it back."""
    milliseconds = round(seconds * 1000)
    for unit, size in (("d", 86_400_000), ("h", 3_600_000), ("m", 60_000), ("s", 1000)):
        if milliseconds and milliseconds % size == 0:
            return f"{milliseconds // size}{unit}"
    return f"{milliseconds}ms" if milliseconds else "0s"


Duration = Annotated[
    float,
    BeforeValidator(lambda v: v if isinstance(v, float) else parse_duration(v)),
    PlainSerializer(format_duration, return_type=str),
]
"""Seconds; in YAML `20s`, `5m`, `1h30m`."""


class To(StrEnum):
    """What a destination can be."""

    MENU = "menu"
    QUEUE = "queue"
    VOICEMAIL = "voicemail"
    PLAY = "play"
    """Play a prompt, then hang up."""
    AGENT = "agent"
    HANGUP = "hangup"
    REPEAT = "repeat"
    """The same menu again."""
    BACK = "back"
    """The menu that led here."""


_NAMELESS = {To.HANGUP, To.REPEAT, To.BACK}


@dataclass(frozen=True, slots=True)
class Destination:
    """Where a call goes next: in YAML `queue:general`, `menu:main`, `voicemail:night`, `hangup`."""

    to: To
    name: str = ""

    @classmethod
    def parse(cls, text: object) -> "Destination":
        """Read the YAML form. Raises ValueError that names the possible kinds."""
        kind, _, name = str(text).partition(":")
        if kind in list(To) and bool(name) != (To(kind) in _NAMELESS):
            return cls(To(kind), name)
        kinds = ", ".join(k if k in _NAMELESS else f"{k}:NAME" for k in To)
        raise ValueError(f"{text!r} is not a destination; write one of {kinds}")

    def __str__(self) -> str:
        return f"{self.to}:{self.name}" if self.name else str(self.to)

    @classmethod
    def __get_pydantic_core_schema__(cls, *_: Any) -> core_schema.CoreSchema:
        return core_schema.no_info_plain_validator_function(
            lambda v: v if isinstance(v, cls) else cls.parse(v),
            serialization=core_schema.plain_serializer_function_ser_schema(str),
        )


Name = Annotated[
    str,
    Field(pattern=r"^[a-z0-9][a-z0-9_-]{0,39}$"),
]
"""A name of ours: lower-case letters, digits, `-` and `_`; it becomes part of Asterisk's names."""

Extension = Annotated[str, Field(pattern=r"^[0-9]{2,15}$")]
"""A number that can be dialled."""

FeatureCode = Annotated[str, Field(pattern=r"^[*#0-9]{2,8}$")]
Port = Annotated[int, Field(ge=1, le=65535)]
Level = Annotated[int, Field(ge=1, le=10)]
Line = Annotated[str, Field(max_length=200)]
"""Text for people; any character but control characters, checked where it is used."""

__all__ = [
    "Destination",
    "Duration",
    "Extension",
    "FeatureCode",
    "Level",
    "Line",
    "Name",
    "Port",
    "To",
    "format_duration",
    "parse_duration",
]
