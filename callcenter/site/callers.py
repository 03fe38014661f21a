"""Parts of a site for callers beyond the queue: surveys after a talk, callbacks."""

from collections.abc import Mapping
from typing import Annotated, Any, ClassVar

from pydantic import AfterValidator, BeforeValidator, Field, PlainSerializer

from callcenter.site.part import Part
from callcenter.site.refusal import matching
from callcenter.site.types import Duration, Extension, Line, NameRef

WORDS: Mapping[str, int] = {"satisfied": 1, "fairly": 2, "not": 3}
"""Ratings by their names: 满意, 较满意, 不满意."""

RatingKey = Annotated[
    str, AfterValidator(matching(r"[0-9*]", "E_KEY", "a key of a survey", "write one of 0-9 and *"))
]
"""A key that rates. `#` ends what is keyed, so it is no answer."""

Rating = Annotated[
    int,
    BeforeValidator(lambda value: WORDS.get(value, value) if isinstance(value, str) else value),
    Field(ge=1, le=10),
]


class QuestionPrompt(Part):
    """What asks, by the caller's language."""

    short: ClassVar[str] = "default"

    default: NameRef | None = Field(None, description="Other languages; default: the built-in one.")
    zh: NameRef | None = Field(None, description="Callers who hear Chinese.")
    en: NameRef | None = Field(None, description="Callers who hear English.")

    def of(self, language: str) -> str | None:
        """The prompt for a language; None for the built-in one."""
        return {"zh": self.zh, "en": self.en}.get(language) or self.default


def _prompt(value: object) -> object:
    return value if isinstance(value, Mapping | QuestionPrompt) else {"default": value}


def _prompt_plain(prompt: QuestionPrompt) -> Any:
    plain = prompt.model_dump(exclude_defaults=True)
    return plain.get("default") if plain.keys() <= {"default"} else plain


PromptText = Annotated[
    QuestionPrompt,
    BeforeValidator(_prompt),
    PlainSerializer(_prompt_plain, return_type=str | dict[str, str] | None),
]
"""In YAML one prompt, or one for each language."""


class Question(Part):
    """A question of a survey."""

    prompt: PromptText = Field(
        QuestionPrompt(), description="What asks; default: a built-in one that tells the keys 1-3."
    )
    keys: dict[RatingKey, Rating] = Field(
        {"1": 1, "2": 2, "3": 3},
        description="Key -> rating, 1 is the best; or `satisfied` (满意), `fairly` (较满意), `not` "
        "(不满意), which are 1, 2 and 3. Other keys are wrong ones.",
        min_length=1,
    )


class Survey(Part):
    """A survey after the talk (满意度评价). It rates the last agent."""

    label: Line = Field("", description="Name for people.")
    number: Extension | None = Field(
        None, description="What agents dial to transfer a caller into it."
    )
    questions: tuple[Question, ...] = Field(
        (Question(),), description="Asked one after the other.", min_length=1, max_length=9
    )
    timeout: Duration = Field(5.0, description="Wait for a key after the question.", gt=0, le=60)
    tries: int = Field(
        2, ge=1, le=9, description="So often each question is asked; a wrong key, too, is a try."
    )
    thanks: NameRef | None = Field(None, description="Played at the end; default: a built-in one.")


class Callback(Part):
    """How callers are called back who gave up the line for it (预约回呼)."""

    attempts: int = Field(3, ge=1, le=20, description="So often he is dialled, then given up.")
    gap: Duration = Field(300.0, description="Between two attempts, at least.", ge=1, le=86400)
    expires: Duration = Field(
        4 * 3600.0, description="After the request; then the caller is owed a call.", ge=10
    )
    ring: Duration = Field(40.0, description="His phone rings so long.", ge=5, le=180)
    confirm: Duration = Field(
        20.0,
        description="Who picks up presses 1 within this time to be connected, so that an answering "
        "machine is none of ours; 0s: whoever picks up is connected.",
        ge=0,
        le=60,
    )
