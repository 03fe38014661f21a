"""Callers and the agents whom they last talked to."""

import pytest
from callcenter.acd.facts import CallEnded, CallQueued, TalkStarted
from callcenter.acd.plan import QueuePolicy, Sticky
from callcenter.live.agents import regulars as module
from callcenter.live.agents.regulars import Regulars
from callcenter.records.database.engine import RecordsError
from callcenter.terms import Outcome

pytestmark = pytest.mark.pure

QUEUES = {"hotline": QueuePolicy("hotline", sticky=Sticky(3600, 20))}


def talk(regulars: Regulars, call: str, caller: str, agent: str, at: float) -> None:
    regulars.note([CallQueued(at, call, "hotline", caller, "12345", at, at, "", 0, test=False)])
    regulars.note([TalkStarted(at, call, f"{call}~1", agent, "hotline")])
    regulars.note([CallEnded(at + 60, call, Outcome.ANSWERED, "caller")])


def test_the_last_of_several_talks_counts() -> None:
    known = Regulars()
    talk(known, "c1", "138", "1001", 100)
    talk(known, "c2", "138", "1002", 200)
    assert known.last("138", 260) == ("1002", 60)
    assert known.last("139", 260) == ("", 0)


def test_a_caller_without_a_number_and_a_talk_outside_teach_nothing() -> None:
    known = Regulars()
    talk(known, "c1", "", "1001", 100)
    talk(known, "c2", "138", "", 100)
    assert known.last("", 200) == known.last("138", 200) == ("", 0)


def test_what_is_learnt_is_newer_than_what_the_records_tell() -> None:
    known = Regulars()
    talk(known, "c1", "138", "1001", 300)
    known.begin_with([("138", "1009", 100), ("139", "1002", 200)])
    assert known.last("138", 300) == ("1001", 0)
    assert known.last("139", 300) == ("1002", 100)


def test_the_longest_ago_is_forgotten_when_there_are_too_many(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(module, "_MOST", 2)
    known = Regulars()
    known.begin_with([("1", "a", 1), ("2", "b", 2), ("1", "a", 3), ("3", "c", 4)])
    assert [known.last(n, 5)[0] for n in "123"] == ["a", "", "c"]


async def test_the_records_are_read_where_a_queue_asks_for_them(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    asked = []

    def read(url: str, since: float) -> list[tuple[str, str, float]]:
        asked.append(url)
        if url == "broken":
            raise RecordsError("gone")
        return [("138", "1001", 1.0)]

    monkeypatch.setattr(module, "last_talks", read)
    known = Regulars()
    await known.load("none", {"hotline": QueuePolicy("hotline")})
    await known.load("broken", QUEUES)
    assert known.last("138", 2)[0] == ""
    await known.load("there", QUEUES)
    assert known.last("138", 2)[0] == "1001"
    assert asked == ["broken", "there"]
