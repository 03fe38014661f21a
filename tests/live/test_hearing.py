"""Asterisk's events as the floor hears them."""

import pytest
from callcenter.acd import events as acd
from callcenter.acd.talk_events import DialledAnswered, DialledFailed, LineGone
from callcenter.live.calls.hearing import Hearing
from callcenter.pbx.ari import events as pbx
from callcenter.terms import RingResult

pytestmark = pytest.mark.pure

CALL, LEG = "node-1.1", "node-1.1~1"
NOW = 1000.0


def channel(id: str, state: str = "Up", **variables: str) -> pbx.Channel:
    return pbx.Channel(id, f"PJSIP/x-{id}", state, "13812341234", "Stasis", "", variables)


def talk(*members: str) -> pbx.Bridge:
    return pbx.Bridge(f"talk-{CALL}", "mixing", members)


def heard(*events: pbx.Event) -> list[acd.Event]:
    """What the floor hears of these, after a caller has come to the queue."""
    hearing = Hearing()
    hearing.hear(pbx.StasisStart(channel(CALL), ("queue", "sales"), ""), NOW)
    found = (hearing.hear(event, NOW) for event in events)
    return [event for event in found if event is not None]


ANSWERED = pbx.StasisStart(channel(LEG), ("leg",), "")


def test_a_caller_enters_with_what_the_dialplan_wrote() -> None:
    start = pbx.StasisStart(
        channel(
            CALL,
            CC_CALLED="12345",
            CC_ARRIVED="900.250",
            CC_REQUESTED="990.500",
            CC_LANGUAGE="en",
            CC_TEST="1",
        ),
        ("queue", "sales"),
        "",
    )
    assert Hearing().hear(start, NOW) == acd.CallEntered(
        CALL, "sales", "13812341234", "12345", 900.25, 990.5, "en", test=True
    )


def test_a_caller_without_times_arrives_now() -> None:
    start = pbx.StasisStart(channel(CALL, CC_REQUESTED="nonsense"), ("queue", "sales"), "")
    event = Hearing().hear(start, NOW)
    assert isinstance(event, acd.CallEntered)
    assert (event.arrived_at, event.requested_at) == (NOW, NOW)


def test_the_hangup_is_told_by_its_first_sign() -> None:
    assert heard(pbx.HangupAsked(CALL, 16)) == [acd.CallerGone(CALL, 16)]


def test_channels_that_are_nobodys_are_not_told() -> None:
    assert heard(pbx.HangupAsked("node-1.9", 16), pbx.StasisEnd("node-1.9")) == []


def test_an_agent_rings_answers_talks_and_hangs_up() -> None:
    assert heard(
        pbx.Ringing(LEG),
        ANSWERED,
        pbx.EnteredBridge(CALL, talk(CALL)),
        pbx.EnteredBridge(LEG, talk(CALL, LEG)),
        pbx.HangupAsked(LEG, 16),
    ) == [
        acd.LegRinging(CALL, LEG),
        acd.LegAnswered(CALL, LEG),
        acd.LegJoined(CALL, LEG),
        acd.LegGone(CALL, LEG, 16),
    ]


def test_the_waiting_bridge_joins_nobody() -> None:
    wait = pbx.Bridge("wait-sales", "holding", (CALL, LEG))
    assert heard(pbx.EnteredBridge(CALL, wait)) == []


@pytest.mark.parametrize(
    ("before", "code", "result", "told"),
    [
        ((pbx.Ringing(LEG),), 480, RingResult.NO_ANSWER, 0),
        ((), 480, RingResult.UNREACHABLE, 0),
        ((pbx.Ringing(LEG), pbx.HangupAsked(LEG, 0)), 480, RingResult.UNREACHABLE, 480),
        ((pbx.HangupAsked(LEG, 17),), 486, RingResult.BUSY, 486),
    ],
)
def test_a_vain_ring_ends_once_and_with_the_phones_own_code(
    before: tuple[pbx.Event, ...], code: int, result: RingResult, told: int
) -> None:
    events = heard(*before, pbx.ChannelDestroyed(LEG, 19, code))
    assert events[-1] == acd.LegFailed(CALL, LEG, result, told)
    assert sum(isinstance(event, acd.LegFailed | acd.LegGone) for event in events) == 1


def test_a_leg_that_another_channel_replaced_lives_on_in_it() -> None:
    """A transfer in Asterisk's core: the first channel's end means nothing any more."""
    local = pbx.StasisStart(channel("node-1.5"), (), LEG)
    assert heard(
        ANSWERED,
        local,
        pbx.EnteredBridge("node-1.5", talk(CALL, "node-1.5")),
        pbx.StasisEnd(LEG),
        pbx.HangupAsked("node-1.5", 16),
    ) == [
        acd.LegAnswered(CALL, LEG),
        acd.LegJoined(CALL, LEG),
        acd.LegGone(CALL, LEG, 16),
    ]


def test_found_channels_are_known_as_if_they_had_been_heard() -> None:
    hearing = Hearing()
    hearing.know(channel(CALL))
    hearing.know(channel(LEG))
    assert hearing.name(LEG) == f"PJSIP/x-{LEG}"
    assert hearing.hear(pbx.ChannelDestroyed(LEG, 16, 0), NOW) == acd.LegGone(CALL, LEG, 16)
    assert hearing.hear(pbx.StasisEnd(CALL), NOW) == acd.CallerGone(CALL, 0)


def test_a_second_line_s_end_is_told_with_its_consult() -> None:
    hearing = Hearing()
    dialled = pbx.StasisStart(channel("node-1.7"), ("dial", "1002"), "")
    assert hearing.hear(dialled, NOW) is None
    hearing.take_place("node-1.7", f"{CALL}^2")
    assert hearing.channel(f"{CALL}^2") == "node-1.7"
    assert hearing.hear(pbx.StasisEnd("node-1.7"), NOW) == LineGone(f"{CALL}^2", "node-1.7")


def test_who_asks_over_his_leg_stays_that_leg() -> None:
    hearing = Hearing()
    hearing.know(channel(LEG))
    hearing.take_place(LEG, f"{CALL}^2")
    joined = pbx.EnteredBridge(
        f"{CALL}^2~1", pbx.Bridge(f"talk-{CALL}^2", "mixing", (LEG, f"{CALL}^2~1"))
    )
    assert hearing.hear(joined, NOW) == acd.LegJoined(f"{CALL}^2", f"{CALL}^2~1")
    assert hearing.hear(pbx.HangupAsked(LEG, 16), NOW) == acd.LegGone(CALL, LEG, 16)


def test_a_channel_that_serves_as_a_leg_ends_as_one() -> None:
    hearing = Hearing()
    hearing.know(channel("node-1.7"))
    hearing.take_place("node-1.7", f"{CALL}~2")
    both = pbx.Bridge(f"talk-{CALL}", "mixing", (CALL, "node-1.7"))
    assert hearing.hear(pbx.EnteredBridge("node-1.7", both), NOW) == acd.LegJoined(
        CALL, f"{CALL}~2"
    )
    assert hearing.hear(pbx.HangupAsked("node-1.7", 16), NOW) == acd.LegGone(CALL, f"{CALL}~2", 16)


def test_the_two_sides_of_a_call_change_places() -> None:
    hearing = Hearing()
    hearing.hear(pbx.StasisStart(channel(CALL, CC_AGENT="1001"), ("dial", "139"), ""), NOW)
    hearing.hear(ANSWERED, NOW)
    hearing.turn(CALL, LEG, "139")
    assert (hearing.channel(CALL), hearing.channel(LEG)) == (LEG, CALL)
    assert (hearing.place(CALL), hearing.place(LEG)) == (LEG, CALL)
    assert hearing.channels[LEG].caller == "139"
    assert hearing.hear(pbx.StasisEnd(CALL), NOW) == acd.LegGone(CALL, LEG, 0)
    assert hearing.hear(pbx.ChannelDestroyed(CALL, 16, 0), NOW) == acd.LegGone(CALL, LEG, 16)
    assert hearing.hear(pbx.HangupAsked(LEG, 16), NOW) == acd.CallerGone(CALL, 16)


def test_the_one_who_came_last_into_a_talk_is_told() -> None:
    hearing = Hearing()
    third = f"{CALL}^2~1"
    three = pbx.Bridge(f"talk-{CALL}", "mixing", (CALL, LEG, third))
    assert hearing.hear(pbx.EnteredBridge(third, three), NOW) == acd.LegJoined(CALL, third)


def test_a_caller_who_is_dialled_back() -> None:
    hearing, name = Hearing(), f"{CALL}+cb"
    assert hearing.hear(pbx.Ringing(name), NOW) is None
    failed = hearing.hear(pbx.ChannelDestroyed(name, 17, 486), NOW)
    assert failed == DialledFailed(name, RingResult.BUSY, 486)
    answered = pbx.StasisStart(channel(name), ("callback",), "")
    assert hearing.hear(answered, NOW) == DialledAnswered(name)
    assert hearing.hear(pbx.HangupAsked(name, 16), NOW) == acd.CallerGone(name, 16)


def test_who_was_given_to_the_dialplan_is_not_heard_of_again() -> None:
    hearing = Hearing()
    hearing.know(channel(CALL))
    hearing.let_go(CALL)
    assert hearing.hear(pbx.StasisEnd(CALL), NOW) is None
