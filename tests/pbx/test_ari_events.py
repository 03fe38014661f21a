"""Asterisk's messages as they came over the socket, read once."""

import json
from typing import Any

import pytest
from callcenter.pbx.ari import events
from callcenter.pbx.ari.events import parse

pytestmark = pytest.mark.pure

CHANNEL = (
    '{"id":"node-1.5","name":"PJSIP/trunk-00000003","state":"Up","protocol_id":"x",'
    '"caller":{"name":"","number":"13812341234"},"connected":{"name":"","number":""},'
    '"accountcode":"","dialplan":{"context":"cc-queue","exten":"sales","priority":5,'
    '"app_name":"Stasis","app_data":"callcenter,queue,sales"},'
    '"channelvars":{"CC_QUEUE":"sales","CC_LEG":""},"language":"zh"}'
)
BRIDGE = (
    '{"id":"talk-node-1.5","technology":"simple_bridge","bridge_type":"mixing",'
    '"bridge_class":"stasis","creator":"Stasis","name":"","channels":["node-1.5","node-1.5~1"]}'
)
AS_READ = events.Channel(
    "node-1.5",
    "PJSIP/trunk-00000003",
    "Up",
    "13812341234",
    "Stasis",
    "callcenter,queue,sales",
    {"CC_QUEUE": "sales"},
)
TALK = events.Bridge("talk-node-1.5", "mixing", ("node-1.5", "node-1.5~1"))


def test_a_callers_number_cannot_steer_a_terminal() -> None:
    channel = json.loads(CHANNEL)
    channel["caller"]["number"] = "\x1b]0;138\x9b\ud800"
    assert events.parse_channel(channel).caller == "?]0;138??"


def message(kind: str, **fields: str) -> dict[str, Any]:
    parts = [f'"type":"{kind}"', *(f'"{name}":{text}' for name, text in fields.items())]
    read = json.loads("{" + ",".join(parts) + "}")
    assert isinstance(read, dict)
    return read


@pytest.mark.parametrize(
    ("raw", "event"),
    [
        (
            message("StasisStart", channel=CHANNEL, args='["queue","sales"]'),
            events.StasisStart(AS_READ, ("queue", "sales"), ""),
        ),
        (
            message("StasisStart", channel=CHANNEL, args="[]", replace_channel=CHANNEL),
            events.StasisStart(AS_READ, (), "node-1.5"),
        ),
        (message("StasisEnd", channel=CHANNEL), events.StasisEnd("node-1.5")),
        (
            message("ChannelStateChange", channel=CHANNEL.replace('"Up"', '"Ringing"')),
            events.Ringing("node-1.5"),
        ),
        (message("ChannelStateChange", channel=CHANNEL), None),
        (
            message("ChannelHangupRequest", channel=CHANNEL, cause="32", soft="true"),
            events.HangupAsked("node-1.5", 32),
        ),
        (message("ChannelHangupRequest", channel=CHANNEL), events.HangupAsked("node-1.5", 0)),
        (
            message("ChannelDestroyed", channel=CHANNEL, cause="19", tech_cause="480"),
            events.ChannelDestroyed("node-1.5", 19, 480),
        ),
        (
            message("ChannelDestroyed", channel=CHANNEL, cause="26"),
            events.ChannelDestroyed("node-1.5", 26, 0),
        ),
        (
            message("ChannelEnteredBridge", channel=CHANNEL, bridge=BRIDGE),
            events.EnteredBridge("node-1.5", TALK),
        ),
        (
            message("ChannelLeftBridge", channel=CHANNEL, bridge=BRIDGE),
            events.LeftBridge("node-1.5", TALK),
        ),
        (
            message("PlaybackFinished", playback='{"id":"farewell-1","state":"done"}'),
            events.PlaybackFinished("farewell-1"),
        ),
        (
            message(
                "ChannelTransfer",
                refer_to='{"requested_destination":{"destination":"1002"}}',
                referred_by=f'{{"source_channel":{CHANNEL}}}',
            ),
            events.TransferAsked("node-1.5", "1002"),
        ),
        (
            message(
                "ChannelTransfer",
                state='"channel_answered"',
                refer_to='{"requested_destination":{"destination":"1002"}}',
                referred_by=f'{{"source_channel":{CHANNEL}}}',
            ),
            events.TransferTold("node-1.5"),
        ),
        (message("ApplicationReplaced", application='"callcenter"'), events.Replaced()),
        (message("ChannelVarset", channel=CHANNEL, variable='"X"'), None),
        (message("SomethingNew"), None),
    ],
)
def test_a_message_is_one_event_or_none(raw: dict[str, Any], event: events.Event | None) -> None:
    assert parse(raw) == event


def test_a_message_without_a_field_that_asterisk_documents_is_an_error() -> None:
    with pytest.raises(KeyError):
        parse(message("StasisEnd"))
