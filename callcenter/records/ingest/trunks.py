"""Which lines of trunks a call took, read from Asterisk's events of it. Pure."""

from collections.abc import Iterable, Iterator, Sequence

from callcenter.records.ingest.cel import CelRow
from callcenter.records.journal.platform_facts import TrunkUsed
from callcenter.terms import Direction

_PHONE = "PJSIP/"
_BUSY, _DECLINED = 17, 21
_RANG = frozenset({0, 16, 18, 19, 26, 31})
"""Q.850 causes of a call that was not answered and did not fail: rang out, or was given up."""


def trunk_facts(rows: Iterable[CelRow]) -> Iterator[TrunkUsed]:
    """A fact for each channel of a trunk among the rows of one call that is over.

    Agents' phones have numbers for names, trunks have words. A call that is tried over a second
    trunk keeps the channel's id, but has a channel name of each.
    """
    by_channel: dict[str, list[CelRow]] = {}
    for row in rows:
        if row.channel.startswith(_PHONE) and not trunk_of(row.channel).isdigit():
            by_channel.setdefault(row.channel, []).append(row)
    for channel, mine in by_channel.items():
        yield _used(trunk_of(channel), mine)


def trunk_of(channel: str) -> str:
    """The endpoint of a channel such as `PJSIP/operator-0000002a`."""
    return channel.removeprefix(_PHONE).rpartition("-")[0]


def _used(trunk: str, rows: Sequence[CelRow]) -> TrunkUsed:
    first, last = rows[0], rows[-1]
    cause = next((row.cause for row in rows if row.event == "HANGUP"), 0)
    answered = any(row.event == "ANSWER" for row in rows)
    ours = first.uniqueid != first.linkedid or "+" in first.uniqueid  # a callback's: CALL+cb
    return TrunkUsed(
        at=first.at,
        trunk=trunk,
        call=first.linkedid,
        direction=Direction.OUT if ours else Direction.IN,
        result="answered" if answered else _result(cause),
        cause=cause,
        until=last.at,
    )


def _result(cause: int) -> str:
    if cause == _BUSY:
        return "busy"
    if cause == _DECLINED:
        return "rejected"
    return "failed" if failed(cause) else "no_answer"


def failed(cause: int) -> bool:
    """True for the Q.850 cause of a line that did not carry the call."""
    return cause not in (_BUSY, _DECLINED, *_RANG)
