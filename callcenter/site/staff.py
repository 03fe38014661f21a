"""Parts of a site that serve a caller: queues, agents, voicemail, measures."""

from typing import Annotated, Literal

from pydantic import Field

from callcenter.site.machine import Share
from callcenter.site.part import Part
from callcenter.site.reception import HANGUP
from callcenter.site.types import (
    Destination,
    Duration,
    Extension,
    Flag,
    Level,
    Line,
    Name,
)

Percent = Annotated[float, Field(ge=0, le=100)]


class Announce(Part):
    """Telling waiting callers their place."""

    first: Duration = Field(10.0, description="First announcement after this wait.", ge=1)
    every: Duration = Field(30.0, description="Then again after each.", ge=5)


class Queue(Part):
    """A queue (排队队列) and how its calls are distributed."""

    label: Line = Field("", description="Name for people, in listings and reports.")
    number: Extension | None = Field(
        None, description="What agents dial to call it, or to transfer a caller into it."
    )
    needs: dict[Name, Level] = Field(
        {}, description="Skill -> lowest level that serves; every agent where empty."
    )
    strategy: Literal["best-skill", "longest-idle", "narrowest"] = Field(
        "best-skill",
        description="Which able agent gets the call: the highest levels in the needed skills, "
        "the one without a call for longest, or the one with the fewest skills.",
    )
    priority: int = Field(
        0, ge=-100, le=100, description="Higher is served first where agents are shared."
    )
    ring_timeout: Duration = Field(
        15.0, description="An agent's phone rings so long.", ge=1, le=120
    )
    wrap_up: Duration = Field(10.0, description="After-call work (话后处理).", ge=0, le=3600)
    max_wait: Duration | None = Field(
        None, description="Wait before overflow; none: for ever.", ge=1
    )
    max_length: int | None = Field(None, ge=1, description="Waiting calls; more are refused.")
    overflow: Destination = Field(
        HANGUP,
        description="Where calls go after `max_wait`, above `max_length`, or with nobody signed in "
        "where `when_empty` is `overflow`.",
    )
    when_empty: Literal["wait", "overflow"] = Field(
        "wait", description="With nobody signed in who could serve: wait, or overflow at once."
    )
    music: Name | None = Field(None, description="Class of music; default: the built-in one.")
    announce: Announce | None = Field(Announce(), description="Position; `null` for none.")
    record: Flag = Field(True, description="Record talks of this queue.")
    record_share: Share | None = Field(
        None, description="Percent of its calls that are recorded; default: `recording.share`."
    )


class Agent(Part):
    """An agent (坐席). The password is made by the machine and kept in secrets.yaml."""

    name: Line = Field(description="Name for people.", min_length=1)
    skills: dict[Name, Level] = Field({}, description="Skill -> level, 1 to 10.")
    team: Name | None = Field(None, description="Team, for listings.")


def can_serve(agent: Agent, queue: Queue) -> bool:
    """True when the agent has every skill that the queue needs, at its level or above."""
    return all(agent.skills.get(skill, 0) >= level for skill, level in queue.needs.items())


class Voicemail(Part):
    """A voicemail box (留言信箱). Its PIN is made by the machine and kept in secrets.yaml."""

    label: Line = Field("", description="Name for people.")
    number: Extension | None = Field(
        None, description="Dialled after the voicemail code to hear the box; default: none."
    )
    greeting: Name | None = Field(None, description="Prompt before the tone; default: built-in.")
    max_length: Duration = Field(180.0, description="Longest message.", ge=5, le=3600)
    min_length: Duration = Field(2.0, description="Shorter messages are dropped.", ge=1, le=30)


class Thresholds(Part):
    """Connection rate (接通率) that the contract asks for, in percent."""

    hour: Percent = Field(90, description="Each hour.")
    four_hours: Percent = Field(95, description="Each block of four hours.")
    day: Percent = Field(95, description="Each day.")
    month: Percent = Field(99, description="Each month.")


class Measures(Part):
    """Switches of the measures; docs/kpi.md tells the formulas."""

    service_level: Duration = Field(20.0, description="Answered within this wait counts.")
    short_abandon: Duration = Field(
        0.0, description="Abandons before this wait leave the denominator; 0s counts all."
    )
    thresholds: Thresholds = Field(Thresholds(), description="The contract's thresholds.")


class Misses(Part):
    """What happens when an agent does not take offered calls."""

    rest: Duration = Field(3.0, description="No offer for so long after a miss.", ge=0.5, le=300)
    limit: int = Field(3, ge=1, le=99, description="Misses in a row, then not ready.")
