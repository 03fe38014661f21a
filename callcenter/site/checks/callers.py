"""Surveys and callbacks: what else they need."""

from collections.abc import Iterator

from callcenter.site.checks.problem import Problem
from callcenter.site.checks.references import destinations
from callcenter.site.findings import Path, dotted
from callcenter.site.model import Question, Site
from callcenter.site.types import To

_TOLD_BY_DEFAULT = Question().keys


def callers(site: Site) -> Iterator[Problem]:
    """What does not fit."""
    for name, survey in site.surveys.items():
        for number, question in enumerate(survey.questions):
            built_in = not question.prompt.model_dump(exclude_defaults=True)
            if built_in and question.keys != _TOLD_BY_DEFAULT:
                path: Path = ("surveys", name, "questions", number)
                message = f"{dotted(path)}: the built-in prompt tells other keys than these"
                yield Problem("E_MISSING", path, message, "add `prompt:`")
    if any(not permit.teams and _trunks(site, permit.trunks) for permit in site.outbound.permit):
        return
    for path, destination in destinations(site):
        if destination.to is To.CALLBACK:
            message = f"{dotted(path)}: no number outside is permitted to be called back"
            remedy = "add `outbound: {trunks: […], permit: [{pattern: …}]}` without teams"
            yield Problem("E_MISSING", path, message, remedy)


def _trunks(site: Site, own: tuple[str, ...]) -> bool:
    return bool(own or site.outbound.trunks)
