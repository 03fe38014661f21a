"""What is changed at once, over what is deployed: skills, overflows, emergency closures. Pure."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum

from callcenter.site.checks.flow import flow
from callcenter.site.destination import Destination, To
from callcenter.site.model import Overflow, Queue, Site
from callcenter.site.tenants import tenant_of

BY_THE_SITE = "site"
"""Value of an emergency closure whose callers go where the site says."""
_HIGHEST = 10


class Kind(StrEnum):
    """What is overridden."""

    SKILLS = "skills"
    """Of an agent: `english=5 tax=0`; level 0 takes a skill away."""
    OVERFLOW = "overflow"
    """Of a queue: a destination, for every cause but `closed` and `emergency`."""
    EMERGENCY = "emergency"
    """A queue is closed: a destination, or BY_THE_SITE."""


@dataclass(frozen=True, slots=True)
class Override:
    """One change. It holds until it is ended, or until a deployment changes what it overrides."""

    kind: Kind
    target: str
    """The agent or queue."""
    value: str
    """Empty: what is deployed holds again."""
    over: str = ""
    """What was deployed when it was made, as `deployed` tells it."""


class NoOverride(ValueError):
    """A change that cannot be made; the message tells why."""


def deployed(site: Site, kind: Kind, target: str) -> str | None:
    """What the deployment says there, as one text; None when it has no such agent or queue."""
    if kind is Kind.SKILLS:
        agent = site.agents.get(target)
        return None if agent is None else _plain(dict(agent.skills))
    queue = site.queues.get(target)
    if queue is None:
        return None
    # No deployment says of a queue that it is closed now, so none opens it.
    told = queue.overflow.all() if kind is Kind.OVERFLOW else ()
    return " ".join(f"{cause}={to}" for cause, to in told)


def still(site: Site, override: Override) -> bool:
    """True while the deployed site says what it said when the override was made."""
    return deployed(site, override.kind, override.target) == override.over


def overridden(site: Site, overrides: Iterable[Override]) -> Site:
    """The site as it is in force."""
    agents, queues = dict(site.agents), dict(site.queues)
    for each in overrides:
        if each.kind is Kind.SKILLS and each.target in agents:
            agent = agents[each.target]
            agents[each.target] = agent.model_copy(
                update={"skills": _changed(dict(agent.skills), each.value)}
            )
        elif each.target in queues and each.value != BY_THE_SITE:
            queue = queues[each.target]
            overflow = _led(queue, each.kind, Destination.parse(each.value))
            queues[each.target] = queue.model_copy(update={"overflow": overflow})
    return site.model_copy(update={"agents": agents, "queues": queues})


def skills_value(site: Site, agent: str, text: str) -> str:
    """`english=5 tax=0` as an override has it. Raises NoOverride."""
    tenant = site.agents[agent].tenant
    levels: dict[str, int] = {}
    for word in text.replace(",", " ").split():
        name, _, level = word.partition("=")
        full = f"{tenant}.{name}" if tenant and not tenant_of(name) else name
        if full not in site.skills or tenant_of(full) != tenant:
            raise NoOverride(f"there is no skill {name!r}")
        if not level.isdecimal() or int(level) > _HIGHEST:
            raise NoOverride(f"{word!r} is no skill with a level: write {name}=0 to {name}=10")
        levels[full] = int(level)
    if not levels:
        raise NoOverride("no skill is named: write english=5")
    return _plain(levels)


def led_to(site: Site, queue: str, text: str, others: Iterable[Override] = ()) -> str:
    """A destination of a queue's callers as an override has it.

    Raises NoOverride for what is none, what the deployed dialplan has no place for, and what
    would let callers go round for ever.
    """
    try:
        to = Destination.parse(text)
    except ValueError as error:
        raise NoOverride(str(error)) from None
    places: Mapping[To, Collection[str]] = {
        To.QUEUE: site.queues,
        To.MENU: site.menus,
        To.VOICEMAIL: site.voicemail,
        To.PLAY: site.prompts,
        To.HANGUP: ("",),
    }
    tenant = tenant_of(queue)
    if tenant and to.name and not tenant_of(to.name):
        to = Destination(to.to, f"{tenant}.{to.name}")
    if to.name not in places.get(to.to, ()) or (to.name and tenant_of(to.name) != tenant):
        raise NoOverride(f"{text!r} is no menu, queue, voicemail box or prompt of this queue's")
    for kind in (Kind.OVERFLOW, Kind.EMERGENCY):
        after = overridden(site, [*others, Override(kind, queue, str(to))])
        if any(problem.code == "E_LOOP" for problem in flow(after)):
            raise NoOverride(f"callers of {queue} would go round for ever by way of {to}")
    return str(to)


def _plain(levels: dict[str, int]) -> str:
    return " ".join(f"{skill}={level}" for skill, level in sorted(levels.items()))


def _changed(skills: dict[str, int], value: str) -> dict[str, int]:
    for word in value.split():
        name, _, level = word.partition("=")
        skills[name] = int(level)
    return {name: level for name, level in skills.items() if level}


def _led(queue: Queue, kind: Kind, to: Destination) -> Overflow:
    overflow = queue.overflow
    if kind is Kind.EMERGENCY:
        return overflow.model_copy(update={"emergency": to})
    closed = overflow.to("closed") if queue.hours else None
    return Overflow(default=to, closed=closed, emergency=overflow.to("emergency"))
