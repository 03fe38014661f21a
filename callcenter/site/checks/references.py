"""Every name that one part of a site uses is defined by another."""

from collections.abc import Iterator

from callcenter.site.checks.problem import Names, Problem
from callcenter.site.findings import Path, dotted, nearest
from callcenter.site.model import Queue, Site
from callcenter.site.routing import Overflow
from callcenter.site.tenant import SECTIONS
from callcenter.site.tenants import local_name, tenant_of
from callcenter.site.types import Destination, To

_SECTIONS = {
    To.MENU: "menus",
    To.QUEUE: "queues",
    To.VOICEMAIL: "voicemail",
    To.PLAY: "prompts",
    To.AGENT: "agents",
}


def references(site: Site, names: Names) -> Iterator[Problem]:
    """Names that nothing defines."""
    for section, path, name in _plain_references(site):
        if name is not None and name not in names.within(section, _tenant(site, path)):
            yield _unknown(section, path, name, site, names)
    for path, destination in destinations(site):
        named = _SECTIONS.get(destination.to)
        if named and destination.name not in names.within(named, _tenant(site, path)):
            yield _unknown(named, path, destination.name, site, names)
        in_menu = path[0] == "menus"
        if destination.to in (To.REPEAT, To.BACK) and not in_menu:
            message = f"{dotted(path)}: {destination} makes sense in a menu only"
            yield Problem("E_DESTINATION", path, message, "name a menu, queue, voicemail or prompt")
        if destination.to is To.CALLBACK and path[0] != "queues":
            message = f"{dotted(path)}: a callback needs a queue in which it waits"
            yield Problem("E_DESTINATION", path, message, "make it a key or overflow of a queue")


def destinations(site: Site) -> Iterator[tuple[Path, Destination]]:
    """Every destination of the site, with its path."""
    for number, access in site.numbers.items():
        yield ("numbers", number, "to"), access.to
        if access.closed is not None:
            yield ("numbers", number, "closed"), access.closed
    for name, menu in site.menus.items():
        for key, destination in menu.by_key.items():
            yield ("menus", name, "keys", key), destination
        yield ("menus", name, "on_invalid"), menu.on_invalid
        yield ("menus", name, "on_timeout"), menu.on_timeout
    for name, queue in site.queues.items():
        for cause, destination in queue.overflow.all():
            yield overflow_path(name, queue.overflow, cause), destination
        for key, destination in queue.keys.items():
            yield ("queues", name, "keys", key), destination


def _plain_references(site: Site) -> Iterator[tuple[str, Path, str | None]]:
    """Section, path and name of every reference that is a bare name."""
    for number, access in site.numbers.items():
        yield "hours", ("numbers", number, "hours"), access.hours
        yield "trunks", ("numbers", number, "trunk"), access.trunk
    for name, menu in site.menus.items():
        yield "prompts", ("menus", name, "prompt"), menu.prompt
        yield "prompts", ("menus", name, "invalid_prompt"), menu.invalid_prompt
    for name, queue in site.queues.items():
        yield from _of_queue(name, queue)
    for name, agent in site.agents.items():
        for skill in agent.skills:
            yield "skills", ("agents", name, "skills", skill), skill
    yield from _lines_outside(site)
    for name, box in site.voicemail.items():
        yield "prompts", ("voicemail", name, "greeting"), box.greeting
    for name, survey in site.surveys.items():
        yield "prompts", ("surveys", name, "thanks"), survey.thanks
        for place, question in enumerate(survey.questions):
            for language, prompt in question.prompt.model_dump(exclude_defaults=True).items():
                yield "prompts", ("surveys", name, "questions", place, "prompt", language), prompt


def overflow_path(queue: str, overflow: Overflow, cause: str) -> Path:
    """Where a queue's overflow for a cause stands; the short form has no causes."""
    path: Path = ("queues", queue, "overflow")
    return path if not any(overflow.special()) and cause == "default" else (*path, cause)


def _of_queue(name: str, queue: Queue) -> Iterator[tuple[str, Path, str | None]]:
    path: Path = ("queues", name)
    for language, music in queue.music.model_dump(exclude_defaults=True).items():
        yield "music", (*path, "music", language), music
    for skill in queue.needs.skills():
        yield "skills", (*path, "needs", skill), skill
    yield "hours", (*path, "hours"), queue.hours
    yield "surveys", (*path, "survey"), queue.survey
    for agent in queue.ranking:
        yield "agents", (*path, "ranking"), agent
    for number, step in enumerate(queue.relax):
        at: Path = (*path, "relax", number)
        yield "prompts", (*at, "say"), step.say
        for other in step.queues:
            yield "queues", (*at, "queues"), other
        for skill in step.lower:
            yield "skills", (*at, "lower", skill), skill
        for skill in step.add.skills() if step.add is not None else ():
            yield "skills", (*at, "add"), skill
    for prompt in queue.announce.comfort if queue.announce is not None else ():
        yield "prompts", (*path, "announce", "comfort"), prompt


def _lines_outside(site: Site) -> Iterator[tuple[str, Path, str | None]]:
    for trunk in site.outbound.trunks:
        yield "trunks", ("outbound", "trunks"), trunk
    for place, permit in enumerate(site.outbound.permit):
        for trunk in permit.trunks:
            yield "trunks", ("outbound", "permit", place, "trunks"), trunk


def _tenant(site: Site, path: Path) -> str:
    """The tenant whose part stands at a path."""
    section, name = str(path[0]), str(path[1])
    part = getattr(site, section).get(name) if section in SECTIONS else None
    return str(getattr(part, "tenant", tenant_of(name)))


def _unknown(section: str, path: Path, name: str, site: Site, names: Names) -> Problem:
    tenant = _tenant(site, path)
    whose = f" of the tenant {tenant}" if tenant and section in SECTIONS else ""
    message = f"{dotted(path)}: {local_name(name)!r} is not defined in {section}{whose}"
    known = map(local_name, names.within(section, tenant))
    return Problem("E_UNKNOWN_NAME", path, message, nearest(local_name(name), known))
