"""After a gap, channels of calls whose sides have changed places are known for what they play."""

import pytest
from callcenter.acd.known import CallEntered, CallKnown
from callcenter.acd.restart.recall import Recall
from callcenter.live.restart.resync import Holdings, resync
from callcenter.live.restart.turned import turned_round
from callcenter.pbx.ari.events import Bridge, Channel
from callcenter.terms import CallKind, CallState

pytestmark = pytest.mark.pure

APP, CALL, LEG, NEXT = "callcenter", "n-1.1", "n-1.1~1", "n-1.1~2"


def channel(id: str, args: str, **variables: str) -> Channel:
    return Channel(id, f"PJSIP/x-{id}", "Up", "12345", "Stasis", f"{APP},{args}", variables)


PLACER = channel(CALL, "dial,139", CC_AGENT="1009")
FAR = channel(LEG, "leg")


def known(state: CallState, leg: str = "", agent: str = "", *turned: str) -> CallKnown:
    entered = CallEntered(CALL, "", "139", "9139", 990.0, 1000.0)
    return CallKnown(
        entered, 990.0, state, 2, leg, agent, 1000.0 if leg else None,
        kind=CallKind.OUTBOUND, turned=turned or (LEG,),
    )  # fmt: skip


def found(call: CallKnown, *channels: Channel, bridges: tuple[Bridge, ...] = ()) -> Holdings:
    return turned_round(Holdings(channels, bridges, 500.0), Recall({}, {CALL: call}))


def plays(holdings: Holdings) -> dict[str, str]:
    return {c.id: c.variables.get("CC_PLAYS", "") for c in holdings.channels}


def test_who_was_called_is_the_caller_s_side_and_who_called_the_leg() -> None:
    talk = Bridge(f"talk-{CALL}", "mixing", (CALL, LEG))
    call = known(CallState.TALKING, LEG, "1001")
    holdings = found(call, PLACER, FAR, bridges=(talk,))
    assert plays(holdings) == {CALL: LEG, LEG: CALL}
    assert [c.caller for c in holdings.channels] == ["12345", "139"]
    seen = resync(holdings, Recall({}, {CALL: call}), APP, 2000.0)
    (told,) = seen.restored.calls
    assert (told.leg, told.agent, told.joined_at) == (LEG, "1001", 1000.0)
    assert (seen.strays, seen.restored.orphans, seen.newcomers) == ((), (), ())


def test_who_handed_him_on_and_is_still_there_is_told_apart_from_him() -> None:
    call = known(CallState.WAITING)
    seen = resync(found(call, PLACER, FAR), Recall({}, {CALL: call}), APP, 2000.0)
    (told,) = seen.restored.calls
    assert told.leg == LEG, "the channel of the agent, which the floor hangs up"
    assert seen.restored.vanished == ()


def test_over_a_second_trunk_the_channel_has_another_name() -> None:
    far = channel(f"{LEG}=2", "leg", CC_PLAYS=LEG)
    assert plays(found(known(CallState.WAITING), far)) == {f"{LEG}=2": CALL}


def test_colleagues_who_hand_each_other_on_change_places_in_turn() -> None:
    call = known(CallState.TALKING, NEXT, "1002", LEG, NEXT)
    third = channel(NEXT, "leg", CC_AGENT="1003")
    # 1001 called 1002 and handed him on to 1003, to whom 1002 talks and whom he hands on now.
    assert plays(found(call, PLACER, FAR, third)) == {CALL: LEG, LEG: NEXT, NEXT: CALL}


def test_calls_that_nobody_turned_are_left_alone() -> None:
    call = CallKnown(CallEntered(CALL, "q", "139", "12345", 1.0, 2.0), 2.0)
    holdings = Holdings((PLACER,), (), 500.0)
    assert turned_round(holdings, Recall({}, {CALL: call})) is holdings
