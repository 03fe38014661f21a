"""Every name that one part of a site uses is defined by another."""

from collections.abc import Iterator

from callcenter.site.checks.problem import Names, Problem
from callcenter.site.findings import Path, dotted, nearest
from callcenter.site.model import Site
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
        if name is not None and name not in names.of(section):
            yield _unknown(section, path, name, names)
    for path, destination in destinations(site):
        named = _SECTIONS.get(destination.to)
        if named and destination.name not in names.of(named):
            yield _unknown(named, path, destination.name, names)
        in_menu = path[0] == "menus"
        if destination.to in (To.REPEAT, To.BACK) and not in_menu:
            message = f"{dotted(path)}: {destination} makes sense in a menu only"
            yield Problem("E_DESTINATION", path, message, "name a menu, queue, voicemail or prompt")


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
        yield ("queues", name, "overflow"), queue.overflow


def _plain_references(site: Site) -> Iterator[tuple[str, Path, str | None]]:
    """Section, path and name of every reference that is a bare name."""
    for number, access in site.numbers.items():
        yield "hours", ("numbers", number, "hours"), access.hours
        yield "trunks", ("numbers", number, "trunk"), access.trunk
    for name, menu in site.menus.items():
        yield "prompts", ("menus", name, "prompt"), menu.prompt
        yield "prompts", ("menus", name, "invalid_prompt"), menu.invalid_prompt
    for name, queue in site.queues.items():
        yield "music", ("queues", name, "music"), queue.music
        for skill in queue.needs:
            yield "skills", ("queues", name, "needs", skill), skill
    for name, agent in site.agents.items():
        for skill in agent.skills:
            yield "skills", ("agents", name, "skills", skill), skill
    yield from _lines_outside(site)
    for name, box in site.voicemail.items():
        yield "prompts", ("voicemail", name, "greeting"), box.greeting


def _lines_outside(site: Site) -> Iterator[tuple[str, Path, str | None]]:
    for trunk in site.outbound.trunks:
        yield "trunks", ("outbound", "trunks"), trunk
    for place, permit in enumerate(site.outbound.permit):
        for trunk in permit.trunks:
            yield "trunks", ("outbound", "permit", place, "trunks"), trunk


def _unknown(section: str, path: Path, name: str, names: Names) -> Problem:
    message = f"{dotted(path)}: {name!r} is not defined in {section}"
    return Problem("E_UNKNOWN_NAME", path, message, nearest(name, names.of(section)))
