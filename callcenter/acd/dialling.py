"""What a number means that an agent dials, or that his phone asks for in a transfer.

One map for all ways: a call, a second call, a REFER, a code in the talk.
"""

import re
from dataclasses import dataclass
from functools import lru_cache

from callcenter.acd.target import Target
from callcenter.site.model import AccessNumber, Permit, Site
from callcenter.site.types import To
from callcenter.terms import TargetKind

UNKNOWN = "unknown"
"""Nothing has this number."""
NOT_PERMITTED = "not_permitted"
"""The number is outside, and this agent may not call it."""
CALLER_S_OWN = "*"
"""Dialled for the caller's own number."""

_WILD = {"X": "[0-9]", "Z": "[1-9]", "N": "[2-9]", ".": "[0-9]+"}
_OUTSIDE = re.compile(r"\+?[0-9]{2,32}\Z")


@dataclass(frozen=True, slots=True)
class Line:
    """A number outside, as the operator is given it, and the trunks to try in turn."""

    number: str
    trunks: tuple[str, ...]


def target_of(site: Site, agent: str, dialled: str, caller: str = "") -> Target | str:
    """Where the number leads for this agent, or why not: `unknown` or `not_permitted`.

    `caller` is the number of the caller he talks to, which `*` stands for. The name of a target
    outside is the number as the line is given it. Numbers of another tenant are unknown.
    """
    number = caller if dialled == CALLER_S_OWN else dialled
    inside = _inside(site, number) if dialled != CALLER_S_OWN else None
    if inside is not None:
        mine = site.agents.get(agent)
        return inside if mine is None or _tenant(site, inside) == _of_agent(mine) else UNKNOWN
    if not _OUTSIDE.match(number):
        return UNKNOWN
    line = line_for(site, agent, number)
    return NOT_PERMITTED if line is None else Target(TargetKind.OUTSIDE, line.number)


def line_for(site: Site, agent: str, dialled: str) -> Line | None:
    """How a number outside is dialled for this agent; None when he may not."""
    profile = site.agents.get(agent)
    team = profile.team if profile is not None else None
    for permit in site.outbound.permit:
        if permit.teams and team not in permit.teams:
            continue
        if fits(permit.pattern, dialled):
            trunks = trunks_of(site, permit)
            return Line(as_dialled(permit, dialled), trunks) if trunks else None
    return None


def fits(pattern: str, number: str) -> bool:
    """True when the whole number fits a pattern such as `0ZXXXXXXXXX` or `9.`."""
    return _compiled(pattern).match(number) is not None


def as_dialled(permit: Permit, number: str) -> str:
    """The number with the permit's prefix rule carried out."""
    return permit.add + number[permit.strip :]


def trunks_of(site: Site, permit: Permit) -> tuple[str, ...]:
    """The trunks for numbers of this permit, in the order in which they are tried."""
    return permit.trunks or site.outbound.trunks


def trunks_for(site: Site, number: str) -> tuple[str, ...]:
    """The trunks for a number as the line is given it, whoever calls; empty where none is.

    Several permits may give the same number: the one that tells most about it counts.
    """
    given = [
        (permit.add + permit.pattern[permit.strip :], permit) for permit in site.outbound.permit
    ]
    fitting = [(pattern, permit) for pattern, permit in given if fits(pattern, number)]
    best = max(fitting, key=lambda each: len(each[0]), default=None)
    return () if best is None else trunks_of(site, best[1])


def survey_of(site: Site, queue: str) -> str:
    """The survey that a queue's callers are handed to by a key: its own, else the only one of its
    tenant; empty where that tells none."""
    policy = site.queues.get(queue)
    if policy is not None and policy.survey:
        return policy.survey
    tenant = queue.rpartition(".")[0]
    all_of_it = [name for name in site.surveys if name.rpartition(".")[0] == tenant]
    return all_of_it[0] if len(all_of_it) == 1 else ""


def shown_number(site: Site) -> str:
    """The number that calls to the outside show; empty where the site names none."""
    return site.outbound.caller_id or site.main_number or ""


@lru_cache(maxsize=1000)
def _compiled(pattern: str) -> re.Pattern[str]:
    return re.compile("".join(_WILD.get(sign, re.escape(sign)) for sign in pattern) + r"\Z")


def _inside(site: Site, number: str) -> Target | None:
    if number in site.agents:
        return Target(TargetKind.AGENT, number)
    for kind, section in (
        (TargetKind.QUEUE, site.queues),
        (TargetKind.MENU, site.menus),
        (TargetKind.VOICEMAIL, site.voicemail),
        (TargetKind.SURVEY, site.surveys),
    ):
        for name, part in section.items():
            if part.number == number:
                return Target(kind, name)
    access = site.numbers.get(number)
    return None if access is None else _behind(access)


_BEHIND = {To.MENU: TargetKind.MENU, To.QUEUE: TargetKind.QUEUE, To.VOICEMAIL: TargetKind.VOICEMAIL}


def _behind(access: AccessNumber) -> Target | None:
    """Where an access number leads while it is open."""
    kind = _BEHIND.get(access.to.to)
    return None if kind is None else Target(kind, access.to.name)


def _tenant(site: Site, target: Target) -> str:
    if target.kind is TargetKind.AGENT:
        return _of_agent(site.agents[target.name])
    return target.name.rpartition(".")[0]


def _of_agent(agent: object) -> str:
    return getattr(agent, "tenant", "")
