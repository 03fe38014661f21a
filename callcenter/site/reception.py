"""Parts of a site that receive a caller: numbers, opening hours, menus, prompts, music."""

from typing import Annotated, Any, ClassVar, Literal

from pydantic import Field, model_validator

from callcenter.site.part import Part, made_by_us
from callcenter.site.spans import SpanText
from callcenter.site.types import (
    Day,
    Destination,
    Duration,
    Extension,
    FilePath,
    Flag,
    Key,
    Line,
    Name,
    NameRef,
    Spoken,
)

HANGUP = Destination.parse("hangup")

Priority = Annotated[int, Field(ge=-100, le=100)]
"""Higher is served first; 0 is usual."""


class AccessNumber(Part):
    """A number that callers dial (接入码)."""

    to: Destination = Field(description="Where its calls go.")
    hours: NameRef | None = Field(None, description="Opening hours; none is always open.")
    closed: Destination | None = Field(
        None, description="Where calls go outside the hours; needed with `hours`."
    )
    language: Literal["zh", "en"] | None = Field(
        None, description="Language of the prompts; default: the site's."
    )
    trunk: Name | None = Field(None, description="Only calls from this trunk; default: any.")
    tenant: str = made_by_us()


class Holiday(Part):
    """Days on which the hours do not hold."""

    first: Day = Field(description="First day.")
    last: Day | None = Field(None, description="Last day; default: one day.")
    name: Line = Field("", description="Name for the reader.")


class Calendar(Part):
    """Holidays, and the working days made up for them (调休)."""

    holidays: tuple[Holiday, ...] = Field((), description="Closed all day.")
    workdays: tuple[Day, ...] = Field(
        (), description="Weekend days that are worked, with Monday's hours."
    )


class Hours(Part):
    """Opening hours in the site's time zone."""

    open: tuple[SpanText, ...] = Field(
        description="Spans such as `Mon-Fri 08:30-12:00`; the end does not belong to it, and may "
        "be 24:00. A night is two spans: `Mon 22:00-24:00`, `Tue 00:00-06:00`.",
        min_length=1,
    )
    holidays: Flag = Field(
        True,
        description="Follow the calendar: closed on its holidays, open on its made-up working "
        "days. With `false` only the day of the week counts.",
    )


class Prompt(Part):
    """Something that is played: a file, or text that is spoken at deployment."""

    text: Spoken | None = Field(
        None, description="Text to speak; any text, it is never read as configuration."
    )
    file: FilePath | None = Field(
        None, description="Audio file beside the site (wav, any rate; converted to 8 kHz mono)."
    )
    language: Literal["zh", "en"] | None = Field(
        None, description="Language of the text; default: the site's."
    )


class KeyChoice(Part):
    """What a key of a menu does. `"1": queue:sales` is short for `"1": {to: queue:sales}`."""

    short: ClassVar = "to"

    to: Destination = Field(description="Where it leads.")
    priority: Priority = Field(
        0,
        description="Added to the priority of whoever presses it, until he presses another such "
        "key; 0 changes nothing.",
    )

    @model_validator(mode="before")
    @classmethod
    def _short(cls, written: Any) -> Any:
        return written if isinstance(written, dict | KeyChoice) else {"to": written}


class Menu(Part):
    """An IVR menu (语音导航)."""

    number: Extension | None = Field(
        None, description="What agents dial to transfer a caller back into it."
    )
    prompt: NameRef = Field(description="The prompt that tells the keys.")
    keys: dict[Key, KeyChoice] = Field(description="Key -> where it leads.", min_length=1)
    timeout: Duration = Field(5.0, description="Wait for a key after the prompt.", gt=0, le=60)
    tries: int = Field(3, ge=1, le=9, description="Plays of the prompt before giving up.")
    invalid_prompt: NameRef | None = Field(
        None, description="Played after a wrong key; default: a built-in one."
    )
    on_invalid: Destination = Field(HANGUP, description="After `tries` wrong keys.")
    on_timeout: Destination = Field(HANGUP, description="After `tries` plays without a key.")

    @property
    def by_key(self) -> dict[str, Destination]:
        """Key -> where it leads."""
        return {key: choice.to for key, choice in self.keys.items()}


class NumberList(Part):
    """A list of callers' numbers that are served first, or last, such as VIP or elderly (重点号码).

    Who is in it is told at any time by `callcenter lists`, without a deployment.
    """

    label: Line = Field("", description="Name for people.")
    priority: Priority = Field(
        description="Added to the queue's priority for callers in the list; of several lists the "
        "highest counts."
    )


class Music(Part):
    """A class of music on hold."""

    files: tuple[FilePath, ...] = Field(description="Audio files beside the site.", min_length=1)
