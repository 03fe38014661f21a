"""Floor and Asterisk, held beside each other: what differs, and when it counts."""

from dataclasses import replace

import pytest
from callcenter.acd.agents.agent import UNREACHABLE
from callcenter.acd.events import CallerGone, LegGone, PhoneBack, PhoneGone
from callcenter.acd.standing import Standing
from callcenter.acd.talk_events import LineGone
from callcenter.acd.views import AgentView
from callcenter.live.health.heal import (
    CODE_LOOKS,
    IDLE_LOOKS,
    Believed,
    Difference,
    HangUp,
    Mend,
    PutInLine,
    PutTogether,
    Remove,
    Seen,
    Suspicions,
    TakeIn,
    differences,
)
from callcenter.pbx.ari.events import Bridge, Channel
from callcenter.terms import AgentState, CallKind

pytestmark = pytest.mark.pure

WAITS = Standing("c", CallKind.INBOUND, True, (), "desk", False, "")
TALKS = Standing("c", CallKind.INBOUND, True, ("c~1",), "", True, "")
CALLER = Channel("c", "PJSIP/line-1", "Up", "139", "Stasis", "app,queue,desk", {})
LEG = Channel("c~1", "PJSIP/1001-2", "Up", "", "Stasis", "app,leg", {})
MUSIC = Bridge("wait-desk", "holding", ("c",))
TALK = Bridge("talk-c", "mixing", ("c", "c~1"))
ANN = AgentView("ann", AgentState.READY, "", 0, 0, 0, "", "", ())


def mends(
    *calls: Standing,
    channels: tuple[Channel, ...] = (),
    bridges: tuple[Bridge, ...] = (),
    agents: tuple[AgentView, ...] = (),
    phones: dict[str, bool] | None = None,
) -> list[Mend]:
    return [d.mend for d in found(calls, channels, bridges, agents, phones)]


def found(
    calls: tuple[Standing, ...],
    channels: tuple[Channel, ...],
    bridges: tuple[Bridge, ...],
    agents: tuple[AgentView, ...] = (),
    phones: dict[str, bool] | None = None,
) -> list[Difference]:
    seats = {"bob": "ann"}
    believed = Believed(calls, agents, "app", str, str, lambda agent: seats.get(agent, agent))
    return differences(Seen(channels, bridges, phones or {}), believed)


def test_where_both_agree_nothing_is_mended() -> None:
    assert mends(WAITS, channels=(CALLER,), bridges=(MUSIC,)) == []
    assert mends(TALKS, channels=(CALLER, LEG), bridges=(TALK,)) == []
    others = Channel("x", "PJSIP/line-9", "Up", "139", "Playback", "hello", {})
    assert mends(channels=(others,)) == []


def test_a_call_without_its_channels_ends_as_calls_end() -> None:
    assert mends(TALKS, channels=(LEG,)) == [CallerGone("c")]
    assert mends(TALKS, channels=(CALLER,), bridges=(MUSIC,)) == [LegGone("c", "c~1")]
    rings = replace(WAITS, legs=("c~1", "c~2"))
    assert mends(rings, channels=(CALLER, LEG), bridges=(MUSIC,)) == [LegGone("c", "c~2")]
    consult = Standing("c^2", CallKind.CONSULT, True, (), "", False, "line")
    assert mends(consult) == [LineGone("c^2", "line")]
    nobody = Standing("c+cb", CallKind.CALLBACK, False, (), "", False, "")
    assert mends(nobody) == []


def test_who_is_in_the_wrong_bridge_is_put_into_the_right_one() -> None:
    assert mends(WAITS, channels=(CALLER,)) == [PutInLine("c", "desk")]
    alone = Bridge("talk-c", "mixing", ("c",))
    assert mends(WAITS, channels=(CALLER,), bridges=(alone,)) == [PutInLine("c", "desk")]
    assert mends(TALKS, channels=(CALLER, LEG), bridges=(alone,)) == [PutTogether("c", "c~1")]
    held = replace(TALKS, talks=False)
    assert mends(held, channels=(CALLER, LEG), bridges=(MUSIC,)) == []


def test_what_belongs_to_nothing_is_ended_and_who_asked_is_taken_in() -> None:
    assert mends(channels=(LEG,)) == [HangUp("c~1")]
    assert mends(channels=(CALLER,)) == [TakeIn("c", "desk")]
    assert mends(bridges=(Bridge("talk-c", "mixing", ()), Bridge("wait-desk", "holding", ()))) == [
        Remove("talk-c")
    ]
    line = Channel("l", "PJSIP/1001-3", "Up", "", "Stasis", "app,dial,1002", {})
    assert mends(channels=(line,)) == [HangUp("l")]
    assert mends(channels=(line,), bridges=(Bridge("x", "mixing", ("l", "m")),)) == []
    snoop = Channel("s", "Snoop/c~1-0001", "Up", "", "Stasis", "app,snoop", {})
    assert mends(channels=(snoop,)) == [HangUp("s")]


def test_a_line_that_calls_a_code_has_two_minutes() -> None:
    line = Channel("l", "PJSIP/1001-3", "Up", "", "Stasis", "app,code,figures", {})
    (difference,) = found((), (line,), ())
    assert (difference.mend, difference.looks) == (HangUp("l"), CODE_LOOKS)


def test_a_channel_with_which_nothing_is_done_has_a_minute() -> None:
    idle = Channel("i", "PJSIP/1001-3", "Up", "", "", "", {})
    (difference,) = found((), (idle,), ())
    assert (difference.mend, difference.looks) == (HangUp("i"), IDLE_LOOKS)
    rings = replace(idle, state="Ringing")
    music = replace(idle, name="Announcer/ARI_MOH-1;1")
    assert mends(channels=(rings, music)) == []
    assert mends(channels=(idle,), bridges=(Bridge("native", "mixing", ("i", "j")),)) == []


def test_phones_that_are_away_and_back() -> None:
    away = replace(ANN, state=AgentState.NOT_READY, reason=UNREACHABLE)
    lunch = replace(away, reason="lunch")
    guest = replace(ANN, agent="bob")
    assert mends(agents=(ANN,), phones={"ann": True}) == []
    assert mends(agents=(ANN, guest), phones={"ann": False, "bob": True}) == [
        PhoneGone("ann"),
        PhoneGone("bob"),
    ]
    assert mends(agents=(away, lunch), phones={"ann": True}) == [PhoneBack("ann")]
    assert mends(agents=(lunch,), phones={"ann": False}) == []
    assert mends(agents=(ANN,)) == []


def test_a_difference_counts_when_it_is_seen_again_and_then_begins_anew() -> None:
    gone, back = Difference("x", CallerGone("c")), Difference("y", PhoneBack("ann"), looks=1)
    suspicions = Suspicions()
    assert suspicions.confirmed([gone, back]) == [back]
    assert suspicions.confirmed([]) == []
    assert suspicions.confirmed([gone]) == []
    assert suspicions.confirmed([gone]) == [gone]
    assert suspicions.confirmed([gone]) == []


def test_a_caller_whose_call_has_ended_is_hung_up_and_not_taken_in_again() -> None:
    def mends_of(channel: Channel) -> list[Mend]:
        believed = Believed((), (), "app", str, str, str, ended={"c"})
        return [each.mend for each in differences(Seen((channel,), (), {}), believed)]

    assert mends_of(CALLER) == [HangUp("c")]
    assert mends_of(replace(CALLER, app="Read", app_data="")) == []
