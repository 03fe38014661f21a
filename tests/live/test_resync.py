"""After a gap: what Asterisk holds, beside what the journal knew."""

import json
from dataclasses import replace

import pytest
from callcenter.acd.commands import HangUpCaller, Overflow
from callcenter.acd.facts import CallEnded, CallOverflowed
from callcenter.acd.known import CallEntered, CallKnown, ConsultKnown, DialKnown
from callcenter.acd.restart.recall import Recall
from callcenter.acd.talk_commands import SendCaller, TakeLeave
from callcenter.acd.talk_facts import CallSent
from callcenter.acd.target import Target
from callcenter.live.restart.resync import Holdings, Resynced, resync
from callcenter.pbx.ari.events import Bridge, Channel
from callcenter.records.journal.codec import decode, encode
from callcenter.records.journal.facts import CelRead, FilePlace
from callcenter.records.journal.state import JournalState, Snapshot
from callcenter.terms import CallKind, CallState, Outcome, TargetKind

pytestmark = pytest.mark.pure

APP = "callcenter"
STARTED, NOW = 500.0, 2000.0
CALL, LEG = "n-1.1", "n-1.1~2"


def caller(id: str = CALL, app: str = "Stasis", **variables: str) -> Channel:
    return Channel(id, f"PJSIP/t-{id}", "Up", "138", app, f"{APP},queue,sales", variables)


def leg(id: str = LEG, state: str = "Up") -> Channel:
    return Channel(id, f"PJSIP/1001-{id}", state, "", "Stasis", f"{APP},leg", {"CC_AGENT": "1001"})


def known(state: CallState, leg: str = "", joined_at: float | None = None) -> CallKnown:
    entered = CallEntered(CALL, "sales", "138", "12345", 990.0, 1000.0)
    return CallKnown(entered, 1000.0, state, 2, leg, "1001" if leg else "", joined_at)


def look(
    channels: list[Channel],
    call: CallKnown | None = None,
    bridges: tuple[Bridge, ...] = (),
    started: float = STARTED,
) -> Resynced:
    calls = {call.entered.call: call} if call else {}
    return resync(Holdings(tuple(channels), bridges, started), Recall({}, calls), APP, NOW)


def test_who_waits_is_found_and_keeps_his_place() -> None:
    (found,) = look([caller()], known(CallState.WAITING)).restored.calls
    assert (found.entered.requested_at, found.attempts, found.leg) == (1000.0, 2, "")


def test_who_talks_is_found_with_his_agent() -> None:
    talk = Bridge(f"talk-{CALL}", "mixing", (CALL, LEG))
    seen = look([caller(), leg()], known(CallState.TALKING, LEG, 1010.0), (talk,))
    (found,) = seen.restored.calls
    assert (found.leg, found.agent, found.answered, found.joined_at) == (LEG, "1001", True, 1010.0)
    assert (seen.restored.orphans, seen.strays, seen.empty_bridges) == ((), (), ())


def test_who_was_joined_while_nobody_looked_talks_from_now() -> None:
    talk = Bridge(f"talk-{CALL}", "mixing", (CALL, LEG))
    (found,) = look([caller(), leg()], known(CallState.JOINING, LEG), (talk,)).restored.calls
    assert found.joined_at == NOW


def test_a_ringing_phone_is_found_unanswered() -> None:
    (found,) = look([caller(), leg(state="Ringing")], known(CallState.RINGING, LEG)).restored.calls
    assert (found.leg, found.answered, found.joined_at) == (LEG, False, None)


def test_the_leg_that_the_journal_knew_is_kept_and_others_are_orphans() -> None:
    other = "n-1.1~3"
    seen = look([caller(), leg(other), leg()], known(CallState.RINGING, LEG))
    (found,) = seen.restored.calls
    assert (found.leg, found.attempts) == (LEG, 3)
    assert seen.restored.orphans == ((CALL, other),)


def test_an_agent_whose_caller_is_gone_is_an_orphan() -> None:
    seen = look([leg()], known(CallState.TALKING, LEG, 1010.0))
    assert seen.restored.orphans == ((CALL, LEG),)
    (gone,) = seen.restored.vanished
    assert (gone.platform, gone.at) == (False, NOW)


def test_a_call_of_an_asterisk_that_went_down_was_lost_by_the_platform() -> None:
    (gone,) = look([], known(CallState.WAITING), started=1500.0).restored.vanished
    assert (gone.platform, gone.at) == (True, 1500.0)


def test_a_caller_who_went_on_in_the_dialplan_has_left() -> None:
    seen = look([caller(app="Queue")], known(CallState.WAITING))
    assert (len(seen.restored.calls), len(seen.restored.vanished)) == (0, 1)


def test_callers_whom_the_journal_does_not_know_come_in_their_order() -> None:
    late = caller("n-1.2", CC_REQUESTED="1900.5")
    early = caller("n-1.3", CC_REQUESTED="1800.5")
    assert [call.call for call in look([late, early]).newcomers] == ["n-1.3", "n-1.2"]


def test_what_belongs_to_nothing_is_cleared_away() -> None:
    code = Channel("n-1.8", "PJSIP/1001-8", "Up", "", "Stasis", f"{APP},code,ready", {})
    other = Channel("n-1.9", "PJSIP/1002-9", "Up", "", "Dial", "PJSIP/1003", {})
    empty, used = Bridge("talk-x", "mixing", ()), Bridge("talk-y", "mixing", ("n-1.9",))
    seen = look([code, other], bridges=(empty, used, Bridge("wait-sales", "holding", ())))
    assert (seen.strays, seen.empty_bridges) == (("n-1.8",), ("talk-x",))
    assert seen.still == ("wait-sales",)


def a_consult(line: str = "", merged: bool = False) -> dict[str, CallKnown]:
    """The journal's word: 1001 asks 1002 about his caller."""
    name = f"{CALL}^3"
    entered = CallEntered(name, "sales", "1001", "1002", 1020.0, 1020.0)
    asked = CallKnown(
        entered,
        1020.0,
        CallState.TALKING,
        1,
        f"{name}~1",
        "1002",
        1030.0,
        kind=CallKind.CONSULT,
        consult=ConsultKnown(Target(TargetKind.AGENT, "1002"), line, merged),
    )
    return {CALL: known(CallState.TALKING, LEG, 1010.0), name: asked}


def look_at(calls: dict[str, CallKnown], channels: list[Channel], *bridges: Bridge) -> Resynced:
    return resync(Holdings(tuple(channels), bridges, STARTED), Recall({}, calls), APP, NOW)


ASKED = f"{CALL}^3~1"


def line(id: str = "n-1.9", plays: str = f"{CALL}^3") -> Channel:
    variables = {"CC_AGENT": "1001", "CC_PLAYS": plays}
    return Channel(id, "PJSIP/1001-9", "Up", "1001", "Stasis", f"{APP},dial,1002", variables)


def test_a_consult_over_a_second_line_is_found() -> None:
    talk = Bridge(f"talk-{CALL}^3", "mixing", ("n-1.9", ASKED))
    seen = look_at(a_consult("n-1.9"), [caller(), leg(), leg(ASKED), line()], talk)
    root, asked = seen.restored.calls
    assert (root.leg, root.joined_at) == (LEG, None)
    assert (asked.leg, asked.joined_at, asked.line_there) == (ASKED, 1030.0, True)
    assert (seen.restored.orphans, seen.strays) == ((), ())


def test_a_second_line_that_has_gone_is_told() -> None:
    seen = look_at(a_consult("n-1.9"), [caller(), leg(), leg(ASKED)])
    assert [call.line_there for call in seen.restored.calls] == [True, False]


def test_a_consult_over_the_agent_s_leg_and_a_talk_of_three_are_found() -> None:
    channels = [caller(), leg(), leg(ASKED)]
    aside = Bridge(f"talk-{CALL}^3", "mixing", (LEG, ASKED))
    assert look_at(a_consult(), channels, aside).restored.calls[1].joined_at == 1030.0
    three = Bridge(f"talk-{CALL}", "mixing", (CALL, LEG, ASKED))
    found = look_at(a_consult(merged=True), channels, three).restored.calls
    assert [call.joined_at for call in found] == [1010.0, 1030.0]


def test_a_consult_ends_with_its_caller() -> None:
    seen = look_at(a_consult(), [leg(), leg(ASKED)])
    assert seen.restored.calls == ()
    assert len(seen.restored.vanished) == 2
    assert {name for _, name in seen.restored.orphans} == {LEG, ASKED}


def test_a_party_who_was_handed_the_caller_is_the_call_s_leg() -> None:
    calls = {CALL: known(CallState.TALKING, ASKED, 1040.0)}
    talk = Bridge(f"talk-{CALL}", "mixing", (CALL, ASKED))
    (found,) = look_at(calls, [caller(), leg(ASKED)], talk).restored.calls
    assert (found.leg, found.joined_at) == (ASKED, 1040.0)


def test_a_picked_up_call_is_found_by_what_its_channel_plays() -> None:
    calls = {CALL: known(CallState.TALKING, LEG, 1010.0)}
    talk = Bridge(f"talk-{CALL}", "mixing", (CALL, "n-1.9"))
    seen = look_at(calls, [caller(), line(plays=LEG)], talk)
    (found,) = seen.restored.calls
    assert (found.leg, found.joined_at, seen.strays) == (LEG, 1010.0, ())


def test_a_call_that_nobody_wrote_down_is_a_stray() -> None:
    assert look_at({}, [line(plays="")]).strays == ("n-1.9",)


def test_who_is_being_offered_a_callback_is_asked_anew() -> None:
    offered = Channel("n-1.7", "PJSIP/line-7", "Up", "139", "Stasis", f"{APP},callback,sales", {})
    seen = look([offered])
    assert [(told.channel.id, told.args) for told in seen.anew] == [
        ("n-1.7", ("callback", "sales"))
    ]
    assert seen.strays == ()


def test_who_picked_up_when_called_back_is_asked_anew_and_no_agent_rings_before() -> None:
    name = f"{CALL}+cb"
    entered = CallEntered(name, "sales", "138", "12345", 1050.0, 1000.0)
    dialled = CallKnown(
        entered,
        1050.0,
        CallState.DIALLING,
        agent="1001",
        kind=CallKind.CALLBACK,
        dialling=DialKnown("138", 5000.0, 1),
    )
    there = Channel(name, "PJSIP/t-9", "Up", "138", "Stasis", f"{APP},callback", {})
    seen = look_at({name: dialled}, [there])
    assert [(told.channel.id, told.args) for told in seen.anew] == [(name, ("callback",))]
    (found,) = seen.restored.calls
    assert (found.caller_there, found.answered, seen.strays) == (True, False, ())
    reached = replace(dialled, dialling=DialKnown("138", 5000.0, 1, reached=True))
    assert look_at({name: reached}, [there]).anew == ()


PARTED = {
    "ended": (CallEnded(1100.0, CALL, Outcome.ANSWERED, "agent"), HangUpCaller(CALL)),
    "to be asked": (
        CallEnded(1100.0, CALL, Outcome.ANSWERED, "agent", "quality"),
        SendCaller(CALL, Target(TargetKind.SURVEY, "quality")),
    ),
    "called back": (
        CallEnded(1100.0, CALL, Outcome.CALLBACK_REQUESTED, "callback"),
        TakeLeave(CALL),
    ),
    "overflowed": (
        CallOverflowed(1100.0, CALL, "sales", "max_wait"),
        Overflow(CALL, "sales", "max_wait"),
    ),
    "by a key": (
        CallOverflowed(1100.0, CALL, "sales", "key-2"),
        Overflow(CALL, "sales", "key-2", "2"),
    ),
    "sent": (
        CallSent(1100.0, CALL, TargetKind.MENU, "main"),
        SendCaller(CALL, Target(TargetKind.MENU, "main")),
    ),
}


@pytest.mark.parametrize("how", PARTED)
def test_who_has_left_the_floor_and_is_still_here_goes_where_he_was_to_go(how: str) -> None:
    told, command = PARTED[how]
    recall = Recall({}, {}, {}, {CALL: told})
    for args in ("queue,sales", "callback,sales"):
        here = replace(caller(CC_ENTERED="1000.5"), app_data=f"{APP},{args}")
        seen = resync(Holdings((here,), (), STARTED), recall, APP, NOW)
        assert seen.unfinished == (command,)
        assert (seen.newcomers, seen.strays, seen.anew) == ((), (), ())


def test_who_has_come_again_by_way_of_a_menu_is_a_newcomer() -> None:
    recall = Recall({}, {}, {}, {CALL: CallOverflowed(1100.0, CALL, "sales", "max_wait")})
    again = caller(CC_ENTERED="1100.000500", CC_REQUESTED="1000.5")
    seen = resync(Holdings((again,), (), STARTED), recall, APP, NOW)
    assert (seen.unfinished, [call.call for call in seen.newcomers]) == ((), [CALL])


def test_the_journal_forgets_who_has_left_when_asterisk_has_told_his_end() -> None:
    state = JournalState()
    state.apply(CallEnded(1100.0, CALL, Outcome.ANSWERED, "agent"))
    kept = decode(Snapshot, json.loads(json.dumps(encode(state.snapshot(1200.0)))))
    assert set(JournalState(kept).recall.parted) == {CALL}
    state.apply(CelRead(1101.0, FilePlace(), FilePlace(), settled=(CALL,)))
    assert state.recall.parted == {}
