"""How a call leaves a queue without an agent: causes, and the way to the dialplan.

| cause          | when                                                        | who waits already |
|----------------|-------------------------------------------------------------|-------------------|
| max_wait       | `max_wait` in the queue                                     | overflows         |
| full           | `max_length` calls wait                                     | stays             |
| ratio          | more calls would wait than `max_ratio` for each signed in   | stays             |
| estimated_wait | the wait is foretold to be longer than `max_estimate`       | stays             |
| no_agent       | nobody is signed in, even for the last step of asking less  | overflows         |
| none_ready     | all who are signed in are not ready, by the same token      | overflows         |
| emergency      | the queue is closed at once                                 | overflows         |
| key-N          | he pressed the key N, which leads elsewhere                 | stays             |

The cause `closed` is the dialplan's: a queue outside its hours is not entered at all.
"""

from callcenter.acd.calls.attempts import note_attempts
from callcenter.acd.calls.call import Call
from callcenter.acd.commands import Overflow
from callcenter.acd.facts import CallOverflowed
from callcenter.acd.machine import Trigger
from callcenter.acd.matching.pools import Queue
from callcenter.acd.room import Room

MAX_WAIT = "max_wait"
FULL = "full"
RATIO = "ratio"
ESTIMATED_WAIT = "estimated_wait"
NO_AGENT = "no_agent"
NONE_READY = "none_ready"
EMERGENCY = "emergency"
KEY = "key-"
"""Begins the cause of who left by a key of his own."""


def refusal(call: Call) -> str:
    """Why the queue does not take this new call at all; empty when it does."""
    queue, policy = call.queue, call.queue.policy
    waiting = len(queue.order)
    if policy.max_length is not None and waiting >= policy.max_length:
        return FULL
    pool = queue.pool
    if len(pool.idle) or not pool.signed_in:
        return ""
    if policy.max_ratio is not None and waiting + 1 > policy.max_ratio * pool.signed_in:
        return RATIO
    if policy.max_estimate_s is not None:
        estimate_s = queue.estimator.wait_s(queue.position(call.place), pool.at_work)
        if estimate_s is not None and estimate_s > policy.max_estimate_s:
            return ESTIMATED_WAIT
    return ""


def hopeless(queue: Queue) -> str:
    """Why nobody should wait in this queue now; empty when waiting makes sense."""
    policy, pool = queue.policy, queue.stages[-1].pool
    if policy.emergency:
        return EMERGENCY
    if not pool.signed_in:
        return NO_AGENT if policy.overflow_when_empty else ""
    return NONE_READY if policy.overflow_when_none_ready and not pool.at_work else ""


def no_use(queue: Queue) -> str:
    """Why nobody should be sent into this queue who never overflows; empty when he may be."""
    return hopeless(queue) or ("" if queue.stages[-1].pool.signed_in else NO_AGENT)


def wait_limit(call: Call) -> float | None:
    """How long it may wait, in seconds."""
    return None if call.stays else call.queue.policy.max_wait_s


def hand_over(room: Room, call: Call, trigger: Trigger, cause: str, key: str = "") -> None:
    """The other way a call leaves the floor, beside `ending.end`: the dialplan has it now."""
    call.move(trigger)
    room.forget(call)
    queue = call.queue.policy.name
    room.facts.append(CallOverflowed(room.now, call.id, queue, cause))
    room.commands.append(Overflow(call.id, queue, cause, key))
    note_attempts(room.handed_over, call.id, call.attempts)
