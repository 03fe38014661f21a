"""What supervisors change over what is deployed, at once: in the floor, and in Asterisk's database.

The journal keeps it over a restart. Asterisk has a copy, by which the dialplan sends callers where
they should go also while we are away.
"""

import asyncio
import logging
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace

from callcenter.acd.events import PlanChanged
from callcenter.acd.plan import Plan
from callcenter.acd.site_plan import plan_of
from callcenter.live.ami_link import AmiLink
from callcenter.live.deployed import Deployed
from callcenter.pbx.ami.session import AmiSession
from callcenter.pbx.errors import PbxGone, PbxLost, PbxRefused
from callcenter.records.journal.facts import Overridden
from callcenter.render.builtin import BUSY
from callcenter.render.dialplan import Place, place
from callcenter.site.destination import Destination, To
from callcenter.site.model import Site
from callcenter.site.overrides import BY_THE_SITE, Kind, Override, overridden, still

DEPLOYMENT = "deployment"
"""Who ends an override that a deployment has made void."""
_FAMILY: Mapping[Kind, str] = {Kind.OVERFLOW: "cc-overflow", Kind.EMERGENCY: "cc-closed"}
_GLOBAL: Mapping[str, str] = {"cc-overflow": "CC_TO_", "cc-closed": "CC_CLOSED_"}
"""Family in the database -> beginning of the global variables that the dialplan reads."""
_ANY_PROMPT = "cc-blocked"
"""Context that plays any prompt of the site and hangs up."""
Row = tuple[str, str]
"""Family and key in Asterisk's database."""

_log = logging.getLogger(__name__)


class Overrides:
    """What is in force beside the deployment."""

    def __init__(
        self,
        link: AmiLink,
        note: Callable[[Sequence[Overridden]], None],
        held: Callable[[], list[Override]],
    ) -> None:
        """`note` writes facts into the journal, `held` tells what stands in it."""
        self.in_force: Callable[[Deployed], None] = lambda deployed: None
        """Told of each new state of site and plan."""
        self._link = link
        self._note = note
        self._held = held
        self._base: Deployed | None = None
        self._wake = asyncio.Event()

    def over(self, deployed: Deployed) -> Deployed:
        """The deployment with what is changed over it. What it has made void is ended."""
        self._base = deployed
        now = time.time()
        void = [each for each in self._held() if not still(deployed.site, each)]
        if void:
            self._note([Overridden(now, DEPLOYMENT, replace(each, value="")) for each in void])
        self._wake.set()
        return self._now(deployed)

    def change(self, changes: Iterable[Override], by: str, now: float) -> PlanChanged:
        """Put changes in force; what the floor is to be told."""
        self._note([Overridden(now, by, each) for each in changes])
        deployed = self._now(self.base)
        self.in_force(deployed)
        self._wake.set()
        return PlanChanged(deployed.plan)

    @property
    def base(self) -> Deployed:
        """What is deployed."""
        assert self._base is not None  # noqa: S101  given before anything runs
        return self._base

    def all(self) -> list[Override]:
        """What is changed."""
        return self._held()

    def ask_again(self) -> None:
        """A new connection, perhaps to an Asterisk whose database is new."""
        self._wake.set()

    async def run(self) -> None:
        """Keep Asterisk's copy, until cancelled."""
        while True:
            await self._wake.wait()
            self._wake.clear()
            try:
                await _bring(self._link.session, dict(rows(self._held())), self.base.site)
            except PbxLost:
                continue  # we are asked again with the next connection
            except PbxRefused as refused:
                _log.error("what is changed at once is not brought to Asterisk: %s", refused)

    def _now(self, deployed: Deployed) -> Deployed:
        held = self._held()
        site = overridden(deployed.site, held)
        return replace(deployed, site=site, plan=plan_in_force(site, held))


def plan_in_force(site: Site, overrides: Iterable[Override]) -> Plan:
    """The floor's plan of a site as it is in force, with the queues that are closed."""
    plan = plan_of(site)
    closed = {each.target for each in overrides if each.kind is Kind.EMERGENCY}
    queues = {
        name: replace(policy, emergency=True) if name in closed else policy
        for name, policy in plan.queues.items()
    }
    return replace(plan, queues=queues)


def rows(overrides: Iterable[Override]) -> Iterator[tuple[Row, str]]:
    """What the dialplan reads: where callers of a queue go, as CONTEXT|EXTENSION|PRIORITY."""
    for each in overrides:
        family = _FAMILY.get(each.kind)
        if family is None:
            continue
        if each.value == BY_THE_SITE:
            yield (family, each.target), BY_THE_SITE
        else:
            to = _place(Destination.parse(each.value))
            yield (family, each.target), f"{to.context}|{to.exten}|{to.priority}"


def _place(to: Destination) -> Place:
    # [cc-play] has only what was named when the site was deployed.
    return Place(_ANY_PROMPT, to.name) if to.to is To.PLAY else place(to, BUSY)


async def _bring(ami: AmiSession, want: Mapping[Row, str], site: Site) -> None:
    for family, begin in _GLOBAL.items():
        for queue in site.queues:
            value = want.get((family, queue), "")
            await ami.action("Setvar", Variable=f"{begin}{queue}", Value=value)
    for family in _FAMILY.values():
        held = await ami.command(f"database show {family}")
        for key in _keys(held, family):
            if (family, key) not in want:
                try:
                    await ami.action("DBDel", Family=family, Key=key)
                except PbxGone:
                    continue
    for (family, key), value in want.items():
        await ami.action("DBPut", Family=family, Key=key, Val=value)


def _keys(lines: Iterable[str], family: str) -> Iterator[str]:
    """Lines are `/cc-closed/desk : site`, and a count at the end."""
    begin = f"/{family}/"
    for line in lines:
        if line.startswith(begin):
            yield line.partition(":")[0].removeprefix(begin).strip()
