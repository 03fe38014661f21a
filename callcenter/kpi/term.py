"""What a term of reports is made of: its two languages, its kind, its formula."""

from enum import StrEnum
from typing import Literal, NamedTuple, TypeAlias

Language: TypeAlias = Literal["zh", "en"]


class Kind(StrEnum):
    """What the values of a column are."""

    WORD = "word"
    COUNT = "count"
    PERCENT = "percent"
    SECONDS = "seconds"
    """Milliseconds, or a mean, shown as seconds with one decimal."""
    DURATION = "duration"
    """Milliseconds, shown as hours, minutes and seconds."""
    TIME = "time"
    """Milliseconds since 1970 (UTC), shown on the site's clocks."""
    CODE = "code"
    """Words of the records, such as outcomes and states, shown in the reader's language."""
    NUMBER = "number"
    """A caller's number: masked unless all of it is asked for."""


class Term(NamedTuple):
    """One word of reports."""

    zh: str
    en: str
    kind: Kind = Kind.WORD
    formula: str = ""

    def in_(self, language: Language) -> str:
        """In that language."""
        return self.zh if language == "zh" else self.en
