"""The floor's commands as requests to Asterisk, in their order."""

import asyncio
from collections.abc import Callable, Coroutine
from typing import Any

import pytest
from callcenter.acd import commands as acd
from callcenter.acd import talk_commands as talks
from callcenter.acd.events import CallLost, LegFailed
from callcenter.acd.talk_commands import AnswerTransfer
from callcenter.acd.target import Target
from callcenter.live.calls.hearing import Hearing
from callcenter.live.calls.outbound import Outbound
from callcenter.live.calls.perform import Performer
from callcenter.live.calls.places import Places
from callcenter.live.calls.queue_dress import QueueDress
from callcenter.live.effects import Effects
from callcenter.live.talks.perform import TalkPerformer
from callcenter.live.talks.referrals import Referrals
from callcenter.live.told import Told
from callcenter.pbx.ari.events import Bridge, Channel, StasisEnd
from callcenter.pbx.errors import BridgeGone, PbxError, PbxGone, PbxLost, PbxRefused
from callcenter.qa.stage import until
from callcenter.terms import RingResult, TargetKind

pytestmark = pytest.mark.pure

CALL, LEG = "n-1.1", "n-1.1~1"


class Asterisk:
    """Writes down what is asked of it, and fails where it is told to."""

    def __init__(self) -> None:
        self.asked: list[str] = []
        self.fails: dict[str, PbxError] = {}
        self.rung: dict[str, Any] = {}

    def __getattr__(self, verb: str) -> Callable[..., Coroutine[Any, Any, None]]:
        async def ask(*words: object, **more: object) -> None:
            if verb == "originate":
                self.rung = dict(more)
            self.asked.append(" ".join([verb, *map(str, words)]))
            if verb in self.fails:
                raise self.fails[verb]

        return ask


class Bench:
    """A performer and all that it tells."""

    def __init__(self, tasks: asyncio.TaskGroup) -> None:
        self.asterisk = Asterisk()
        self.reported: list[Told] = []
        self.answers: list[AnswerTransfer] = []
        self.hearing = Hearing()
        hearing = self.hearing
        hearing.channels[CALL] = Channel(CALL, "PJSIP/t-1", "Up", "138", "Stasis", "", {})
        hearing.channels[LEG] = Channel(LEG, "PJSIP/1001-2", "Up", "", "Stasis", "", {})
        effects = Effects(tasks, self.reported.append)
        ari: Any = self.asterisk
        self.places = Places(ari, effects, hearing)
        self.places.queues = {"sales": QueueDress('"Sales" <x>', "jazz")}
        self.outbound = Outbound(ari, effects, hearing, self.places)
        self.outbound.trunks = lambda number: ("main", "standby")
        self.outbound.shown = "12345"
        self.performer = Performer(
            ari,
            effects,
            hearing,
            self.places,
            agent_changed=lambda agent: self.asterisk.asked.append(f"show {agent}"),
            more=TalkPerformer(
                ari,
                effects,
                hearing,
                self.places,
                self.outbound,
                Referrals(ari, effects),
                self.answers.append,
                lambda call: None,
            ).how,
        )
        self.performer.announcement = lambda told: [f"sound:position-{told.position}"]


async def performed(
    *commands: acd.Command, fails: dict[str, PbxError] | None = None
) -> tuple[list[str], list[Told], dict[str, Any]]:
    """What is asked of Asterisk, what the floor is told, and what went with the last ring."""
    async with asyncio.TaskGroup() as tasks:
        bench = Bench(tasks)
        bench.asterisk.fails = fails or {}
        bench.performer.perform(commands)
    return bench.asterisk.asked, bench.reported, bench.asterisk.rung


RING = acd.RingAgent(CALL, LEG, "1001", "sales", 15.0)
JOIN = acd.Join(CALL, LEG, record=True)


async def test_the_first_caller_of_a_queue_makes_its_waiting_bridge() -> None:
    hold = acd.HoldInQueue(CALL, "sales")
    asked, _, _ = await performed(hold, hold)
    assert asked == [
        "create_bridge wait-sales holding",
        f"add_to_bridge wait-sales {CALL}",
        f"add_to_bridge wait-sales {CALL}",
    ]


async def test_music_begins_for_everyone_who_enters_an_empty_waiting_bridge() -> None:
    async with asyncio.TaskGroup() as tasks:
        bench = Bench(tasks)
        bench.performer.perform([acd.HoldInQueue(CALL, "sales")])
        bench.places.entered(CALL, Bridge("wait-sales", "holding", (CALL,)))
        bench.places.entered("n-1.2", Bridge("wait-sales", "holding", (CALL, "n-1.2")))
    assert bench.asterisk.asked[-1:] == ["start_music wait-sales jazz"]


async def test_music_ends_with_the_last_who_hears_it() -> None:
    async with asyncio.TaskGroup() as tasks:
        bench = Bench(tasks)
        bench.performer.perform([acd.HoldInQueue(CALL, "sales")])
        bench.places.left("n-1.2", Bridge("wait-sales", "holding", (CALL,)))
        bench.places.left(CALL, Bridge("wait-sales", "holding", ()))
        bench.places.entered("n-1.3", Bridge("wait-sales", "holding", ("n-1.3",)))
    assert [line for line in bench.asterisk.asked if "music" in line] == [
        "stop_music wait-sales",
        "start_music wait-sales jazz",
    ]


async def test_a_phone_rings_before_anything_else_is_done() -> None:
    other = acd.HangUpCaller("n-1.9")
    asked, _, _ = await performed(acd.ShowAgent("1001"), other, RING)
    assert asked[0] == "show 1001"  # tells nobody at once
    assert asked[1:] == [f"originate {LEG} PJSIP/1001", "hangup n-1.9 normal"]


async def test_a_leg_carries_what_finds_and_frees_it_again() -> None:
    _, _, ring = await performed(RING)
    assert ring["originator"] == CALL
    assert ring["caller_id"] == '"Sales x" <138>'
    assert ring["variables"] == {
        "CC_CALL": CALL,
        "CC_AGENT": "1001",
        "CC_LEG": LEG,
        "CC_QUEUE": "sales",
        "CC_PEER": "PJSIP/t-1",
        "CHANNEL(hangup_handler_push)": "cc-leg-gone,s,1",
        "TIMEOUT(absolute)": "14400",
    }


async def test_a_prompt_is_stopped_before_its_hearer_is_joined() -> None:
    asked, _, _ = await performed(acd.AnnouncePosition(CALL, 2), JOIN)
    prompt = asked[0].rpartition(" ")[2]
    assert prompt.startswith(f"position-{CALL}-")
    assert asked == [
        f"set_variable {CALL} CC_SAYS {prompt}",
        f"play {CALL} ['sound:position-2']",
        f"stop_playback {prompt}",
        f"create_bridge talk-{CALL} mixing",
        f"add_to_bridge talk-{CALL} {CALL} {LEG}",
        f"set_variable {CALL} CC_PEER PJSIP/1001-2",
        f"set_variable {LEG} CC_PEER PJSIP/t-1",
    ]


async def test_a_prompt_that_began_before_a_gap_is_stopped_too() -> None:
    async with asyncio.TaskGroup() as tasks:
        bench = Bench(tasks)
        said = {"CC_SAYS": "position-before"}
        bench.places.sounds.know(Channel(CALL, "PJSIP/t-1", "Up", "138", "Stasis", "", said))
        bench.performer.perform([acd.AnnouncePosition(CALL, 2), JOIN])
    verbs = [asked.split()[0] for asked in bench.asterisk.asked]
    assert verbs[:5] == ["set_variable", "play", "stop_playback", "stop_playback", "create_bridge"]
    assert bench.asterisk.asked[2] == "stop_playback position-before"


async def test_who_waits_again_after_a_join_that_failed_has_no_other_side() -> None:
    asked, _, _ = await performed(JOIN, acd.HoldInQueue(CALL, "sales"))
    assert asked[-1] == f"set_variable {CALL} CC_PEER "


async def test_an_overflow_tells_the_dialplan_why() -> None:
    asked, _, _ = await performed(acd.Overflow(CALL, "sales", "full"))
    assert asked == [
        f"set_variable {CALL} CC_OVERFLOW full",
        f"continue_in_dialplan {CALL} cc-overflow sales",
    ]


@pytest.mark.parametrize(
    ("error", "reported"),
    [
        (
            PbxRefused("Allocation failed", 500),
            [LegFailed(CALL, LEG, RingResult.UNREACHABLE)],
        ),
        (PbxGone("originator not found"), [LegFailed(CALL, LEG, RingResult.CALLER_GONE)]),
        (PbxLost("no connection"), []),
    ],
)
async def test_a_ring_that_asterisk_does_not_take_is_told(
    error: PbxError, reported: list[Told]
) -> None:
    _, told, _ = await performed(RING, fails={"originate": error})
    assert told == reported


async def test_a_join_is_lost_only_when_neither_side_is_gone() -> None:
    _, told, _ = await performed(JOIN, fails={"add_to_bridge": PbxGone("hung up")})
    assert told == []
    _, told, _ = await performed(JOIN, fails={"add_to_bridge": PbxRefused("no", 500)})
    assert told == [CallLost(CALL, "join refused: no")]


OUTSIDE = talks.RingOutside(CALL, "n-1.1~2", "13800138000", "", 30.0)


async def test_a_number_outside_is_dialled_over_the_first_line_with_the_hotline_s_number() -> None:
    asked, _, ring = await performed(OUTSIDE)
    assert asked == ["originate n-1.1~2 PJSIP/13800138000@main"]
    assert (ring["caller_id"], ring["args"]) == ("<12345>", "leg")
    assert ring["variables"]["CC_PEER"] == "PJSIP/t-1"


async def test_the_standby_line_is_tried_before_anybody_is_told() -> None:
    asked, told, _ = await performed(OUTSIDE, fails={"originate": PbxRefused("no", 500)})
    assert asked == [
        "originate n-1.1~2 PJSIP/13800138000@main",
        "originate n-1.1~2=2 PJSIP/13800138000@standby",
    ]
    assert told == [LegFailed(CALL, "n-1.1~2", RingResult.UNREACHABLE)]


@pytest.mark.parametrize(
    ("result", "code", "again"),
    [
        (RingResult.FAILED, 503, True),
        (RingResult.UNREACHABLE, 408, True),
        (RingResult.BUSY, 486, False),
        (RingResult.DECLINED, 603, False),
        (RingResult.UNREACHABLE, 404, False),
        (RingResult.NO_ANSWER, 0, False),
    ],
)
async def test_only_a_line_that_does_not_carry_is_left_for_the_other(
    result: RingResult, code: int, again: bool
) -> None:
    async with asyncio.TaskGroup() as tasks:
        bench = Bench(tasks)
        bench.performer.perform([OUTSIDE])
        failed = LegFailed(CALL, "n-1.1~2", result, code)
        assert bench.outbound.goes_on(failed) == again
        assert not bench.outbound.goes_on(failed)


async def test_a_caller_is_parked_alone_and_comes_back() -> None:
    asked, _, _ = await performed(talks.ParkCaller(CALL), talks.Rejoin(CALL, (LEG,)))
    assert asked == [
        "create_bridge wait-^park holding",
        f"add_to_bridge wait-^park {CALL}",
        f"create_bridge talk-{CALL} mixing",
        f"add_to_bridge talk-{CALL} {CALL} {LEG}",
        f"set_variable {CALL} CC_PEER PJSIP/1001-2",
        f"set_variable {LEG} CC_PEER PJSIP/t-1",
    ]


async def test_who_asks_over_his_leg_hears_that_it_rings_until_he_is_joined() -> None:
    consult = f"{CALL}^2"
    asked, _, _ = await performed(
        talks.UseLine(consult, LEG), acd.Join(consult, f"{consult}~1", record=False)
    )
    assert asked[:4] == [
        f"ring {LEG}",
        f"ring {LEG}",
        f"create_bridge talk-{consult} mixing",
        f"add_to_bridge talk-{consult} {LEG} {consult}~1",
    ]


async def test_a_second_line_is_known_again_after_a_crash() -> None:
    asked, _, _ = await performed(talks.UseLine(f"{CALL}^2", "n-1.7"))
    assert asked == [f"set_variable n-1.7 CC_PLAYS {CALL}^2", "ring n-1.7"]


async def test_a_third_party_is_freed_with_the_agent() -> None:
    asked, _, _ = await performed(talks.Rejoin(CALL, (LEG, f"{CALL}^2~1")))
    assert f"add_to_bridge talk-{CALL} {CALL} {LEG} {CALL}^2~1" in asked
    assert asked[-1].startswith(f"set_variable {LEG} CC_THIRD")


async def test_a_picked_up_call_lives_on_the_picker_s_channel() -> None:
    leg = f"{CALL}~3"
    asked, _, _ = await performed(
        talks.AdoptLeg(CALL, leg, "n-1.7"), acd.Join(CALL, leg, record=False)
    )
    assert f"set_variable n-1.7 CC_PLAYS {leg}" in asked
    assert "set_variable n-1.7 TIMEOUT(absolute) 14400" in asked
    assert f"add_to_bridge talk-{CALL} {CALL} n-1.7" in asked


async def test_a_caller_who_is_sent_back_into_a_menu_is_the_dialplan_s() -> None:
    to = Target(TargetKind.MENU, "main")
    async with asyncio.TaskGroup() as tasks:
        bench = Bench(tasks)
        bench.performer.perform([talks.SendCaller(CALL, to)])
    assert bench.asterisk.asked == [f"continue_in_dialplan {CALL} cc-menu-main s"]
    assert bench.hearing.hear(StasisEnd(CALL), 0.0) is None


TALK_BRIDGE = Bridge(f"talk-{CALL}", "mixing", ())


def destroyed(bench: Bench) -> list[str]:
    return [line for line in bench.asterisk.asked if line.startswith("destroy")]


async def test_a_bridge_for_which_somebody_is_bound_is_not_ended() -> None:
    async with asyncio.TaskGroup() as tasks:
        bench = Bench(tasks)
        bench.places.left(LEG, TALK_BRIDGE)
        bench.places.tidy()
        bench.performer.perform([talks.Rejoin(CALL, (LEG,))])
        bench.places.left(LEG, TALK_BRIDGE)
        bench.places.tidy()
    assert destroyed(bench) == [f"destroy_bridge talk-{CALL}"]


async def test_the_empty_bridge_of_a_call_that_goes_on_is_kept_until_its_end() -> None:
    on_the_floor = {CALL}
    async with asyncio.TaskGroup() as tasks:
        bench = Bench(tasks)
        bench.places.lasts = on_the_floor.__contains__
        bench.places.left(LEG, TALK_BRIDGE)
        bench.places.tidy()
        await asyncio.sleep(0)
        assert destroyed(bench) == []
        on_the_floor.clear()
        bench.places.tidy()
        bench.places.tidy()
    assert destroyed(bench) == [f"destroy_bridge talk-{CALL}"]


async def test_who_enters_keeps_a_bridge() -> None:
    async with asyncio.TaskGroup() as tasks:
        bench = Bench(tasks)
        bench.places.left(LEG, TALK_BRIDGE)
        bench.places.entered(LEG, Bridge(f"talk-{CALL}", "mixing", (LEG,)))
        bench.places.tidy()
    assert destroyed(bench) == []


async def test_a_bridge_that_was_just_ending_is_made_again() -> None:
    async with asyncio.TaskGroup() as tasks:
        bench = Bench(tasks)
        bench.asterisk.fails = {"add_to_bridge": BridgeGone("Bridge not found")}
        bench.performer.perform([JOIN])
        add = f"add_to_bridge talk-{CALL} {CALL} {LEG}"
        await until(lambda: bench.asterisk.asked.count(add) > 1, "asked again", 5.0)
        bench.asterisk.fails = {}
    assert bench.reported == []
    assert bench.asterisk.asked.count(f"create_bridge talk-{CALL} mixing") >= 2
