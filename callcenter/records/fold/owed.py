"""Callers who are still owed a call: who becomes one, and what settles it."""

from callcenter.records.fold.drafts import Call, Owed
from callcenter.records.fold.page import Page
from callcenter.terms import Direction, Outcome, PartyClass

MISSED = frozenset(
    {
        Outcome.ABANDONED_QUEUE,
        Outcome.ABANDONED_RING,
        Outcome.TIMEOUT,
        Outcome.REFUSED_FULL,
        Outcome.REFUSED_NOAGENT,
        Outcome.SYSTEM_FAIL,
    }
)
"""Who asked for a human and got none is owed a call; so is who got one and was lost after that."""


def owe(page: Page, call: Call) -> None:
    """Note what an ended call leaves open: a message, or that nobody answered."""
    if call.direction != Direction.IN or call.party_class == PartyClass.TEST:
        return
    messages = page.messages_of(call.call_id)
    reason = _last_outcome(page, call)
    if messages:
        owe_party(page, call, Outcome.VOICEMAIL, call.caller, messages[-1].box)
    elif reason in MISSED:
        owe_party(page, call, reason, call.caller)


def _last_outcome(page: Page, call: Call) -> str:
    """Of who was answered, handed on and not answered there: how that ended."""
    stays = page.segments.get(call.call_id)
    answered = call.outcome == Outcome.ANSWERED
    return (stays[-1].outcome if stays and answered else call.outcome) or ""


def owe_party(page: Page, call: Call, reason: str, number: str, box: str = "") -> None:
    """One more call without an answer. Of a caller without a number only messages count."""
    who = page.party(number)
    if not who:
        if not box:
            return
        who = f"call:{call.call_id}"
    at = call.ended_at or call.arrived_at
    owed = page.owed.get(who)
    if owed is None:
        owed = Owed(
            party=who, number=number, first_at=at, last_at=at, times=0,
            reason=reason, call_id=call.call_id,
        )  # fmt: skip
        page.owed[who] = page.add(owed)
    elif owed.call_id == call.call_id and owed.reason == reason:
        return  # told again
    owed.times += 1
    owed.number, owed.last_at, owed.reason, owed.call_id = number, at, reason, call.call_id
    owed.queue, owed.called = call.queue or owed.queue, call.called
    owed.box = box or owed.box


def serve(page: Page, call: Call, agent: str, at: int) -> None:
    """Somebody talked with the party of this call: nothing is owed to it any more."""
    if call.direction == Direction.INTERNAL:
        return
    inbound = call.direction == Direction.IN
    who = page.party(call.caller if inbound else call.called)
    how = "answered" if inbound else "called_back"
    settle(page, who, how, agent or call.agent, at, settled_call=call.call_id)


def settle(
    page: Page, who: str, how: str, by: str, at: int, *, settled_call: str = "", note: str = ""
) -> None:
    """Close the open row of a party, if there is one."""
    owed = page.owed.pop(who, None)
    if owed is None:
        return
    owed.settled_at, owed.settled_how, owed.settled_by = at, how, by
    owed.settled_call, owed.note = settled_call, note
