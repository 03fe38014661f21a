"""Facts that people tell by hand, on their way into the journal of a running controller.

Request `note` on the control socket, with `facts`: a JSON list of `{"type": …, "value": …}`.
"""

import json
from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence
from typing import Any, TypeAlias, get_args

from callcenter.records.journal.codec import CodecError, decode, encode
from callcenter.records.journal.facts import ActDone, HandFact, JournalFact
from callcenter.records.journal.recordings_facts import (
    RecordingDestroyed,
    RecordingsHeld,
    RecordingsReleased,
)

Note: TypeAlias = HandFact | ActDone | RecordingsHeld | RecordingsReleased | RecordingDestroyed

_KINDS: Mapping[str, type] = {kind.__name__: kind for kind in get_args(Note)}


class NotesDesk:
    """Answers the request; `requests` is handed to the control socket."""

    def __init__(self, note: Callable[[Sequence[JournalFact]], None]) -> None:
        """`note` writes facts into the journal."""
        self._note = note
        self.requests: Mapping[
            str, Callable[[Mapping[str, object]], Awaitable[Mapping[str, Any]]]
        ] = {"note": self._take}
        """Name of a request -> what answers it; raises ValueError, whose text is the answer."""

    async def _take(self, request: Mapping[str, object]) -> Mapping[str, Any]:
        facts = unpack(str(request.get("facts", "")))
        self._note(facts)
        return {"noted": len(facts)}


def pack(facts: Iterable[Note]) -> str:
    """Facts as the request carries them."""
    return json.dumps([{"type": type(fact).__name__, "value": encode(fact)} for fact in facts])


def unpack(text: str) -> list[Note]:
    """The facts that `pack` wrote. Raises ValueError."""
    try:
        return [decode(_KINDS[item["type"]], item["value"]) for item in json.loads(text)]
    except (ValueError, KeyError, TypeError, CodecError) as wrong:
        raise ValueError(f"these are no notes: {wrong}") from None
