"""How calls leave the floor, and what is left to do where a restart came in between. Pure.

The fact is in the journal before the command is performed. Who is found where he was, though he
has left, was on his way: what had been decided about him is done now.
"""

from typing import TypeAlias

from callcenter.acd.calls.overflow import KEY
from callcenter.acd.commands import Command, HangUpCaller, Overflow
from callcenter.acd.facts import CallEnded, CallOverflowed
from callcenter.acd.talk_commands import SendCaller, TakeLeave
from callcenter.acd.talk_facts import CallSent
from callcenter.acd.target import Target
from callcenter.terms import Outcome, TargetKind

Parting: TypeAlias = CallEnded | CallOverflowed | CallSent
"""The last that the floor has told of a call."""


def unfinished(told: Parting) -> Command:
    """What is done with the channel of a caller whose call has left the floor so."""
    if isinstance(told, CallOverflowed):
        key = told.cause.removeprefix(KEY) if told.cause.startswith(KEY) else ""
        return Overflow(told.call, told.queue, told.cause, key)
    if isinstance(told, CallSent):
        return SendCaller(told.call, Target(told.to_kind, told.to))
    if told.outcome is Outcome.CALLBACK_REQUESTED:
        return TakeLeave(told.call)
    if told.survey:
        return SendCaller(told.call, Target(TargetKind.SURVEY, told.survey))
    return HangUpCaller(told.call)
