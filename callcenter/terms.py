"""The words every floor speaks: how a call ends, how a ring attempt ends, what an agent does.

A value is what stands in the journal, in the tables and in reports, so it never changes its
meaning; a new meaning gets a new word.
"""

from enum import StrEnum


class Outcome(StrEnum):
    """How a call ended. Every inbound call ends with exactly one of these."""

    ANSWERED = "answered"
    """An agent and the caller talked for longer than zero (人工接通)."""
    ABANDONED_QUEUE = "abandoned_queue"
    """The caller hung up while waiting and no agent's phone was ringing (排队放弃)."""
    ABANDONED_RING = "abandoned_ring"
    """The caller hung up while an agent rang, or was picked up with talk = 0 (振铃放弃)."""
    TIMEOUT = "timeout"
    """The wait reached its limit and the caller left no message (排队超时)."""
    VOICEMAIL = "voicemail"
    """The call overflowed and the caller left a message (溢出留言)."""
    CALLBACK_REQUESTED = "callback_requested"
    """The caller gave up the line for a callback (预约回呼)."""
    REFUSED_FULL = "refused_full"
    """The queue had reached its length limit (队列满)."""
    REFUSED_NOAGENT = "refused_noagent"
    """Nobody was signed in who could serve the queue (无人值守)."""
    SYSTEM_FAIL = "system_fail"
    """We lost the call: a fault of the platform (平台中断)."""
    IVR_END = "ivr_end"
    """The call ended before a human was asked for (IVR 内结束)."""
    BLACKLISTED = "blacklisted"
    """Refused by the blacklist before any request (黑名单拦截)."""
    OUTBOUND = "outbound"
    """A call that we placed; its own result stands in its ring attempts (人工外呼)."""


class RingResult(StrEnum):
    """How one ring attempt at one agent ended."""

    ANSWERED = "answered"
    NO_ANSWER = "no_answer"
    """The phone rang until the ring timeout."""
    BUSY = "busy"
    """486: the phone is in a call that the engine does not know."""
    DECLINED = "declined"
    """603 or 403: the agent pressed reject."""
    UNREACHABLE = "unreachable"
    """No registered contact, no reply, 404, 408 or 480."""
    FAILED = "failed"
    """Anything else; the SIP code stands beside it."""
    CALLER_GONE = "caller_gone"
    """The caller hung up or was moved while the phone rang; not the agent's miss."""
    MACHINE = "machine"
    """Picked up, but nobody pressed the key that was asked for: an answering machine, say."""
    ELSEWHERE = "elsewhere"
    """Another agent took the call first (ring all, pickup); not this agent's miss."""


class AgentState(StrEnum):
    """What an agent does. Only READY agents are offered calls."""

    SIGNED_OUT = "signed_out"
    READY = "ready"
    NOT_READY = "not_ready"
    RESERVED = "reserved"
    """Chosen for a call; the INVITE is on its way."""
    RINGING = "ringing"
    TALKING = "talking"
    WRAP_UP = "wrap_up"


class CallState(StrEnum):
    """Where a call is while the floor holds it."""

    WAITING = "waiting"
    """In a queue; nobody's phone rings for it."""
    RINGING = "ringing"
    """An agent was chosen and is called."""
    JOINING = "joining"
    """The agent picked up; the two are being brought together."""
    TALKING = "talking"
    DIALLING = "dialling"
    """A callback: its agent is reserved, and the caller is being dialled."""
    POSTPONED = "postponed"
    """A callback whose caller was not reached; he waits in line again after a while."""
    GONE = "gone"
    """Ended, handed over to the dialplan, or never seen."""


class ConsultState(StrEnum):
    """Where a consult is: whom the agent talks to while somebody is asked for his caller."""

    ASKING = "asking"
    """The consulted party is called, or waited for in a queue."""
    SPEAKING = "speaking"
    """The agent talks with the consulted party; the caller hears music."""
    AWAY = "away"
    """The agent is back with his caller for a while; the consulted party hears music."""
    MERGED = "merged"
    """All three talk."""
    GONE = "gone"


class Direction(StrEnum):
    """Which side placed the call."""

    IN = "in"
    OUT = "out"
    INTERNAL = "internal"
    """Between agents, or from an agent to a queue; never part of the hotline's figures."""


class CallKind(StrEnum):
    """What a call on the floor is."""

    INBOUND = "inbound"
    """A caller from outside asked for a human."""
    OUTBOUND = "outbound"
    """An agent calls somebody outside."""
    INTERNAL = "internal"
    """An agent calls a colleague or a queue, without a caller behind it."""
    CONSULT = "consult"
    """An agent asks somebody while his caller waits; part of that caller's call."""
    CALLBACK = "callback"
    """A caller gave up the line but kept his place; he is dialled when his turn comes."""


class TargetKind(StrEnum):
    """Where a call can be sent, or who can be consulted."""

    AGENT = "agent"
    QUEUE = "queue"
    OUTSIDE = "outside"
    """A number outside, over a trunk."""
    MENU = "menu"
    VOICEMAIL = "voicemail"
    SURVEY = "survey"


class PartyClass(StrEnum):
    """Who is on the outside end; `test` calls are left out of every measure."""

    CITIZEN = "citizen"
    ROBOT = "robot"
    STAFF = "staff"
    TEST = "test"


class HandledBy(StrEnum):
    """Who distributed the call."""

    CONTROLLER = "controller"
    ASTERISK = "asterisk"
    """The controller was away: Asterisk's own queue or voicemail took the call."""


def caller_number(told: str) -> str:
    """A caller's number as we keep it: what the line told, with `?` for all that has no shape.

    It comes from outside and may hold anything: on a terminal a control character would act, and
    not every database takes it.
    """
    return "".join(c if c.isprintable() else "?" for c in told)
