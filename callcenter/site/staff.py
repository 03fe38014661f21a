"""Parts of a site that serve a caller: queues, agents, voicemail, measures."""

from typing import Literal

from pydantic import Field

from callcenter.site.callers import Callback
from callcenter.site.machine import Share
from callcenter.site.needs import Needs
from callcenter.site.needs_text import NeedsText
from callcenter.site.part import Part, made_by_us
from callcenter.site.routing import (
    Announce,
    MusicText,
    Overflow,
    OverflowText,
    Percent,
    QueueMusic,
    Relax,
    Sticky,
)
from callcenter.site.types import (
    Destination,
    Duration,
    Extension,
    Flag,
    Key,
    Level,
    Line,
    NameRef,
)


class Queue(Part):
    """A queue (排队队列) and how its calls are distributed."""

    label: Line = Field("", description="Name for people, in listings and reports.")
    number: Extension | None = Field(
        None, description="What agents dial to call it, or to transfer a caller into it."
    )
    needs: NeedsText = Field(
        Needs(),
        description="Skill -> lowest level that serves, or an expression such as "
        "`english >= 3 and (tax >= 2 or general >= 5) and not trainee`; every agent where empty.",
    )
    strategy: Literal[
        "best-skill",
        "longest-idle",
        "narrowest",
        "fewest-calls",
        "lowest-occupancy",
        "round-robin",
        "ranked",
        "ring-all",
    ] = Field(
        "best-skill",
        description="Which able agent gets the call, see [routing](routing.md); among equals the "
        "one without a call for longest.",
    )
    ranking: tuple[Extension, ...] = Field(
        (), description="Agents in their order, for the strategy `ranked`; others come after them."
    )
    relax: tuple[Relax, ...] = Field(
        (), description="Steps by which a waiting call asks for less, in the order of their times."
    )
    sticky: Sticky | None = Field(None, description="Back to the agent of the last talk.")
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
    max_estimate: Duration | None = Field(
        None, description="A call whose wait is foretold to be longer is refused.", ge=1
    )
    max_ratio: float | None = Field(
        None, gt=0, le=1000, description="Waiting calls for each agent signed in; more are refused."
    )
    hours: NameRef | None = Field(
        None, description="Opening hours of the queue alone; who waits already is served."
    )
    overflow: OverflowText = Field(Overflow(), description="Where calls go that get no agent.")
    when_empty: Literal["wait", "overflow"] = Field(
        "wait", description="With nobody signed in who could serve: wait, or overflow at once."
    )
    when_none_ready: Literal["wait", "overflow"] = Field(
        "wait", description="The same while all who are signed in are not ready."
    )
    music: MusicText = Field(QueueMusic(), description="Class of music; default: the built-in one.")
    announce: Announce | None = Field(
        Announce(), description="What waiting callers are told; `null` for nothing."
    )
    keys: dict[Key, Destination] = Field(
        {},
        description='What callers who wait may press, such as `"1": callback`; a prompt of '
        "`announce.comfort` tells them.",
    )
    callback: Callback = Field(Callback(), description="How its callers are called back.")
    survey: NameRef | None = Field(
        None, description="Survey of the callers whose agent hangs up first; default: none."
    )
    record: Flag = Field(True, description="Record talks of this queue.")
    record_share: Share | None = Field(
        None, description="Percent of its calls that are recorded; default: `recording.share`."
    )
    tenant: str = made_by_us()


class Agent(Part):
    """An agent (坐席). The password is made by the machine and kept in secrets.yaml."""

    name: Line = Field(description="Name for people.", min_length=1)
    skills: dict[NameRef, Level] = Field({}, description="Skill -> level, 1 to 10.")
    team: NameRef | None = Field(None, description="Team, for listings and `not_ready_limits`.")
    tenant: str = made_by_us()


def can_serve(agent: Agent, queue: Queue) -> bool:
    """True when the agent is of the queue's tenant and meets its needs."""
    return agent.tenant == queue.tenant and queue.needs.met_by(agent.skills)


class Voicemail(Part):
    """A voicemail box (留言信箱). Its PIN is made by the machine and kept in secrets.yaml."""

    label: Line = Field("", description="Name for people.")
    number: Extension | None = Field(
        None, description="Dialled after the voicemail code to hear the box; default: none."
    )
    greeting: NameRef | None = Field(None, description="Prompt before the tone; default: built-in.")
    team: NameRef | None = Field(
        None, description="The team whose phones show by their lamp (MWI) that messages wait."
    )
    max_length: Duration = Field(180.0, description="Longest message.", ge=5, le=3600)
    min_length: Duration = Field(2.0, description="Shorter messages are dropped.", ge=1, le=30)


class Thresholds(Part):
    """Connection rate (接通率) that the contract asks for, in percent."""

    hour: Percent = Field(90, description="Each hour.")
    four_hours: Percent = Field(95, description="Each block of four hours.")
    day: Percent = Field(95, description="Each day.")
    month: Percent = Field(99, description="Each month.")
    rolling_day: Percent = Field(
        95,
        description="The last 24 hours at each full hour (连续24小时): "
        "`callcenter report connection-rate --rolling`.",
    )
    satisfaction: Percent | None = Field(
        None, description="Satisfied of the rated (满意率), of a survey report's period."
    )
    participation: Percent | None = Field(
        None, description="Rated of the answered (参评率), of a survey report's period."
    )
    first_call_resolution: Percent | None = Field(
        None, description="Of a resolution report's period (首次解决率)."
    )
    visits: Percent = Field(
        100, description="Closed cases visited within 24 hours (按时回访率), of those that are due."
    )
    availability: Percent = Field(
        99, description="System availability (系统可用率) of a month, quarter or year."
    )
    reliability: Percent = Field(
        99.99, description="The stricter figure that contracts name beside it (可靠性)."
    )
    service_level: Percent | None = Field(
        None,
        description="Answers within `service_level`, of all requests (20 秒接通率), in each window "
        "of `callcenter report service-level --by …`. Default: the contract has none.",
    )


class Exemptions(Part):
    """How exemptions (豁免) are applied; docs/kpi.md tells the rules."""

    propagate: Flag = Field(
        True, description="Calls exempt in an hour leave its block, day, month and year too."
    )
    granularity: Literal["call", "window"] = Field(
        "call", description="An approved record leaves out its calls, or every hour it touches."
    )
    over_percent: int = Field(
        10, description="Volume above the frozen forecast by more percent is exempt.", ge=0, le=100
    )


class Penalty(Part):
    """What a shortfall costs (考核扣款)."""

    measure: Literal["connection_rate", "service_level", "satisfaction"] = Field(
        description="What is measured; the service level is variant A."
    )
    threshold: Percent = Field(description="Below it, points are lost.")
    per: Literal["month", "quarter", "year"] = Field(
        "month", description="The period that is assessed."
    )
    part: Literal["up", "down"] = Field(
        "up", description="A part of a point: `up` counts it as one (不足1的按1计), `down` not."
    )
    percent_of_fee: float = Field(
        1.0, description="Percent of the period's fee for each point.", ge=0, le=100
    )
    surge_answered: int | None = Field(
        None,
        description="A month with a declared emergency and so many answered calls leaves the "
        "quarter or year (突发话务豁免); default: none does.",
        ge=1,
    )


class Measures(Part):
    """Switches of the measures; docs/kpi.md tells the formulas."""

    service_level: Duration = Field(20.0, description="Answered within this wait counts.")
    short_abandon: Duration = Field(
        0.0, description="Abandons before this wait leave the denominator; 0s counts all."
    )
    thresholds: Thresholds = Field(Thresholds(), description="The contract's thresholds.")
    exemptions: Exemptions = Field(Exemptions(), description="How exemptions are applied.")
    penalties: dict[Line, Penalty] = Field({}, description="What shortfalls cost, by a name.")


class Misses(Part):
    """What happens when an agent does not take offered calls."""

    rest: Duration = Field(3.0, description="No offer for so long after a miss.", ge=0.5, le=300)
    limit: int = Field(3, ge=1, le=99, description="Misses in a row, then not ready.")
