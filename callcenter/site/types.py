"""The small values a site is written in: durations, destinations, names, texts.

YAML hands the model nothing but text, mappings, lists and null (yaml_tree.py), so each type here
decides by itself what a text means, and refuses with a stable code and a remedy.
"""

import re
import unicodedata
from collections.abc import Callable
from datetime import date
from ipaddress import ip_network
from typing import Annotated
from zoneinfo import ZoneInfo, available_timezones

from pydantic import AfterValidator, BeforeValidator, Field, PlainSerializer

from callcenter.site.destination import NAMELESS, Destination, To
from callcenter.site.findings import nearest
from callcenter.site.refusal import matching, refuse, shown

_DURATION = re.compile(r"([0-9]{1,13}(?:\.[0-9]{1,6})?)(ms|s|m|h|d)")
_UNIT_S = {"ms": 0.001, "s": 1.0, "m": 60.0, "h": 3600.0, "d": 86400.0}
_LONGEST_S = 36_600 * 86400.0


def parse_duration(text: object) -> float:
    """Seconds, in whole milliseconds, of a duration such as `20s`, `5m`, `1h30m` or `500ms`.

    Raises ValueError for anything else; a bare number is refused, since its unit is a guess.
    """
    if isinstance(text, str) and text:
        parts = _DURATION.findall(text)
        if parts and "".join(number + unit for number, unit in parts) == text:
            seconds = round(sum(float(number) * _UNIT_S[unit] for number, unit in parts), 3)
            if seconds <= _LONGEST_S:
                return seconds
    raise refuse("E_DURATION", f"{shown(text)} is not a duration", "write it like 20s, 5m or 1h30m")


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


def _flag(value: object) -> object:
    if isinstance(value, bool):
        return value
    if isinstance(value, str) and value.lower() in ("true", "false"):
        return value.lower() == "true"
    raise refuse("E_TYPE", f"{shown(value)} is not a switch", "write true or false")


def _day(value: object) -> object:
    if isinstance(value, date):
        return value
    try:
        if isinstance(value, str) and len(value) == len("2026-10-01"):
            return date.fromisoformat(value)
    except ValueError:
        pass  # refused below, together with the texts that only look different
    raise refuse("E_DATE", f"{shown(value)} is not a day", "write it like 2026-10-01")


def _address_range(text: str) -> str:
    try:
        ip_network(text, strict=False)
    except ValueError:
        remedy = "write it like 10.0.0.5 or 10.0.0.0/8"
        raise refuse("E_ADDRESS", f"{text!r} is not an address or network", remedy) from None
    return text


def _timezone(text: str) -> str:
    try:
        ZoneInfo(text)
    except (KeyError, ValueError, OSError):
        # KeyError: no such zone; the others: the name of a folder, or no name at all.
        remedy = nearest(text, available_timezones())
        raise refuse("E_TIMEZONE", f"{text!r} is not a time zone", remedy) from None
    return text


_BREAKS = frozenset("\n\t")
_UNSPEAKABLE = frozenset({"Cc", "Cs", "Zl", "Zp"})


def _printable(allowed: frozenset[str]) -> Callable[[str], str]:
    def check(text: str) -> str:
        if text.isprintable():
            return text
        for character in text:
            if character not in allowed and unicodedata.category(character) in _UNSPEAKABLE:
                remedy = "take it out" if allowed else "take it out; a line has no line breaks"
                raise refuse("E_TEXT", f"the text holds {character!r}, a control character", remedy)
        return text

    return check


Flag = Annotated[bool, BeforeValidator(_flag)]
"""`true` or `false`, nothing else."""

Day = Annotated[date, BeforeValidator(_day)]
"""A day such as `2026-10-01`."""

Name = Annotated[
    str,
    AfterValidator(
        matching(
            r"[a-z0-9][a-z0-9_-]{0,39}",
            "E_NAME",
            "a name",
            "use lower-case letters, digits, - and _, at most 40, the first a letter or digit",
        )
    ),
]
"""A name of ours: lower-case letters, digits, `-` and `_`; it becomes part of Asterisk's names."""

TenantName = Annotated[
    str,
    AfterValidator(
        matching(
            r"[a-z0-9][a-z0-9_-]{0,19}",
            "E_NAME",
            "a tenant's name",
            "use lower-case letters, digits, - and _, at most 20, the first a letter or digit",
        )
    ),
]
"""A tenant's name: it stands before the names of all that is the tenant's."""


class Resolved:
    """Marks a type whose texts are names of other parts, found within the tenant that uses them."""


class ResolvedWords:
    """Marks a type whose texts are expressions, in which each word is such a name."""


FullName = Annotated[
    str,
    AfterValidator(
        matching(
            r"([a-z0-9][a-z0-9_-]{0,19}[.])?[a-z0-9][a-z0-9_-]{0,39}",
            "E_NAME",
            "a name",
            "use lower-case letters, digits, - and _, at most 40, the first a letter or digit",
        )
    ),
]
"""A name as the loaded site has it: a tenant's parts are `TENANT.NAME`. An author writes NAME."""

NameRef = Annotated[FullName, Resolved()]
"""The name of another part of the site, of the same tenant."""

Extension = Annotated[
    str, AfterValidator(matching(r"[0-9]{2,15}", "E_NUMBER", "a number to dial", "2 to 15 digits"))
]
"""A number that can be dialled."""

FeatureCode = Annotated[
    str,
    AfterValidator(
        matching(r"[*#0-9]{2,8}", "E_NUMBER", "a feature code", "2 to 8 of 0-9, * and #")
    ),
]
"""What an agent dials, such as `*11`."""

Key = Annotated[
    str, AfterValidator(matching(r"[0-9*#]", "E_KEY", "a key", "write one of 0-9, * and #"))
]
"""One key of a phone."""

Digit = Annotated[str, AfterValidator(matching(r"[0-9]", "E_KEY", "a digit", "write one of 0-9"))]
"""One digit key of a phone."""

Host = Annotated[
    str,
    AfterValidator(
        matching(
            r"[A-Za-z0-9]([A-Za-z0-9._-]{0,251}[A-Za-z0-9])?",
            "E_ADDRESS",
            "a host",
            "write a DNS name or an IPv4 address",
        )
    ),
]
"""A DNS name or an IPv4 address."""

AddressRange = Annotated[str, AfterValidator(_address_range)]
"""An address or a network, such as `10.0.0.0/8`."""

SystemUser = Annotated[
    str,
    AfterValidator(
        matching(
            r"[a-z_][a-z0-9_-]{0,31}",
            "E_NAME",
            "a system user",
            "use lower-case letters and digits",
        )
    ),
]
"""A user of the machine."""

Port = Annotated[int, Field(ge=1, le=65535)]
Level = Annotated[int, Field(ge=1, le=10)]

Line = Annotated[str, Field(max_length=200), AfterValidator(_printable(frozenset()))]
"""Text for people, on one line: any character but control characters."""

Spoken = Annotated[str, Field(max_length=2000), AfterValidator(_printable(_BREAKS))]
"""Text that is spoken; it may have line breaks."""

TimeZone = Annotated[Line, AfterValidator(_timezone)]
"""A time zone of the IANA database, such as `Asia/Shanghai`."""

FilePath = Annotated[str, Field(max_length=400), AfterValidator(_printable(frozenset()))]
"""Path of a file or folder, or another word of a command."""

__all__ = [
    "NAMELESS",
    "AddressRange",
    "Day",
    "Destination",
    "Digit",
    "Duration",
    "Extension",
    "FeatureCode",
    "FilePath",
    "Flag",
    "FullName",
    "Host",
    "Key",
    "Level",
    "Line",
    "Name",
    "NameRef",
    "Port",
    "Resolved",
    "ResolvedWords",
    "Spoken",
    "SystemUser",
    "TenantName",
    "TimeZone",
    "To",
    "format_duration",
    "matching",
    "parse_duration",
    "refuse",
    "shown",
]
