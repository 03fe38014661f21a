"""A new deployment under running calls, and the round in which everyone finds everyone anew."""

from callcenter.acd.agents.agent import Agent
from callcenter.acd.agents.duty import sign_out
from callcenter.acd.agents.figures import day_around
from callcenter.acd.calls.call import Call
from callcenter.acd.calls.line import leave, serve
from callcenter.acd.events import AgentSignedOut, PlanChanged
from callcenter.acd.matching.pools import Matching
from callcenter.acd.plan import Plan
from callcenter.acd.room import Room, queue_apart
from callcenter.terms import AgentState, CallState


def plan_changed(room: Room, event: PlanChanged) -> None:
    """Take the new policies and agents; calls stay where they are.

    - Waiting callers keep their places, under their queue's new priority and `max_wait`.
    - A queue that is gone is closed: it keeps its old policy until its last caller has left it;
      new callers are turned away.
    - An agent who is gone is signed out, in a call when it is over.
    - A phone that rings goes on ringing, even if its agent lost the skill.
    """
    room.plan = event.plan
    for name in event.plan.agents:
        if name not in room.agents:
            room.agents[name] = Agent(name, room.now)
    lay_out(room, event.plan)
    dismiss(room)
    meet(room)


def lay_out(room: Room, plan: Plan) -> None:
    """Build the pools anew and seat the agents. Nobody is in line or idle there until `meet`."""
    for call in _waiting(room):
        leave(room, call)
    in_use = {call.queue.policy.name: call.queue.policy for call in room.calls.values()}
    closed = [policy for name, policy in in_use.items() if name and name not in plan.queues]
    known = room.matching.queues
    room.matching = Matching(plan, closed)
    for name, queue in room.matching.queues.items():
        if name in known:
            queue.estimator = known[name].estimator
    room.direct = queue_apart(plan.direct)
    for call in room.calls.values():
        call.queue = room.queue(call.queue.policy.name)
        call.place = call.place_in(call.queue)
    for agent in room.agents.values():
        profile = plan.agents.get(agent.name)
        agent.leaving = profile is None
        agent.seats = () if profile is None else room.matching.seats(profile.skills)
        agent.lines = tuple(seat.pool.line for seat in agent.seats)
        agent.seated = False
        if agent.signed_in:
            room.matching.floor.signed_in += 1
            for seat in agent.seats:
                seat.pool.signed_in += 1
                seat.pool.paused += agent.paused
    room.seated = True


def dismiss(room: Room) -> None:
    """Sign out who is no longer in the plan; who is in a call stays until it is over."""
    for agent in [agent for agent in room.agents.values() if agent.leaving]:
        sign_out(room, agent, AgentSignedOut)


def meet(room: Room) -> None:
    """All READY agents and all WAITING calls of which none is indexed yet: bring them together.

    Calls choose in their order, so that the outcome is the same as if they came one by one.
    """
    for agent in room.agents.values():
        if agent.state is AgentState.READY:
            agent.take_seats()
    for call in sorted(_waiting(room), key=lambda call: call.place):
        serve(room, call)


def new_day(room: Room) -> None:
    """Figures begin anew, and who is idle is ranked by the new ones. A new time zone counts from
    the next midnight."""
    room.day_starts, room.day_ends = day_around(room.now, room.plan.timezone)
    for agent in room.agents.values():
        agent.figures.new_day()
        if agent.state is AgentState.READY:
            agent.take_seats()


def _waiting(room: Room) -> list[Call]:
    return [call for call in room.calls.values() if call.state is CallState.WAITING]
