"""The way that a call would take through a site, step by step, without placing it."""

from collections.abc import Generator, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from zoneinfo import ZoneInfo

from callcenter.site.findings import nearest
from callcenter.site.hours import is_open, next_change
from callcenter.site.listed import BLACKLIST, Entry, canonical, matches, priority_lists
from callcenter.site.model import Queue, Site
from callcenter.site.staff import can_serve
from callcenter.site.types import Destination, To


class NoWay(ValueError):
    """The call cannot be traced; the message names the remedy."""


@dataclass(frozen=True, slots=True)
class Step:
    """One place on the way."""

    at: str
    """What it is: `number`, `hours`, `blacklist`, `priority`, `menu`, `key`, `queue`, `overflow`
    or the word of a destination."""
    name: str
    told: str
    """What happens there, for people."""
    detail: Mapping[str, object] = field(default_factory=dict)
    """The same for machines."""


@dataclass(frozen=True, slots=True)
class Inquiry:
    """The call that is asked about."""

    dialled: str
    at: datetime
    """Must know its time zone."""
    caller: str = ""
    keys: Sequence[str] = ()
    """What he presses, in all menus together; then nothing more."""
    causes: Sequence[str] = ()
    """Why each queue he comes to lets him go (`max_wait`, `full`, ...); after that he waits."""
    trunk: str = ""
    """The line he comes over; empty: one that the number takes."""


def trace(site: Site, inquiry: Inquiry, listed: Iterable[Entry] = ()) -> list[Step]:
    """The way, from the number to the agents or to the end of the call.

    `listed` are the entries of the number lists. Every way ends: keys and causes are used up, and
    a checked site has no round without them. Raises NoWay for a number that the site does not have.
    """
    return list(_Way(site, inquiry, tuple(listed)).steps())


class _Way:
    """One walk through the site."""

    def __init__(self, site: Site, inquiry: Inquiry, listed: Sequence[Entry]) -> None:
        self._site = site
        self._inquiry = inquiry
        self._listed = listed
        self._keys = list(inquiry.keys)
        self._causes = list(inquiry.causes)
        self._priority = self._of_list = 0
        self._led_here: dict[str, str] = {}
        self._menu = ""

    def steps(self) -> Iterator[Step]:
        site, inquiry = self._site, self._inquiry
        number = site.numbers.get(inquiry.dialled)
        if number is None:
            remedy = nearest(inquiry.dialled, site.numbers)
            raise NoWay(f"{inquiry.dialled!r} is no access number; {remedy}")
        if number.trunk and inquiry.trunk not in ("", number.trunk):
            yield Step("refused", inquiry.trunk, f"the number is taken from {number.trunk} only")
            return
        language = number.language or site.language
        yield Step("number", inquiry.dialled, f"answered, in {language}", {"language": language})
        blocked = self._blocked(number.tenant)
        if blocked is not None:
            yield blocked
            return
        yield from self._listed_priority(number.tenant)
        to = number.to
        if number.hours:
            hours = site.hours[number.hours]
            opened = is_open(hours, site.calendar, site.timezone, inquiry.at)
            yield self._hours(number.hours, opened)
            to = to if opened or number.closed is None else number.closed
        yield from self._follow(to)

    def _follow(self, to: Destination) -> Iterator[Step]:
        next_to: Destination | None = to
        while next_to is not None:
            if next_to.to is To.MENU:
                next_to = yield from self._in_menu(next_to.name)
            elif next_to.to is To.QUEUE:
                next_to = yield from self._in_queue(next_to.name)
            elif next_to.to in (To.REPEAT, To.BACK):
                back = self._led_here.get(self._menu, self._menu) if next_to.to is To.BACK else ""
                next_to = Destination(To.MENU, back or self._menu)
            else:
                yield Step(str(next_to.to), next_to.name, _ENDS[next_to.to])
                return

    def _in_menu(self, name: str) -> Generator[Step, None, Destination | None]:
        menu, site = self._site.menus[name], self._site
        if name != self._menu and self._menu:
            self._led_here.setdefault(name, self._menu)
        self._menu = name
        prompt = site.prompts.get(menu.prompt)
        said = (prompt.text or prompt.file or "") if prompt is not None else ""
        yield Step("menu", name, said, {"keys": {k: str(c.to) for k, c in menu.keys.items()}})
        for wrong in range(menu.tries):
            if not self._keys:
                yield Step("key", "", f"none within {menu.timeout:g} s, {menu.tries} times")
                return menu.on_timeout
            key = self._keys.pop(0)
            choice = menu.keys.get(key)
            if choice is not None:
                if choice.priority:
                    self._priority = choice.priority + self._of_list
                more = f", priority {self._priority:+d}" if choice.priority else ""
                yield Step("key", key, f"leads to {choice.to}{more}", {"to": str(choice.to)})
                return choice.to
            yield Step("key", key, f"a wrong one, {wrong + 1} of {menu.tries}")
        return menu.on_invalid

    def _in_queue(self, name: str) -> Generator[Step, None, Destination | None]:
        queue = self._site.queues[name]
        yield self._queue(name, queue)
        cause = self._closed(queue) or (self._causes.pop(0) if self._causes else "")
        if not cause:
            return None
        to = queue.overflow.to(cause)
        yield Step("overflow", cause, f"leads to {to}", {"to": str(to)})
        return to

    def _closed(self, queue: Queue) -> str:
        if queue.hours is None:
            return ""
        hours = self._site.hours[queue.hours]
        opened = is_open(hours, self._site.calendar, self._site.timezone, self._inquiry.at)
        return "" if opened else "closed"

    def _queue(self, name: str, queue: Queue) -> Step:
        able = [number for number, agent in self._site.agents.items() if can_serve(agent, queue)]
        priority = queue.priority + self._priority
        limit = "no limit" if queue.max_wait is None else f"at most {queue.max_wait:g} s"
        told = f"{queue.label or name}: {len(able)} agents can serve, {limit}, priority {priority}"
        return Step(
            "queue",
            name,
            told,
            {"agents": able, "priority": priority, "max_wait_s": queue.max_wait,
             "overflow": {cause: str(to) for cause, to in queue.overflow.all()}},
        )  # fmt: skip

    def _hours(self, name: str, opened: bool) -> Step:
        site, at = self._site, self._inquiry.at
        change = next_change(site.hours[name], site.calendar, site.timezone, at)
        word = "open" if opened else "closed"
        until = ""
        if change is not None:
            until = f"until {change.astimezone(ZoneInfo(site.timezone)):%Y-%m-%d %H:%M}"
        return Step("hours", name, f"{word} {until}".strip(), {"open": opened})

    def _blocked(self, tenant: str) -> Step | None:
        for entry in self._hits(tenant):
            if entry.list.name == BLACKLIST:
                told = f"turned away: {entry.reason}" if entry.reason else "turned away"
                return Step("blacklist", str(entry.list), told, {"prompt": entry.prompt})
        return None

    def _listed_priority(self, tenant: str) -> Iterator[Step]:
        known = priority_lists(self._site)
        found = [(known[e.list], e) for e in self._hits(tenant) if e.list in known]
        if found:
            self._of_list, entry = max(found, key=lambda each: each[0])
            self._priority = self._of_list
            yield Step("priority", str(entry.list), f"{self._of_list:+d}, by number list")

    def _hits(self, tenant: str) -> Iterator[Entry]:
        """Entries that hold at that time, of the site's own lists and the tenant's."""
        number = canonical(self._inquiry.caller)
        at = self._inquiry.at.timestamp()
        if not self._inquiry.caller:
            return
        for entry in self._listed:
            ours = entry.list.tenant in ("", tenant)
            if ours and entry.holds(at) and matches(entry.form, number):
                yield entry


_ENDS: Mapping[To, str] = {
    To.VOICEMAIL: "may leave a message",
    To.PLAY: "hears this, then the call ends",
    To.AGENT: "this agent's phone rings",
    To.OUTSIDE: "is connected over a trunk",
    To.HANGUP: "the call ends",
    To.CALLBACK: "is offered a callback",
}
