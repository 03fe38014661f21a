"""Where a call goes next."""

import re
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from pydantic_core import core_schema

from callcenter.site.refusal import refuse, shown


class To(StrEnum):
    """What a destination can be."""

    MENU = "menu"
    QUEUE = "queue"
    VOICEMAIL = "voicemail"
    PLAY = "play"
    """Play a prompt, then hang up."""
    AGENT = "agent"
    OUTSIDE = "outside"
    """A number outside, over a trunk; to stand in the site permits it."""
    HANGUP = "hangup"
    REPEAT = "repeat"
    """The same menu again."""
    BACK = "back"
    """The menu that led here."""
    CALLBACK = "callback"
    """The caller may give up the line, and is called back in his turn."""


NAMELESS = frozenset({To.HANGUP, To.REPEAT, To.BACK, To.CALLBACK})
"""Destinations without a name after the colon."""


_DIALLED = re.compile(r"[0-9]{2,20}\Z")


@dataclass(frozen=True, slots=True)
class Destination:
    """Where a call goes next: in YAML `queue:housing`, `menu:main`, `voicemail:night`, `hangup`."""

    to: To
    name: str = ""

    @classmethod
    def parse(cls, text: object) -> "Destination":
        """Read the YAML form. Raises ValueError that names the possible kinds."""
        kind, _, name = str(text).partition(":")
        if isinstance(text, str) and kind in list(To) and bool(name) != (To(kind) in NAMELESS):
            if kind == To.OUTSIDE and not _DIALLED.match(name):
                remedy = "write 2 to 20 digits, such as outside:02112345"
                raise refuse("E_NUMBER", f"{name!r} is not a number outside", remedy)
            return cls(To(kind), name)
        kinds = ", ".join(k if k in NAMELESS else f"{k}:NAME" for k in To)
        raise refuse(
            "E_DESTINATION", f"{shown(text)} is not a destination", f"write one of {kinds}"
        )

    def __str__(self) -> str:
        return f"{self.to}:{self.name}" if self.name else str(self.to)

    @classmethod
    def __get_pydantic_core_schema__(cls, *_: Any) -> core_schema.CoreSchema:
        return core_schema.no_info_plain_validator_function(
            lambda v: v if isinstance(v, cls) else cls.parse(v),
            serialization=core_schema.plain_serializer_function_ser_schema(str),
        )
