"""What the dialplan's template loops over for callers beyond menus and queues: surveys, keys."""

from dataclasses import dataclass

from callcenter.render import builtin
from callcenter.render.dialplan import Paths, Place, place_in_queue, spoken
from callcenter.render.prompts import languages
from callcenter.render.times import whole_seconds
from callcenter.site.model import Question, Site
from callcenter.site.tenants import tenant_of
from callcenter.site.types import To


@dataclass(frozen=True, slots=True)
class Said:
    """A prompt, and what stands for it in some languages."""

    path: str
    by_language: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class QuestionView:
    """A question with its keys and their ratings."""

    number: int
    said: Said
    keys: tuple[tuple[str, int], ...]


@dataclass(frozen=True, slots=True)
class SurveyView:
    """A survey."""

    name: str
    questions: tuple[QuestionView, ...]
    timeout_s: int
    tries: int
    thanks: str


@dataclass(frozen=True, slots=True)
class QueueKeysView:
    """What waiting callers may press; without the controller nobody can be called back."""

    queue: str
    keys: tuple[tuple[str, Place], ...]


def surveys(site: Site, paths: Paths) -> list[SurveyView]:
    """The surveys."""
    return [
        SurveyView(
            name=name,
            questions=tuple(
                QuestionView(number, _said(site, question, paths), tuple(question.keys.items()))
                for number, question in enumerate(survey.questions, 1)
            ),
            timeout_s=whole_seconds(survey.timeout),
            tries=survey.tries,
            thanks=spoken(site, survey.thanks, paths)
            if survey.thanks
            else paths[builtin.SURVEY_THANKS, ""],
        )
        for name, survey in sorted(site.surveys.items())
    ]


def queue_keys(site: Site) -> list[QueueKeysView]:
    """The queues whose callers may press keys that lead elsewhere."""
    found = [
        QueueKeysView(
            name,
            tuple(
                (key, place_in_queue(name, to, builtin.GOODBYE))
                for key, to in sorted(queue.keys.items())
                if to.to is not To.CALLBACK
            ),
        )
        for name, queue in sorted(site.queues.items())
    ]
    return [each for each in found if each.keys]


def survey_numbers(site: Site, tenant: str) -> list[tuple[str, Place]]:
    """Numbers by which agents of a tenant reach surveys."""
    return [
        (survey.number, Place("cc-survey", name))
        for name, survey in site.surveys.items()
        if survey.number and tenant_of(name) == tenant
    ]


def _said(site: Site, question: Question, paths: Paths) -> Said:
    """A prompt of the site has one language; which one is played, the caller's decides."""
    default = paths[builtin.SURVEY_QUESTION, ""]
    named = {language: question.prompt.of(language) for language in languages(site)}
    by_language = [
        (language, spoken(site, prompt, paths)) for language, prompt in named.items() if prompt
    ]
    if len({path for _, path in by_language}) == 1 and len(by_language) == len(named):
        return Said(by_language[0][1])
    return Said(default, tuple(by_language))
