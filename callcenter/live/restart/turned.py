"""Channels of calls whose sides have changed places, found again after a gap.

Asterisk is not told of the change: the journal knows it, and that in order.
"""

from collections.abc import Iterator
from dataclasses import replace

from callcenter.acd.known import CallKnown
from callcenter.acd.restart.recall import Recall
from callcenter.live.restart.resync import Holdings
from callcenter.pbx.ari.events import Channel


def turned_round(holdings: Holdings, recall: Recall) -> Holdings:
    """The same, each channel with what it plays now."""
    turned = {
        name: (known, place) for known in recall.calls.values() for name, place in _changes(known)
    }
    if not turned:
        return holdings
    channels = tuple(
        _dressed(channel, *turned[name]) if name in turned else channel
        for channel in holdings.channels
        for name in (channel.variables.get("CC_PLAYS") or channel.id,)
    )
    return replace(holdings, channels=channels)


def _changes(known: CallKnown) -> Iterator[tuple[str, str]]:
    """What a channel was made as, and what it plays now."""
    call = known.entered.call
    made_as: dict[str, str] = {}
    for leg in known.turned:
        made_as[call], made_as[leg] = made_as.get(leg, leg), made_as.get(call, call)
    for place, name in made_as.items():
        if place != name:
            yield name, place


def _dressed(channel: Channel, known: CallKnown, place: str) -> Channel:
    variables = {**channel.variables, "CC_PLAYS": place}
    if place == known.leg:
        variables["CC_AGENT"] = known.agent
    if place == known.entered.call:
        return replace(channel, variables=variables, caller=known.entered.caller)
    return replace(channel, variables=variables)
