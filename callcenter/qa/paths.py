"""Which keys lead where: the ways through a site's menus, for callers that are to press them."""

from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass

from callcenter.site.model import Site
from callcenter.site.types import Destination, To


@dataclass(frozen=True, slots=True)
class Way:
    """A number, the keys pressed one after another, and where they lead."""

    number: str
    keys: str
    end: Destination


def ways(site: Site) -> list[Way]:
    """The shortest way to each destination from each number, as if every number were open."""
    return [
        way
        for number, access in site.numbers.items()
        for way in _from(site, Way(number, "", access.to))
    ]


def _from(site: Site, start: Way) -> Iterator[Way]:
    seen: set[Destination] = set()
    todo = deque([start])
    while todo:
        way = todo.popleft()
        if way.end in seen or way.end.to in (To.REPEAT, To.BACK):
            continue
        seen.add(way.end)
        if way.end.to is To.MENU:
            menu = site.menus[way.end.name]
            todo += [Way(way.number, way.keys + key, end) for key, end in menu.by_key.items()]
        else:
            yield way
