"""The floor: what happens goes in, what is decided comes out."""

from collections.abc import Callable, Mapping
from typing import Any

from callcenter.acd import replan
from callcenter.acd.agents import duty, pausing
from callcenter.acd.agents.agent import Agent
from callcenter.acd.calls import callers, legs, line
from callcenter.acd.deadlines import Due
from callcenter.acd.events import (
    AgentNotReady,
    AgentReady,
    AgentSignedIn,
    AgentSignedOut,
    CallEntered,
    CallerGone,
    CallLost,
    Event,
    LegAnswered,
    LegFailed,
    LegGone,
    LegJoined,
    LegRinging,
    PhoneBack,
    PhoneGone,
    PlanChanged,
    Restored,
    TimePassed,
    WrapUpExtended,
)
from callcenter.acd.plan import Plan
from callcenter.acd.restart import restore
from callcenter.acd.room import Room, Step
from callcenter.acd.standing import Standing, standing_of
from callcenter.acd.talk_events import (
    AgentCalls,
    CallbackAsked,
    CallbackWithdrawn,
    CallMoved,
    ConsultAsked,
    ConsultCompleted,
    ConsultReturned,
    DialledAnswered,
    DialledFailed,
    HangUpAsked,
    KeyChosen,
    LegHeld,
    LegRetrieved,
    LineGone,
    MarkAsked,
    MergeAsked,
    PickupAsked,
    SwapAsked,
    TakeOverAsked,
    TransferAsked,
)
from callcenter.acd.talks import callback, consult, hold, outbound, pickup, transfer
from callcenter.acd.views import (
    AgentView,
    CallView,
    QueueView,
    view_agent,
    view_call,
    view_queue,
)
from callcenter.terms import CallState


def _time_passed(room: Room, event: TimePassed) -> None:
    for due, name in room.deadlines.pop_due(room.now):
        WHEN_DUE[due](room, name)


WHAT_FOLLOWS: Mapping[type[Event], Callable[[Room, Any], None]] = {
    CallEntered: callers.call_entered,
    CallerGone: callers.caller_gone,
    CallLost: callers.call_lost,
    LegRinging: legs.rings,
    LegAnswered: legs.answered,
    LegJoined: legs.joined,
    LegFailed: legs.over,
    LegGone: legs.over,
    AgentSignedIn: duty.signed_in,
    AgentSignedOut: duty.signed_out,
    AgentReady: duty.ready,
    AgentNotReady: duty.not_ready,
    WrapUpExtended: duty.wrap_up_extended,
    PhoneGone: duty.phone_gone,
    PhoneBack: duty.phone_back,
    LegHeld: hold.leg_held,
    LegRetrieved: hold.leg_retrieved,
    MarkAsked: hold.mark_asked,
    TransferAsked: transfer.transfer_asked,
    CallMoved: transfer.call_moved,
    HangUpAsked: transfer.hang_up_asked,
    ConsultAsked: consult.consult_asked,
    SwapAsked: consult.swap_asked,
    MergeAsked: consult.merge_asked,
    ConsultCompleted: consult.consult_completed,
    ConsultReturned: consult.consult_returned,
    LineGone: consult.line_gone,
    AgentCalls: outbound.agent_calls,
    PickupAsked: pickup.pickup_asked,
    TakeOverAsked: pickup.take_over_asked,
    KeyChosen: callers.key_chosen,
    CallbackAsked: callback.asked,
    CallbackWithdrawn: callback.withdrawn,
    DialledAnswered: callback.dialled_answered,
    DialledFailed: callback.dialled_failed,
    PlanChanged: replan.plan_changed,
    TimePassed: _time_passed,
    Restored: restore.restored,
}

WHEN_DUE: Mapping[Due, Callable[[Room, str], None]] = {
    Due.RING: legs.ring_overdue,
    Due.JOIN: legs.join_overdue,
    Due.MAX_WAIT: line.max_wait_over,
    Due.RELAX: line.relax_due,
    Due.STICKY: line.sticky_over,
    Due.ANNOUNCE: line.announce,
    Due.DIAL: callback.dial_overdue,
    Due.AGAIN: callback.time_to_call_again,
    Due.EXPIRE: callback.expired,
    Due.WRAP_UP: duty.wrap_up_over,
    Due.REST: duty.rest_over,
}


class Floor:
    """Calls, agents and queues of one site. Deterministic: same events, same steps.

    The shell tells it every event, one at a time, writes the step's facts to the journal, then
    performs the step's commands, and tells `TimePassed` when `next_deadline` is reached. Times
    are epoch seconds. All agents begin signed out; `Restored` brings back what was.
    """

    __slots__ = ("_room",)

    def __init__(self, plan: Plan) -> None:
        self._room = Room(plan)
        replan.lay_out(self._room, plan)

    def handle(self, event: Event, now: float) -> Step:
        """What follows from the event, at this time.

        Raises IllegalMove, and changes nothing, when the event cannot be: the outside tells of a
        leg that was never asked to join, for one. Events that come late or twice are no error.
        """
        room = self._room
        room.now = now
        if now >= room.day_ends:
            replan.new_day(room)
        WHAT_FOLLOWS[type(event)](room, event)
        if room.thinned:
            line.settle(room)
        return room.take_step()

    def next_deadline(self) -> float | None:
        """When the next `TimePassed` is wanted; None when nothing runs."""
        return self._room.deadlines.next_at()

    @property
    def plan(self) -> Plan:
        """The plan of now."""
        return self._room.plan

    def calls(self) -> tuple[CallView, ...]:
        """All calls, in the order in which they came to the floor."""
        return tuple(view_call(call) for call in self._room.calls.values())

    def call(self, name: str) -> CallView | None:
        """One call; None when it is not, or no longer, on the floor."""
        call = self._room.calls.get(name)
        return None if call is None else view_call(call)

    def standings(self) -> tuple[Standing, ...]:
        """Of each call, the channels that must exist for it and where they must be."""
        return tuple(standing_of(call) for call in self._room.calls.values())

    def agents(self) -> tuple[AgentView, ...]:
        """All agents of the plan, and those who are gone from it but still in a call."""
        return tuple(self._view(agent) for agent in self._room.agents.values())

    def agent(self, name: str) -> AgentView | None:
        """One agent; None when the plan has none of that name."""
        agent = self._room.agents.get(name)
        return None if agent is None else self._view(agent)

    def _view(self, agent: Agent) -> AgentView:
        return view_agent(agent, self._room.calls.get(agent.call) if agent.in_call else None)

    def may_pause(self, agent: str, reason: str) -> bool:
        """False where the limits of his team would refuse him to be not ready now."""
        known = self._room.agents.get(agent)
        return known is None or not pausing.refused_by(self._room, known, reason)

    def queue_view(self, name: str) -> QueueView:
        """One queue. Raises KeyError for a queue that neither the plan nor a caller knows."""
        return view_queue(self._room.matching.queues[name])

    def queues(self) -> tuple[QueueView, ...]:
        """All queues, also closed ones that still have callers."""
        return tuple(view_queue(queue) for queue in self._room.matching.queues.values())

    def position(self, name: str) -> int | None:
        """The caller's place in his queue, 1 is next; None when he does not wait."""
        call = self._room.calls.get(name)
        if call is None or call.state is not CallState.WAITING:
            return None
        return call.queue.position(call.place)
