"""After a gap: what Asterisk holds, beside what the journal knew."""

import pytest
from callcenter.acd.events import CallEntered, CallKnown
from callcenter.acd.recall import Recall
from callcenter.live.resync import Holdings, Resynced, resync
from callcenter.pbx.ari.events import Bridge, Channel
from callcenter.terms import CallState

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
