"""Messages that callers left."""

from collections.abc import Callable, Mapping
from typing import Any

from callcenter.records.fold.drafts import VoicemailMessage
from callcenter.records.fold.owed import owe
from callcenter.records.fold.page import Page
from callcenter.records.journal.facts import VoicemailLeft
from callcenter.records.tables.columns import ms


def _message_left(fact: VoicemailLeft, page: Page) -> None:
    if (fact.call, fact.message) in page.messages:
        return
    page.add_message(
        VoicemailMessage(
            call_id=fact.call,
            message_id=fact.message,
            box=fact.box,
            left_at=ms(fact.at),
            file=fact.file,
            duration_ms=ms(fact.duration_s),
        )
    )
    call = page.calls.get(fact.call)
    if call is not None and call.ended_at is not None:
        owe(page, call)


FOLDS: Mapping[type, Callable[[Any, Page], None]] = {
    VoicemailLeft: _message_left,
}
