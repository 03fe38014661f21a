"""Where calls can go: menus that nobody reaches, and ways that go round for ever."""

from collections.abc import Iterator, Mapping

from callcenter.site.checks.problem import Problem
from callcenter.site.checks.references import destinations
from callcenter.site.findings import dotted
from callcenter.site.model import Site
from callcenter.site.types import Destination, To

Stop = tuple[To, str]
"""A menu or queue at which calls stop on their way."""

Edges = Mapping[Stop, frozenset[Stop]]


def flow(site: Site) -> Iterator[Problem]:
    """Menus and queues without a way in, menus without a way out, endless rounds."""
    yield from _unreached(site)
    yield from _no_way_out(site)
    yield from _endless(site)
    yield from _nowhere_to_go_back(site)


def _unreached(site: Site) -> Iterator[Problem]:
    """Parts that no number leads to; specialists' queues may be meant for transfers."""
    entries = {
        (to.to, to.name)
        for access in site.numbers.values()
        for to in (access.to, access.closed)
        if to is not None
    }
    reached = _reachable(frozenset(entries), _all_edges(site))
    for kind, section, names in (
        (To.MENU, "menus", site.menus),
        (To.QUEUE, "queues", site.queues),
        (To.VOICEMAIL, "voicemail", site.voicemail),
    ):
        for name in names:
            if (kind, name) not in reached:
                message = f"{section}.{name}: no number leads here"
                yield Problem(
                    "W_UNREACHED", (section, name), message, "lead a key to it or drop it"
                )


def _no_way_out(site: Site) -> Iterator[Problem]:
    """Menus from which a caller can only reach menus."""
    back: dict[Stop, frozenset[Stop]] = {}
    for stop, ahead in _all_edges(site).items():
        for after in ahead:
            back[after] = back.get(after, frozenset()) | {stop}
    out = _reachable(frozenset(stop for stop in back if stop[0] is not To.MENU), back)
    for name in site.menus:
        if (To.MENU, name) not in out:
            message = f"menus.{name}: whatever a caller presses leads to a menu again"
            remedy = "lead a key, on_invalid or on_timeout to a queue, voicemail or hangup"
            yield Problem("E_LOOP", ("menus", name), message, remedy)


def _endless(site: Site) -> Iterator[Problem]:
    """Rounds that a caller goes who does nothing: time-outs of menus, overflows of queues."""
    edges = _idle_edges(site)
    told: set[Stop] = set()
    for start in edges:
        ahead = _reachable(edges[start], edges)
        if start in ahead and start not in told:
            told |= {
                stop for stop in ahead if start in _reachable(edges.get(stop, frozenset()), edges)
            }
            kind, name = start
            menu = kind is To.MENU
            path = ("menus", name, "on_timeout") if menu else ("queues", name, "overflow")
            way = " -> ".join(f"{kind}:{name}" for kind, name in _round(start, edges))
            message = f"{dotted(path)}: a caller who presses nothing goes round for ever: {way}"
            yield Problem("E_LOOP", path, message, "let the round end in voicemail or hangup")


def _round(start: Stop, edges: Edges) -> list[Stop]:
    """The shortest way from a stop back to itself, both ends included."""
    ways = [[start, stop] for stop in sorted(edges[start])]
    seen: set[Stop] = set()
    while ways[0][-1] != start:
        way = ways.pop(0)
        if way[-1] not in seen:
            seen.add(way[-1])
            ways += [[*way, stop] for stop in sorted(edges.get(way[-1], ()))]
    return ways[0]


def _nowhere_to_go_back(site: Site) -> Iterator[Problem]:
    for path, destination in destinations(site):
        if destination.to is To.BACK and path[0] == "menus" and not _parents(site, str(path[1])):
            message = f"{dotted(path)}: no menu leads here, so there is none to go back to"
            yield Problem("E_DESTINATION", path, message, "write repeat, or name a menu")


def _reachable(starts: frozenset[Stop], edges: Edges) -> set[Stop]:
    """The starts, and every stop that can be reached from them."""
    reached: set[Stop] = set()
    ahead = list(starts)
    while ahead:
        stop = ahead.pop()
        if stop not in reached:
            reached.add(stop)
            ahead.extend(edges.get(stop, ()))
    return reached


def _all_edges(site: Site) -> Edges:
    """From each menu and queue to all that may come next."""
    edges = {
        (To.MENU, name): frozenset(
            stop
            for to in (*menu.by_key.values(), menu.on_invalid, menu.on_timeout)
            for stop in _stops(site, name, to)
        )
        for name, menu in site.menus.items()
    }
    for stop, ahead in _overflows(site).items():
        keys = site.queues[stop[1]].keys.values()
        edges[stop] = ahead | {(to.to, to.name) for to in keys}
    return edges


def _idle_edges(site: Site) -> Edges:
    """The same, for a caller who presses nothing."""
    edges = {
        (To.MENU, name): _stops(site, name, menu.on_timeout) for name, menu in site.menus.items()
    }
    return edges | _overflows(site)


def _overflows(site: Site) -> dict[Stop, frozenset[Stop]]:
    return {
        (To.QUEUE, name): frozenset((to.to, to.name) for _, to in queue.overflow.all())
        for name, queue in site.queues.items()
    }


def _stops(site: Site, menu: str, to: Destination) -> frozenset[Stop]:
    """What a menu's destination means; `back` may be any menu that leads there."""
    if to.to is To.REPEAT:
        return frozenset({(To.MENU, menu)})
    if to.to is To.BACK:
        return frozenset((To.MENU, parent) for parent in _parents(site, menu))
    return frozenset({(to.to, to.name)})


def _parents(site: Site, name: str) -> list[str]:
    """The menus that lead to a menu."""
    wanted = Destination(To.MENU, name)
    return [
        parent
        for parent, menu in site.menus.items()
        if wanted in (*menu.by_key.values(), menu.on_invalid, menu.on_timeout)
    ]
