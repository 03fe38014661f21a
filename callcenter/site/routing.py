"""Parts of a site that route: steps of asking for less, sticky agents, overflows, limits."""

from collections.abc import Iterator, Mapping
from typing import Annotated, Any, ClassVar

from pydantic import BeforeValidator, Field, PlainSerializer

from callcenter.site.needs_text import AddedNeeds
from callcenter.site.part import Part
from callcenter.site.reception import HANGUP
from callcenter.site.types import Destination, Duration, Flag, Name, NameRef

Percent = Annotated[float, Field(ge=0, le=100)]
LowLevel = Annotated[int, Field(ge=0, le=9)]

CAUSES = (
    "max_wait",
    "full",
    "estimated_wait",
    "ratio",
    "no_agent",
    "none_ready",
    "closed",
    "emergency",
)
"""Why a call overflows, as dialplan and records call it; each is a key of Overflow."""


class Relax(Part):
    """A step by which a waiting call asks for less. Steps add up."""

    after: Duration = Field(description="Wait in the queue.", ge=1)
    lower: dict[NameRef, LowLevel] = Field(
        {}, description="Skill -> the level that is enough now; 0 for none."
    )
    add: AddedNeeds | None = Field(
        None, description="Others who may serve too, such as `general >= 3`."
    )
    queues: tuple[NameRef, ...] = Field(
        (), description="Agents of these queues may serve too. The call keeps its queue and place."
    )
    priority: int = Field(0, ge=-100, le=100, description="Added to the call's priority.")
    say: NameRef | None = Field(None, description="Prompt that the caller hears.")


class Sticky(Part):
    """A caller who calls again gets the agent whom he last talked to."""

    within: Duration = Field(7 * 86400.0, description="The talk was no longer ago.", ge=60)
    wait: Duration = Field(
        20.0,
        description="While that agent is in a call, the caller waits for him alone so long.",
        ge=0,
        le=600,
    )


class Overflow(Part):
    """Where a call goes that leaves a queue without an agent, by the cause."""

    short: ClassVar[str] = "default"

    default: Destination = Field(HANGUP, description="For causes that are not named here.")
    max_wait: Destination | None = Field(None, description="It has waited `max_wait`.")
    full: Destination | None = Field(None, description="`max_length` calls wait.")
    estimated_wait: Destination | None = Field(
        None, description="Its wait is foretold to be longer than `max_estimate`."
    )
    ratio: Destination | None = Field(
        None, description="More than `max_ratio` calls wait for each agent signed in."
    )
    no_agent: Destination | None = Field(
        None, description="Nobody is signed in, and `when_empty` is `overflow`."
    )
    none_ready: Destination | None = Field(
        None, description="All who are signed in are not ready; see `when_none_ready`."
    )
    closed: Destination | None = Field(None, description="Outside the queue's `hours`.")
    emergency: Destination | None = Field(None, description="A supervisor has closed the queue.")

    def to(self, cause: str) -> Destination:
        """Where calls go for this cause."""
        special: Destination | None = getattr(self, cause) if cause in CAUSES else None
        return self.default if special is None else special

    def special(self) -> Iterator[tuple[str, Destination]]:
        """Causes with a destination of their own."""
        for cause in CAUSES:
            destination: Destination | None = getattr(self, cause)
            if destination is not None:
                yield cause, destination

    def all(self) -> Iterator[tuple[str, Destination]]:
        """Every key that is set, the default first."""
        yield "default", self.default
        yield from self.special()


def _overflow(value: object) -> object:
    if isinstance(value, Mapping | Overflow):
        return value
    return Overflow(default=Destination.parse(value) if isinstance(value, str) else value)


def _overflow_plain(overflow: Overflow) -> Any:
    plain = {key: str(to) for key, to in overflow.all()}
    return plain["default"] if len(plain) == 1 else plain


OverflowText = Annotated[
    Overflow,
    BeforeValidator(_overflow),
    PlainSerializer(_overflow_plain, return_type=str | dict[str, str]),
]
"""In YAML one destination, or one for each cause."""


class QueueMusic(Part):
    """Music of a queue by the caller's language."""

    short: ClassVar[str] = "default"

    default: NameRef | None = Field(None, description="Other languages; default: the built-in one.")
    zh: NameRef | None = Field(None, description="Callers who hear Chinese.")
    en: NameRef | None = Field(None, description="Callers who hear English.")

    def of(self, language: str) -> str:
        """The class of music for a language."""
        return {"zh": self.zh, "en": self.en}.get(language) or self.default or "default"


def _music(value: object) -> object:
    return value if isinstance(value, Mapping | QueueMusic) else {"default": value}


def _music_plain(music: QueueMusic) -> Any:
    plain = music.model_dump(exclude_defaults=True)
    return plain.get("default") if plain.keys() <= {"default"} else plain


MusicText = Annotated[
    QueueMusic,
    BeforeValidator(_music),
    PlainSerializer(_music_plain, return_type=str | dict[str, str] | None),
]
"""In YAML one class of music, or one for each language."""


class NotReadyLimit(Part):
    """How many agents of a team may be not ready at once, of their own wish."""

    reason: Name | None = Field(None, description="For this reason; default: for any.")
    at_most: int | None = Field(None, ge=1, description="So many agents.")
    share: Percent | None = Field(
        None,
        description="So many percent of the team's signed-in agents, rounded down; one always may.",
    )


class Announce(Part):
    """What waiting callers are told, and how often."""

    first: Duration = Field(10.0, description="First announcement after this wait.", ge=1)
    every: Duration = Field(30.0, description="Then again after each.", ge=5)
    position: Flag = Field(True, description="Tell the place in the queue.")
    estimated_wait: Flag = Field(
        False, description="Tell the wait to expect, foretold from the queue's recent past."
    )
    comfort: tuple[NameRef, ...] = Field(
        (), description="Prompts that take turns, one with each announcement."
    )
