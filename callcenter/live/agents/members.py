"""Signed-in agents as members of Asterisk's own queues, which take over when we are away."""

import asyncio
import logging
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from callcenter.acd.agents.agent import RESTING, UNREACHABLE
from callcenter.acd.floor import Floor
from callcenter.acd.views import AgentView
from callcenter.live.ami_link import AmiLink
from callcenter.pbx.ami.session import AmiSession
from callcenter.pbx.errors import PbxGone, PbxLost, PbxRefused
from callcenter.terms import AgentState

_GATHER_S = 0.2
_READY_S = 0.5
_PHONE = "PJSIP/"

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Membership:
    """One agent in one queue."""

    queue: str
    agent: str
    paused: bool = False
    reason: str = ""
    phone: str = ""
    """The phone at which he sits."""


def wanted(view: AgentView | None, phone: str = "") -> dict[str, Membership]:
    """Queue -> the membership that an agent should have there now.

    Only who is not ready by his own will is paused: wrap-up, the rest after a miss and a phone that
    is away end by themselves, and should we die in between, nobody would take the pause back.
    """
    if view is None or view.state is AgentState.SIGNED_OUT:
        return {}
    return {queue: _membership(queue, view, phone or view.agent) for queue in view.queues}


def _membership(queue: str, view: AgentView, phone: str) -> Membership:
    paused = view.state is AgentState.NOT_READY and view.reason not in (RESTING, UNREACHABLE)
    return Membership(queue, view.agent, paused, view.reason if paused else "", phone)


class Members:
    """Keeps Asterisk's queues' members as they should be, off the hot path."""

    def __init__(self, link: AmiLink, floor: Floor) -> None:
        self.phone_of: Callable[[str], str] = lambda agent: agent
        """Agent -> the phone at which he sits."""
        self._link = link
        self._floor = floor
        self._changed: set[str] = set()
        self._wake = asyncio.Event()
        self._restored = False
        self._ask = True
        self._have: dict[str, dict[str, Membership]] = {}
        """Agent -> queue -> what Asterisk has."""

    def changed(self, agent: str) -> None:
        """The agent's state has changed."""
        self._changed.add(agent)
        self._wake.set()

    def ask_again(self) -> None:
        """A new connection, perhaps a new Asterisk: look what it has, and mend it."""
        self._ask = True
        self._wake.set()

    def floor_is_restored(self) -> None:
        """Agents' states are known now; before, all looked signed out, and were left alone."""
        self._restored = True
        self.ask_again()

    async def run(self) -> None:
        """Follow changes until cancelled."""
        while True:
            await self._wake.wait()
            await asyncio.sleep(_GATHER_S)
            self._wake.clear()
            if self._restored:
                await self._follow()

    async def _follow(self) -> None:
        try:
            await self._mend(self._link.session)
        except PbxLost:
            return  # `ask_again` comes with the next connection
        except PbxRefused as refused:
            # A starting Asterisk logs us in before its queues are loaded.
            _log.info("fallback queues: not ready yet: %s", refused)
            await asyncio.sleep(_READY_S)
            self.ask_again()

    async def _mend(self, ami: AmiSession) -> None:
        if self._ask:
            self._ask = False
            held = await _held(ami)
            for agent in self._have.keys() | held.keys() if self._have else ():
                if held.get(agent, {}) != self._have.get(agent, {}):
                    _log.warning("mended: agent=%s fallback queues differed", agent)
            self._have = held
            self._changed.update(self._have, (view.agent for view in self._floor.agents()))
        while self._changed:
            agent = self._changed.pop()
            want = wanted(self._floor.agent(agent), self.phone_of(agent))
            await _mend_agent(ami, self._have.setdefault(agent, {}), want)


async def _held(ami: AmiSession) -> dict[str, dict[str, Membership]]:
    found: dict[str, dict[str, Membership]] = {}
    for member in await ami.queue_members():
        agent, phone = member.member, member.interface.removeprefix(_PHONE)
        held = Membership(member.queue, agent, member.paused, member.reason, phone)
        found.setdefault(agent, {})[member.queue] = held
    return found


async def _mend_agent(
    ami: AmiSession, have: dict[str, Membership], want: Mapping[str, Membership]
) -> None:
    for queue, held in list(have.items()):
        if queue not in want or want[queue].phone != held.phone:
            await _remove(ami, held)
            del have[queue]
    for queue, membership in want.items():
        if have.get(queue) != membership:
            await _set(ami, have.get(queue), membership)
            have[queue] = membership


async def _remove(ami: AmiSession, held: Membership) -> None:
    try:
        await ami.queue_remove(held.queue, _PHONE + held.phone)
    except PbxRefused as refused:  # the queue itself is gone, by a deployment
        _log.warning("fallback queue %s: agent %s: %s", held.queue, held.agent, refused)


async def _set(ami: AmiSession, old: Membership | None, new: Membership) -> None:
    interface = _PHONE + new.phone
    try:
        if old is None:
            await ami.queue_add(
                new.queue, interface, member=new.agent, paused=new.paused, reason=new.reason
            )
        else:
            await ami.queue_pause(interface, new.paused, queue=new.queue, reason=new.reason)
    except (PbxRefused, PbxGone) as error:
        _log.error("fallback queue %s: agent %s: %s", new.queue, new.agent, error)
