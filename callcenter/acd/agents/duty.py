"""Agents on and off duty: signing in and out, ready and not ready, and what follows a call."""

from callcenter.acd.agents.agent import MISSED_CALLS, NO_WISH, RESTING, UNREACHABLE, Agent, Wish
from callcenter.acd.agents.pausing import refused_by
from callcenter.acd.calls.line import offer
from callcenter.acd.deadlines import Due
from callcenter.acd.events import (
    AgentNotReady,
    AgentReady,
    AgentSignedIn,
    AgentSignedOut,
    PhoneBack,
    PhoneGone,
    WrapUpExtended,
)
from callcenter.acd.machine import Stay, Trigger, Turn
from callcenter.acd.room import Room
from callcenter.acd.talk_facts import NotReadyRefused
from callcenter.terms import AgentState


def signed_in(room: Room, event: AgentSignedIn) -> None:
    """Signs in and is ready. Already signed in it only takes back a sign-out that is due."""
    agent = room.agents.get(event.agent)
    if agent is None:
        return
    _begin_if_out(room, agent)
    move = _ready(room, agent, AgentSignedIn)
    if move is Stay.LATER and agent.wish.state is AgentState.SIGNED_OUT:
        room.ask(agent, NO_WISH)


def ready(room: Room, event: AgentReady) -> None:
    """Ready again: he is here, and misses are forgiven. In a call it takes back every wish."""
    agent = room.agents.get(event.agent)
    if agent is None:
        return
    _begin_if_out(room, agent)
    if agent.state is AgentState.NOT_READY:
        agent.misses = 0
    if _ready(room, agent, AgentReady) is Stay.LATER:
        room.ask(agent, NO_WISH)


def not_ready(room: Room, event: AgentNotReady) -> None:
    """Not ready, for his reason; in a call, after it."""
    agent = room.agents.get(event.agent)
    if agent is None:
        return
    team = refused_by(room, agent, event.reason)
    if team and not event.forced:
        room.facts.append(NotReadyRefused(room.now, agent.name, event.reason, team))
    elif room.move_agent(agent, AgentNotReady, event.reason) is Stay.LATER:
        room.ask(agent, Wish(AgentState.NOT_READY, event.reason))


def signed_out(room: Room, event: AgentSignedOut) -> None:
    """Signs out; in a call, after it."""
    agent = room.agents.get(event.agent)
    if agent is None:
        return
    if sign_out(room, agent, AgentSignedOut) is Stay.LATER:
        room.ask(agent, Wish(AgentState.SIGNED_OUT))


def sign_out(room: Room, agent: Agent, trigger: Trigger) -> AgentState | Stay:
    """Out, or why not yet; who is out and no longer in the plan is forgotten."""
    move = room.move_agent(agent, trigger)
    if agent.leaving and not agent.signed_in:
        del room.agents[agent.name]
    return move


def wrap_up_extended(room: Room, event: WrapUpExtended) -> None:
    """The queue's wrap-up begins anew; kept over a restart, as every change of his state is."""
    agent = room.agents.get(event.agent)
    if agent is None or agent.state is not AgentState.WRAP_UP:
        return
    room.move_agent(agent, WrapUpExtended)
    more_s = wrap_up_of(room, agent.queue)
    room.deadlines.set(Due.WRAP_UP, agent.name, room.now + more_s)


def wrap_up_of(room: Room, queue: str) -> float:
    """Seconds of wrap-up after calls of that queue, empty for calls without one; of a queue that
    the plan no longer has, none."""
    policy = room.plan.queues.get(queue) if queue else room.plan.direct
    return policy.wrap_up_s if policy is not None else 0.0


def phone_gone(room: Room, event: PhoneGone) -> None:
    """Who is free can't be called; his idle time counts on. In a call its leg decides."""
    agent = room.agents.get(event.agent)
    if agent is None:
        return
    rests = agent.state is AgentState.NOT_READY and agent.reason == RESTING
    if rests or agent.state is AgentState.READY:
        room.move_agent(agent, PhoneGone, UNREACHABLE)


def phone_back(room: Room, event: PhoneBack) -> None:
    """He can be called again; a pause of another reason is his own."""
    agent = room.agents.get(event.agent)
    if agent is None:
        return
    if agent.state is AgentState.NOT_READY and agent.reason == UNREACHABLE:
        _ready(room, agent, PhoneBack)


def wrap_up_over(room: Room, name: str) -> None:
    """Deadline WRAP_UP."""
    _ready(room, room.agents[name], Due.WRAP_UP)


def rest_over(room: Room, name: str) -> None:
    """Deadline REST."""
    _ready(room, room.agents[name], Due.REST)


def after_talk(room: Room, agent: Agent, wrap_up_s: float) -> None:
    """Caller and agent are apart: wrap-up, or at once the next call."""
    agent.idle_since = room.now
    if _grant_wish(room, agent):
        return
    if wrap_up_s > 0:
        room.deadlines.set(Due.WRAP_UP, agent.name, room.now + wrap_up_s)
        room.move_agent(agent, Turn.TALK_OVER)
    else:
        _ready(room, agent, _FREED)


def after_vain_ring(room: Room, agent: Agent) -> None:
    """The call left him before any talk, and not by his fault."""
    if not _grant_wish(room, agent):
        _ready(room, agent, _FREED)


def after_miss(room: Room, agent: Agent) -> None:
    """He did not take the call: a short rest, or after too many in a row until he acts."""
    agent.misses += 1
    rule = room.plan.misses
    if _grant_wish(room, agent):
        return
    if agent.misses >= rule.limit:
        room.move_agent(agent, Turn.MISSED, MISSED_CALLS)
    else:
        room.deadlines.set(Due.REST, agent.name, room.now + rule.rest_s)
        room.move_agent(agent, Turn.MISSED, RESTING)


# Members that every call asks for; see machine.py.
_READY, _FREED = AgentState.READY, Turn.FREED


def _begin_if_out(room: Room, agent: Agent) -> None:
    """Sign-in starts the idle clock and the count of misses anew."""
    if not agent.signed_in:
        agent.idle_since, agent.misses = room.now, 0


def _ready(room: Room, agent: Agent, trigger: Trigger) -> AgentState | Stay:
    move = room.move_agent(agent, trigger)
    if move is _READY:
        offer(room, agent)
    return move


def _grant_wish(room: Room, agent: Agent) -> bool:
    """What he asked for during the call, or the plan for him; True when that decides his state."""
    wish = agent.wish
    if wish is NO_WISH and not agent.leaving:
        return False
    agent.wish = NO_WISH
    if agent.leaving or wish.state is AgentState.SIGNED_OUT:
        sign_out(room, agent, Turn.SIGN_OUT_DUE)
    elif wish.state is AgentState.NOT_READY:
        room.move_agent(agent, Turn.PAUSE_DUE, wish.reason)
    else:
        return False
    return True
