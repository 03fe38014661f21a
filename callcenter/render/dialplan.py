"""What the dialplan's template loops over: each destination as a place, each time as a number."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from callcenter.render import builtin
from callcenter.render.escape import Label
from callcenter.render.times import whole_seconds
from callcenter.site.model import Menu, Site
from callcenter.site.recording import may_record, share_mark, share_of
from callcenter.site.tenants import tenant_of
from callcenter.site.types import Destination, To
from callcenter.terms import Direction

Paths = Mapping[tuple[str, str], str]
"""(prompt, language) -> path as Asterisk plays it; language "" is the channel's own."""

_CONTEXTS = {
    To.QUEUE: "cc-queue",
    To.VOICEMAIL: "cc-voicemail",
    To.PLAY: "cc-play",
    To.AGENT: "cc-agent",
    To.OUTSIDE: "cc-outside",
}


@dataclass(frozen=True, slots=True)
class Place:
    """Where a Goto leads."""

    context: str
    exten: str
    priority: str = "1"
    enters: str = ""
    """The menu that is entered, which must then know where it was entered from."""


@dataclass(frozen=True, slots=True)
class MenuView:
    """An IVR menu; paths are of its prompts."""

    name: str
    language: str
    prompt: str
    wrong_key: str
    timeout_s: float
    tries: int
    keys: "tuple[KeyView, ...]"
    on_invalid: Place
    on_timeout: Place


@dataclass(frozen=True, slots=True)
class KeyView:
    """A key of a menu."""

    key: str
    place: Place
    priority: int


@dataclass(frozen=True, slots=True)
class QueueView:
    """A queue as the dialplan enters and leaves it; without a limit the wait is empty."""

    name: str
    label: Label
    max_wait_s: int | None
    hours: str
    """Its own opening hours, empty for always."""
    overflow: Place
    by_cause: tuple[tuple[str, Place], ...]
    """Causes of an overflow that lead elsewhere."""
    survey: str
    """Of callers whose agent hangs up first, empty for none."""
    told: str
    """Prompt that tells the caller of the recording, empty for none."""
    share: str
    """Recorded are calls whose mark sorts before this one; see site/recording.py."""


@dataclass(frozen=True, slots=True)
class BoxView:
    """A voicemail box; without a number its messages are not heard by phone."""

    name: str
    tenant: str
    greeting: str
    code: str


@dataclass(frozen=True, slots=True)
class CodeView:
    """A feature code, what it asks for, and the reason of not ready."""

    dialled: str
    asks: str
    reason: str = ""

    @property
    def digits(self) -> int:
        """How many keys it has."""
        return len(self.dialled)


def menus(site: Site, paths: Paths) -> list[MenuView]:
    """The IVR menus."""
    return [_menu(site, name, menu, paths) for name, menu in sorted(site.menus.items())]


def _menu(site: Site, name: str, menu: Menu, paths: Paths) -> MenuView:
    language = site.prompts[menu.prompt].language or site.language
    wrong_key = (
        spoken(site, menu.invalid_prompt, paths)
        if menu.invalid_prompt
        else paths[builtin.WRONG_KEY, language]
    )
    return MenuView(
        name=name,
        language=language,
        prompt=spoken(site, menu.prompt, paths),
        wrong_key=wrong_key,
        timeout_s=menu.timeout,
        tries=menu.tries,
        keys=tuple(
            KeyView(key, _place_from(name, choice.to), choice.priority)
            for key, choice in sorted(menu.keys.items())
        ),
        on_invalid=_place_from(name, menu.on_invalid),
        on_timeout=_place_from(name, menu.on_timeout),
    )


def queues(site: Site, paths: Paths) -> list[QueueView]:
    """The queues."""
    told = paths[builtin.RECORDED, ""] if site.recording.announce else ""
    return [
        QueueView(
            name=name,
            label=Label(queue.label or name),
            max_wait_s=None if queue.max_wait is None else whole_seconds(queue.max_wait),
            hours=queue.hours or "",
            overflow=place_in_queue(name, queue.overflow.default, builtin.BUSY),
            by_cause=tuple(
                (
                    cause,
                    place_in_queue(name, to, builtin.CLOSED if cause == "closed" else builtin.BUSY),
                )
                for cause, to in queue.overflow.special()
            ),
            survey=queue.survey or "",
            told=told if may_record(site, name) else "",
            share=share_mark(share_of(site, name, Direction.IN)),
        )
        for name, queue in sorted(site.queues.items())
    ]


def boxes(site: Site, paths: Paths) -> list[BoxView]:
    """The voicemail boxes."""
    return [
        BoxView(
            name=name,
            tenant=tenant_of(name),
            greeting=spoken(site, box.greeting, paths)
            if box.greeting
            else paths[builtin.GREETING, ""],
            code=site.feature_codes.voicemail + box.number if box.number else "",
        )
        for name, box in sorted(site.voicemail.items())
    ]


def played(site: Site, paths: Paths) -> list[tuple[str, str]]:
    """(prompt, path) of all that is played before hanging up: to callers, and to agents."""
    built_in = {
        builtin.GOODBYE,
        builtin.CLOSED,
        builtin.BUSY,
        builtin.CALLBACK_AGREED,
        *builtin.SAID_TO_AGENTS,
    }
    named = {to.name for to in _destinations(site) if to.to is To.PLAY} - built_in
    found = {name: paths[name, ""] for name in built_in}
    found |= {name: spoken(site, name, paths) for name in named}
    return sorted(found.items())


def warnings(site: Site, paths: Paths) -> list[tuple[str, str]]:
    """(prompt, path) of all that a blocked caller may be played: that is chosen at run time."""
    found = {builtin.BLOCKED: paths[builtin.BLOCKED, ""]}
    return sorted((found | {name: spoken(site, name, paths) for name in site.prompts}).items())


def codes(site: Site) -> list[CodeView]:
    """What agents dial to tell what they do."""
    named = site.feature_codes
    plain = [
        CodeView(named.sign_in, "sign_in"),
        CodeView(named.sign_out, "sign_out"),
        CodeView(named.ready, "ready"),
        CodeView(named.not_ready, "not_ready"),
        CodeView(named.extend, "extend"),
        CodeView(named.figures, "figures"),
        CodeView(named.pickup, "pickup"),
    ]
    reasons = sorted(site.not_ready_reasons.items())
    return plain + [CodeView(named.not_ready + key, "not_ready", why) for key, why in reasons]


def supervise_codes(site: Site) -> list[CodeView]:
    """What supervisors dial, each with something behind it; none where there is no supervisor."""
    named = site.feature_codes.supervise
    fields = type(named).model_fields if site.supervisors else ()
    return [CodeView(getattr(named, name), name) for name in fields]


def direct_agents(site: Site) -> list[str]:
    """Agents whom callers can reach without a queue."""
    return sorted({to.name for to in _destinations(site) if to.to is To.AGENT})


def outside_numbers(site: Site) -> list[str]:
    """Numbers outside that callers are led to."""
    return sorted({to.name for to in _destinations(site) if to.to is To.OUTSIDE})


def outside_trunks(site: Site) -> list[str]:
    """The trunks for them, in the order in which they are tried."""
    return list(site.outbound.trunks or sorted(site.trunks))


def direct_recording(site: Site, paths: Paths) -> dict[str, str]:
    """Mark of the share in which calls to one agent are recorded; the prompt that tells of it."""
    share = share_of(site, "", Direction.IN)
    told = paths[builtin.RECORDED, ""] if share and site.recording.announce else ""
    return {"direct_share": share_mark(share), "direct_told": told}


def spoken(site: Site, prompt: str, paths: Paths) -> str:
    """Path of a site's prompt, which has one language, whatever the channel's is."""
    return paths[prompt, site.prompts[prompt].language or site.language]


def place(to: Destination, farewell: str) -> Place:
    """The place of a destination outside menus; `farewell` is played before a hangup."""
    if to.to is To.MENU:
        return Place(f"cc-menu-{to.name}", "s")
    if to.to is To.HANGUP:
        return Place("cc-play", farewell)
    return Place(_CONTEXTS[to.to], to.name)


def place_in_queue(queue: str, to: Destination, farewell: str) -> Place:
    """The place of a destination of those who wait in a queue."""
    if to.to is To.CALLBACK:
        return Place("cc-callback", queue)
    return place(to, farewell)


def _place_from(menu: str, to: Destination) -> Place:
    """The place of a destination that a menu leads to."""
    if to.to is To.REPEAT:
        return Place(f"cc-menu-{menu}", "s", "again")
    if to.to is To.BACK:
        return Place("cc-back", menu)
    if to.to is To.MENU:
        return Place(f"cc-menu-{to.name}", "s", enters=to.name)
    return place(to, builtin.GOODBYE)


def _destinations(site: Site) -> Iterator[Destination]:
    for access in site.numbers.values():
        yield access.to
        if access.closed is not None:
            yield access.closed
    for menu in site.menus.values():
        yield from (*menu.by_key.values(), menu.on_invalid, menu.on_timeout)
    for queue in site.queues.values():
        for _, to in queue.overflow.all():
            yield to
        yield from queue.keys.values()
