"""The one way by which a value gets into Asterisk's files.

A line break, `;`, `,`, `]` or `${` in a value would be configuration. So a value is either a word,
which has no such character; a label, which gets harmless twins for them; or a verbatim text, which
may only stand at the end of a `key = value` line, where `;` alone has a meaning.
"""

import re
import unicodedata
from decimal import Decimal
from string import punctuation

from jinja2 import Undefined

_WORD = re.compile(r"[A-Za-z0-9_.:/@*#+~%-]+\Z")
_BREAKING = frozenset({"Cc", "Cs", "Zl", "Zp"})
_FULL_WIDTH = 0xFEE0
_TWINS = {ord(c): chr(ord(c) + _FULL_WIDTH) for c in punctuation if c not in "-_.+"}


class UnsafeText(ValueError):
    """A value that cannot be written here without becoming configuration."""


class Label(str):
    """Text for people, such as an agent's name; Asterisk's own characters get full-width twins."""

    __slots__ = ()


class Verbatim(str):
    """Text that must reach Asterisk as it is, such as a password; only for `key = value`."""

    __slots__ = ()


def escape(value: object) -> object:
    """What stands in the file for a value that a template prints.

    Raises UnsafeText for a plain string that is not a word, for a verbatim text with a line break
    or with space at an end (Asterisk would strip it), and for kinds of values unknown here.
    """
    match value:
        case Undefined():
            return value  # StrictUndefined tells the name when it is printed
        case bool():
            return "yes" if value else "no"
        case int():
            return str(value)
        case float():
            return _decimal(value)
        case Label():
            return _label(value)
        case Verbatim():
            return _verbatim(value)
        case str():
            return _word(value)
    raise UnsafeText(f"{type(value).__name__} cannot be written into a file of Asterisk")


def _word(value: str) -> str:
    if not _WORD.match(value):
        raise UnsafeText(f"{str(value)!r} is not a word of letters, digits and _.:/@*#+~%-")
    return str(value)


def _label(value: Label) -> str:
    text = "".join(" " if unicodedata.category(c) in _BREAKING else c for c in value)
    return " ".join(text.translate(_TWINS).split())


def _verbatim(value: Verbatim) -> str:
    # The text is not quoted: it may be a password.
    if any(unicodedata.category(c) in _BREAKING for c in value):
        raise UnsafeText("a text that must be kept as it is holds a control character")
    if not value or value != value.strip():
        raise UnsafeText("a text that must be kept as it is is empty or has space at an end")
    return value.replace(";", "\\;")


def _decimal(value: float) -> str:
    """Seconds to the millisecond, without an exponent or needless zeros."""
    return f"{Decimal(str(round(value, 3))):f}".removesuffix(".0")
