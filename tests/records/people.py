"""A history in which two people's numbers stand wherever a number can."""

from callcenter.acd.facts import CallOverflowed, CallQueued, RingEnded, RingStarted
from callcenter.acd.talk_facts import CallbackMissed, CallbackRequested, CallPlaced
from callcenter.records.journal.contract_facts import CallCorrected
from callcenter.records.journal.facts import (
    ActDone,
    JournalFact,
    MessageDone,
    OwedAssigned,
    OwedDone,
    VoicemailLeft,
)
from callcenter.terms import CallKind, Outcome, RingResult, TargetKind
from tests.records.story import C, consulted, ended, queued, talks, transferred

AT = 1764500000.0
ANN, BOB = "13800001111", "13900002222"
"""Ann is owed nothing at the end; Bob is."""


def told() -> list[JournalFact]:
    """Ann calls, is led outside to Bob, misses us, asks for a callback, leaves a message, is
    blacklisted; Bob calls in vain."""
    return [
        queued(AT, caller=ANN),
        *talks(1, "1001", AT + 5, AT + 60)[:-1],
        *consulted(AT + 20, 1, "1001", "1002", AT + 22),
        *transferred(AT + 60, 1, "1001", TargetKind.OUTSIDE, BOB),
        RingStarted(AT + 61, C, f"{C}~2", "", "", {"chose": "outside", "number": BOB}),
        RingEnded(AT + 90, C, f"{C}~2", "", RingResult.NO_ANSWER, 480),
        ended(AT + 91, Outcome.ANSWERED),
        queued(AT + 100, call="a2", caller=f"+86{ANN}"),
        ended(AT + 130, Outcome.ABANDONED_QUEUE, call="a2"),
        OwedAssigned(AT + 140, ANN, "1001", "9001"),
        OwedDone(AT + 150, ANN, "9001", f"{ANN} 已回电"),
        queued(AT + 200, call="a3", caller=ANN),
        VoicemailLeft(AT + 230, "a3", "day", "m1", "default/day/INBOX/msg0000.wav", 8.0),
        CallOverflowed(AT + 210, "a3", "general", "full"),
        ended(AT + 231, Outcome.VOICEMAIL, call="a3"),
        MessageDone(AT + 240, "a3", "m1", "1001", f"rang {ANN}"),
        queued(AT + 300, call="a4", caller=ANN),
        CallbackRequested(
            AT + 310, "a4", "a4+cb", ANN, "general", 0, AT + 300, "12345", "zh", False, AT + 9000
        ),
        ended(AT + 310, Outcome.CALLBACK_REQUESTED, call="a4"),
        CallbackMissed(AT + 320, "a4+cb", "1001", 1, RingResult.BUSY, 486, None),
        ended(AT + 321, Outcome.OUTBOUND, "withdrawn", call="a4+cb"),
        CallPlaced(
            AT + 400, "o1", CallKind.OUTBOUND, "1002", TargetKind.OUTSIDE, ANN, ANN, "12345"
        ),
        *talks(1, "1002", AT + 405, AT + 430, call="o1"),
        ended(AT + 430, Outcome.OUTBOUND, call="o1"),
        ActDone(AT + 500, "9001", "blacklist_add", ANN, f"caller {ANN} insults", "done"),
        CallCorrected(AT + 510, "a2", "caller", f"0086{ANN}", f"was +86{ANN}", "9001"),
        CallQueued(AT + 600, "b1", "housing", BOB, "12345", AT + 595, AT + 600, "zh", 0, False),
        ended(AT + 640, Outcome.ABANDONED_QUEUE, call="b1"),
    ]
