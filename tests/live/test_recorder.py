"""When recordings begin, and how they are made whole after Asterisk's manager was away."""

import asyncio
from collections.abc import Coroutine, Sequence
from pathlib import Path
from typing import Any

import pytest
from callcenter.acd.facts import TalkEnded, TalkStarted
from callcenter.live.recordings.recorder import Recorder
from callcenter.pbx.errors import PbxGone, PbxLost
from callcenter.records.journal.recordings_facts import (
    RecordingFact,
    RecordingLost,
    RecordingMade,
    RecordingPaused,
    RecordingResumed,
)
from callcenter.records.journal.recordings_pending import PendingRecordings
from callcenter.site.model import Site
from callcenter.terms import Direction

TALK = TalkStarted(1764460800.0, "c", "c~1", "1001", "q")
SITE = Site.model_validate({"site": "x", "queues": {"q": {}, "no": {"record": False}}})


class Ami:
    """A link whose session writes down what it is asked, or fails."""

    def __init__(self) -> None:
        self.asked: list[tuple[str, ...]] = []
        self.error: Exception | None = None

    @property
    def session(self) -> "Ami":
        return self

    def _take(self, *words: str) -> None:
        if self.error is not None:
            raise self.error
        self.asked.append(words)

    async def mixmonitor(self, channel: str, file: str, options: str = "") -> None:
        self._take("record", channel, file, options)

    async def mixmonitor_mute(self, channel: str, muted: bool) -> None:
        self._take("mute" if muted else "unmute", channel)


class Stand:
    """A recorder with its surroundings."""

    def __init__(self, folder: Path) -> None:
        self.ami = Ami()
        self.folder = folder
        self.facts: list[RecordingFact] = []
        self.pending = PendingRecordings({})
        self.work: list[Coroutine[Any, Any, object]] = []
        self.way = Direction.IN
        self.recorder = self.begin()

    def begin(self) -> Recorder:
        """A recorder as after a start of the controller."""
        recorder = Recorder(
            self.ami,  # type: ignore[arg-type]
            start=lambda work: self.work.append(work),
            note=self.note,
            pending=self.pending.by_leg,
            sides=self,  # type: ignore[arg-type]
            folder=self.folder,
        )
        recorder.site = SITE
        return recorder

    def recorded(self, leg: str) -> str:
        return f"PJSIP/{leg}"

    def direction(self, call: str) -> Direction:
        return self.way

    def note(self, facts: Sequence[RecordingFact]) -> None:
        self.facts += facts
        for fact in facts:
            self.pending.apply(fact)

    async def done(self) -> None:
        work, self.work = self.work, []
        await asyncio.gather(*work)


@pytest.fixture
def stand(tmp_path: Path) -> Stand:
    return Stand(tmp_path)


async def test_it_is_in_the_journal_before_asterisk_is_asked(stand: Stand) -> None:
    stand.recorder.hear([TALK])
    (made,) = stand.facts
    assert isinstance(made, RecordingMade)
    assert (made.file, made.queue, made.caller_first) == ("2025/11/30/c~1.raw", "q", False)
    assert stand.ami.asked == []
    await stand.done()
    path = "/var/spool/asterisk/monitor/2025/11/30/c~1.raw"
    assert stand.ami.asked == [("record", "PJSIP/c~1", path, "D")]


async def test_a_consulted_agent_who_takes_over_stays_in_one_file(stand: Stand) -> None:
    asked = TalkStarted(TALK.at, "c^2", "c^2~1", "1002", "q")
    stand.recorder.hear([asked])
    stand.recorder.hear([TalkStarted(TALK.at + 9, "c", "c^2~1", "1002", "q")])
    (made,) = stand.facts
    assert isinstance(made, RecordingMade)
    assert (made.call, made.leg) == ("c", "c^2~1")
    await stand.done()


@pytest.mark.parametrize(
    ("direction", "recorded"), [(Direction.OUT, True), (Direction.INTERNAL, False)]
)
async def test_calls_of_agents_go_by_direction(
    stand: Stand, direction: Direction, recorded: bool
) -> None:
    stand.way = direction
    stand.recorder.hear([TalkStarted(TALK.at, "a", "a~1", "", "")])
    made = [fact for fact in stand.facts if isinstance(fact, RecordingMade)]
    assert bool(made) is recorded
    if made:
        assert (made[0].direction, made[0].caller_first) == (direction, False)
    await stand.done()


async def test_what_policy_does_not_want_is_not_begun(stand: Stand) -> None:
    stand.recorder.hear([TalkStarted(TALK.at, "c", "c~1", "1001", "no")])
    assert stand.facts == []
    assert not stand.recorder.is_recorded("c~1")


async def test_a_manager_that_was_away_is_asked_again(stand: Stand) -> None:
    stand.ami.error = PbxLost("away")
    stand.recorder.hear([TALK])
    await stand.done()
    stand.ami.error = None
    stand.recorder.mend()
    await stand.done()
    assert [asked[3] for asked in stand.ami.asked] == ["aD"]
    assert len(stand.facts) == 1


async def test_a_recording_that_goes_on_is_left_alone_by_a_new_controller(stand: Stand) -> None:
    stand.recorder.hear([TALK])
    await stand.done()
    file = stand.folder / "2025/11/30/c~1.raw"
    file.parent.mkdir(parents=True)
    file.touch()
    stand.begin().found([TALK])
    await stand.done()
    assert len(stand.ami.asked) == len(stand.facts) == 1


async def test_a_pause_holds_over_a_restart_of_the_controller(stand: Stand) -> None:
    stand.recorder.hear([TALK])
    await stand.done()
    assert await stand.recorder.pause("c~1", "1001", 5.0)
    (stand.folder / "2025/11/30").mkdir(parents=True)
    (stand.folder / "2025/11/30/c~1.raw").touch()
    again = stand.begin()
    again.found([TALK])
    await stand.done()
    assert again.is_paused("c~1")
    assert stand.ami.asked[-1] == ("mute", "PJSIP/c~1")
    assert await again.resume("c~1", "1001", 8.0)
    assert not await again.resume("c~1", "1001", 9.0)


async def test_a_pause_that_asterisk_refuses_is_taken_back(stand: Stand) -> None:
    stand.recorder.hear([TALK])
    await stand.done()
    stand.ami.error = PbxLost("away")
    assert not await stand.recorder.pause("c~1", "1001", 5.0)
    assert [type(fact) for fact in stand.facts[1:]] == [RecordingPaused, RecordingResumed]
    assert not stand.recorder.is_paused("c~1")


async def test_a_talk_that_ended_at_once_has_no_recording(stand: Stand) -> None:
    stand.ami.error = PbxGone("no such channel")
    stand.recorder.hear([TALK, TalkEnded(TALK.at, "c", "c~1", "1001", "caller")])
    await stand.done()
    assert isinstance(stand.facts[-1], RecordingLost)
    assert stand.pending.by_leg == {}
