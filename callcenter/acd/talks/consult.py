"""What an agent does with a consult: ask somebody, swap, come back, hand over, talk with both.

| the agent              | asking                | speaking, away        | merged            |
|------------------------|-----------------------|-----------------------|-------------------|
| swaps                  | refused               | to the other one      | refused           |
| merges                 | refused               | all three talk        | they do           |
| returns                | he is with his caller | he is with his caller | the third is out  |
| completes, or hangs up | the caller waits for  | the caller and who    | caller and third  |
|                        | who was asked         | was asked talk        | go on             |
| ends his second line   | as returns            | as returns            | it is ended       |

When the consulted party leaves, or nobody was there, the agent is back with his caller. When the
caller hangs up, the consult ends and both are free.
"""

from callcenter.acd.calls.call import Call
from callcenter.acd.calls.ending import begin_hold, end_hold
from callcenter.acd.calls.line import serve
from callcenter.acd.commands import HoldInQueue
from callcenter.acd.events import CallEntered
from callcenter.acd.machine import Stay
from callcenter.acd.room import Room
from callcenter.acd.talk_commands import AnswerTransfer, HangUpLine, ParkCaller, Rejoin, UseLine
from callcenter.acd.talk_events import (
    CONSULT_MARK,
    ConsultAsked,
    ConsultCompleted,
    ConsultReturned,
    LineGone,
    MergeAsked,
    SwapAsked,
)
from callcenter.acd.talk_facts import ConsultMerged, ConsultStarted
from callcenter.acd.talks.consultation import Consult
from callcenter.acd.talks.handing import back_to_caller, complete
from callcenter.acd.talks.party import NOT_PERMITTED, PEOPLE, ring_party
from callcenter.acd.talks.transfer import lead_talk, refuse, talk_of, why_not
from callcenter.terms import CallKind, ConsultState, TargetKind

NO_CONSULT = "no_consult"
NOT_ANSWERED = "not_answered"
"""Why a wish of the asking agent is refused."""


def consult_asked(room: Room, event: ConsultAsked) -> None:
    """The caller hears music, and whom the agent wants to ask is called."""
    found = talk_of(room, event.call, event.leg)
    if found is None:
        _end_line(room, event)
        return
    root, agent = found
    allowed = event.to.kind in PEOPLE
    reason = why_not(room, root, agent, event.to) if allowed else NOT_PERMITTED
    if reason:
        refuse(room, root, agent, event, reason)
        _end_line(room, event)
        return
    lead_talk(room, root, event.leg)
    consult = _begin(room, root, event)
    begin_hold(room, root, root.leg)
    room.commands += ParkCaller(root.id), UseLine(consult.call.id, event.line or root.leg)
    _call_party(room, consult)


def _end_line(room: Room, event: ConsultAsked) -> None:
    if event.line:
        room.commands.append(HangUpLine("", event.line))


def _begin(room: Room, root: Call, event: ConsultAsked) -> Consult:
    to, told = event.to, root.entered
    root.attempts += 1
    name = f"{root.id}{CONSULT_MARK}{root.attempts}"
    queue = room.matching.queues[to.name] if to.kind is TargetKind.QUEUE else root.queue
    asker = root.name_of(root.leg)
    entered = CallEntered(
        name, queue.policy.name, asker, to.name, room.now, room.now, told.language, 0, told.test
    )
    call = Call(entered, queue, room.now, 0, CallKind.CONSULT)
    call.move(CallEntered)
    room.calls[name] = call
    consult = root.consult = call.consult = Consult(root, call, to, event.line)
    consult.move(ConsultAsked)
    room.facts.append(ConsultStarted(room.now, root.id, name, asker, to.kind, to.name, event.line))
    return consult


def _call_party(room: Room, consult: Consult) -> None:
    call = consult.call
    if consult.to.kind is TargetKind.QUEUE:
        serve(room, call)
        room.commands.append(HoldInQueue(call.id, call.queue.policy.name))
    else:
        ring_party(room, call, consult.to)


def swap_asked(room: Room, event: SwapAsked) -> None:
    """To whom he does not talk to now; the other one hears music."""
    consult = _consult(room, event)
    if consult is None or _refused(room, consult, event):
        return
    root, call = consult.root, consult.call
    if consult.state is ConsultState.AWAY:
        end_hold(room, root, room.now)
        room.commands += ParkCaller(call.id), Rejoin(root.id, (root.leg,))
    else:
        begin_hold(room, root, root.leg)
        room.commands += ParkCaller(root.id), Rejoin(call.id, (call.leg,))


def merge_asked(room: Room, event: MergeAsked) -> None:
    """All three talk, on the agent's first line."""
    consult = _consult(room, event)
    if consult is None or _refused(room, consult, event):
        return
    root, call = consult.root, consult.call
    end_hold(room, root, room.now)
    room.facts.append(ConsultMerged(room.now, root.id, call.id))
    room.commands.append(Rejoin(root.id, (root.leg, call.leg)))
    if consult.line:
        room.commands.append(HangUpLine(call.id, consult.line))
        consult.line = ""


def consult_completed(room: Room, event: ConsultCompleted) -> None:
    """The caller goes to whom was asked."""
    consult = _consult(room, event)
    if consult is not None:
        complete(room, consult, ConsultCompleted)


def consult_returned(room: Room, event: ConsultReturned) -> None:
    """The agent is back with his caller; whom he asked is let go."""
    consult = _consult(room, event)
    if consult is not None:
        back_to_caller(room, consult, ConsultReturned, "returned")


def line_gone(room: Room, event: LineGone) -> None:
    """The agent's second line has ended: he is back with his caller."""
    call = room.calls.get(event.consult)
    consult = call.consult if call is not None else None
    if consult is not None and consult.line == event.line:
        consult.line = ""
        back_to_caller(room, consult, LineGone, "returned")


def _consult(
    room: Room, event: SwapAsked | MergeAsked | ConsultCompleted | ConsultReturned
) -> Consult | None:
    """The consult of the agent whose leg it is; he is told when there is none."""
    call = room.legs.get(event.leg)
    if call is None or call.consult is None or call.kind is CallKind.CONSULT:
        answer = AnswerTransfer(event.call, event.leg, done=False, reason=NO_CONSULT)
        room.commands.append(answer)
        return None
    return call.consult


def _refused(room: Room, consult: Consult, event: SwapAsked | MergeAsked) -> bool:
    """Make the consult's move; True, and he is told, when it cannot be made now."""
    move = consult.move(type(event))
    if move is Stay.LATER:
        reason = NOT_ANSWERED
    elif move is Stay.LATE:
        reason = NO_CONSULT
    else:
        return False
    room.commands.append(AnswerTransfer(event.call, event.leg, done=False, reason=reason))
    return True
