"""Signed-in agents as members of Asterisk's own queues, which take over when we are away."""

import asyncio
import logging
from collections.abc import Callable, Iterable
from dataclasses import dataclass

from callcenter.acd.agent import RESTING
from callcenter.acd.views import AgentView
from callcenter.live.ami_link import AmiLink
from callcenter.pbx.ami.session import AmiSession
from callcenter.pbx.errors import PbxGone, PbxLost, PbxRefused
from callcenter.terms import AgentState

_GATHER_S = 0.2

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Membership:
    """One agent in one queue."""

    queue: str
    agent: str
    paused: bool = False
    reason: str = ""


def wanted(agents: Iterable[AgentView]) -> dict[tuple[str, str], Membership]:
    """The memberships that agents should have now.

    Only who is not ready by his own will is paused: wrap-up and the rest after a miss end soon,
    and should we die in between, nobody would take the pause back.
    """
    return {
        (queue, view.agent): _membership(queue, view)
        for view in agents
        if view.state is not AgentState.SIGNED_OUT
        for queue in view.queues
    }


def _membership(queue: str, view: AgentView) -> Membership:
    paused = view.state is AgentState.NOT_READY and view.reason != RESTING
    return Membership(queue, view.agent, paused, view.reason if paused else "")


class Members:
    """Keeps Asterisk's queues' members as they should be, off the hot path."""

    def __init__(self, link: AmiLink, agents: Callable[[], Iterable[AgentView]]) -> None:
        self._link = link
        self._agents = agents
        self._changed = asyncio.Event()
        self._have: dict[tuple[str, str], Membership] | None = None
        """What Asterisk has; None: must be asked."""

    def changed(self) -> None:
        """Agents' states have changed."""
        self._changed.set()

    def ask_again(self) -> None:
        """A new connection, perhaps a new Asterisk: look what it has, and mend it."""
        self._have = None
        self._changed.set()

    async def run(self) -> None:
        """Follow changes until cancelled."""
        while True:
            await self._changed.wait()
            await asyncio.sleep(_GATHER_S)
            self._changed.clear()
            try:
                await self._mend(self._link.session)
            except PbxLost:
                self._have = None  # `ask_again` comes with the next connection

    async def _mend(self, ami: AmiSession) -> None:
        if self._have is None:
            self._have = {
                (m.queue, m.interface.removeprefix("PJSIP/")): Membership(
                    m.queue, m.interface.removeprefix("PJSIP/"), m.paused, m.reason
                )
                for m in await ami.queue_members()
            }
        have, want = self._have, wanted(self._agents())
        for key in have.keys() - want.keys():
            await _remove(ami, *key)
            del have[key]
        for key, membership in want.items():
            if have.get(key) != membership:
                await _set(ami, have.get(key), membership)
                have[key] = membership


async def _remove(ami: AmiSession, queue: str, agent: str) -> None:
    try:
        await ami.queue_remove(queue, _interface(agent))
    except PbxRefused as refused:  # the queue itself is gone, by a deployment
        _log.warning("fallback queue %s: agent %s: %s", queue, agent, refused)


async def _set(ami: AmiSession, old: Membership | None, new: Membership) -> None:
    interface = _interface(new.agent)
    try:
        if old is None:
            await ami.queue_add(
                new.queue, interface, member=new.agent, paused=new.paused, reason=new.reason
            )
        else:
            await ami.queue_pause(interface, new.paused, queue=new.queue, reason=new.reason)
    except (PbxRefused, PbxGone) as error:
        _log.error("fallback queue %s: agent %s: %s", new.queue, new.agent, error)


def _interface(agent: str) -> str:
    return f"PJSIP/{agent}"
