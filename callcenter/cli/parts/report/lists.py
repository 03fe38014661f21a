"""Reports of agents, and lists of single calls: from rows of the records to tables."""

from collections import defaultdict
from collections.abc import Iterable, Mapping

from callcenter.cli.parts.report.asked import Asked
from callcenter.kpi.agents import Rings, Worked, rings_by_agent, worked
from callcenter.kpi.outcomes import Ratings
from callcenter.kpi.spans import Span
from callcenter.kpi.table import Chart, Table, Value
from callcenter.kpi.traffic import pooled
from callcenter.records.reading.reports import Selection
from callcenter.records.tables.calls import Rating
from callcenter.terms import AgentState

_SATISFIED, _FAIRLY, _NOT = 1, 2, 3
"""The scale of the survey: the best answer first."""


def agents(asked: Asked) -> list[Table]:
    """坐席话务统计."""
    states, holds = _states(asked), _holds(asked)
    answered, placed = asked.reports.answered(asked.period), asked.reports.placed(asked.period)
    rings = rings_by_agent(asked.reports.records.ring_rows(asked.period))
    moved: defaultdict[str, int] = defaultdict(int)
    for transfer in asked.reports.transfers(asked.period):
        moved[transfer.agent] += transfer.result != "refused"
    rows = []
    for agent in sorted({*states, *answered, *placed} & _agents(asked)):
        spans = states.get(agent, [])
        time = worked(spans, holds.get(agent, ()), answered.get(agent, 0), asked.period)
        rows.append(
            (agent, asked.name(agent), *_worked(time), *_rang(rings.get(agent, Rings())),
             placed.get(agent, 0), moved[agent])
        )  # fmt: skip
    columns = (
        "agent", "name", "signed_in", "not_ready", "talk", "hold", "wrap_up", "ringing", "idle",
        "calls", "aht", "occupancy", "occupancy_ring", "utilisation", "rings_answered",
        "rings_missed", "answer_rate", "outbound", "transferred",
    )  # fmt: skip
    charts = (Chart("report_agents", ("calls",), bars=True),)
    return [Table("report_agents", columns, rows, charts=charts)]


def _worked(time: Worked) -> tuple[Value, ...]:
    return (
        time.signed_in_ms, time.not_ready_ms, time.talk_ms, time.hold_ms, time.wrap_ms,
        time.ring_ms, time.idle_ms, time.answered, time.handling_time, time.occupancy,
        time.occupancy_with_ring, time.utilisation,
    )  # fmt: skip


def _rang(rings: Rings) -> tuple[Value, ...]:
    return rings.answered, rings.missed, rings.answer_rate


def _states(asked: Asked) -> Mapping[str, list[Span]]:
    found: defaultdict[str, list[Span]] = defaultdict(list)
    for agent, _, span in asked.reports.records.duties(asked.period):
        found[agent].append(_until_now(span, asked))
    return found


def _until_now(span: Span, asked: Asked) -> Span:
    """A state that lasts yet has lasted until now, not until the end of the period."""
    return Span(span.start_ms, max(span.start_ms, min(span.end_ms, asked.now_ms)), span.kind)


def _holds(asked: Asked) -> Mapping[str, list[Span]]:
    found: defaultdict[str, list[Span]] = defaultdict(list)
    for agent, span in asked.reports.holds(asked.period):
        found[agent].append(_until_now(span, asked))
    return found


def _agents(asked: Asked) -> frozenset[str]:
    """Whom the report is about; also agents who are gone, where it is about all."""
    wanted = asked.wanted
    if wanted.agents is not None:
        return frozenset(wanted.agents)
    if wanted.tenant is not None:
        return wanted.tenant.agents
    names = {agent for agent, _, _ in asked.reports.records.duties(asked.period)}
    return frozenset({*names, *asked.site.agents, *asked.reports.answered(asked.period)})


def agent_log(asked: Asked) -> list[Table]:
    """坐席工作日志."""
    about = _agents(asked)
    rows: list[tuple[Value, ...]] = []
    for agent, reason, uncut in asked.reports.records.duties(asked.period):
        span = _until_now(uncut, asked)
        if agent in about and span.kind != AgentState.SIGNED_OUT:
            length = span.end_ms - span.start_ms
            rows.append(
                (agent, asked.name(agent), span.start_ms, span.end_ms, span.kind, reason, length)
            )
    columns = ("agent", "name", "from", "to", "state", "reason", "length")
    return [Table("report_agent_log", columns, rows)]


def voicemail(asked: Asked) -> list[Table]:
    """客户留言统计."""
    tenant = f"{asked.tenant}." if asked.tenant else ""
    rows: list[tuple[Value, ...]] = [
        (message.box, message.left_at, caller, message.duration_ms, message.done_by or
         message.assigned_to, message.done_at or "", message.note)
        for message, caller in asked.reports.messages(asked.period)
        if message.box.startswith(tenant)
    ]  # fmt: skip
    columns = ("box", "at", "caller", "length", "handled_by", "to", "note")
    return [Table("report_voicemail", columns, rows)]


def transfers(asked: Asked) -> list[Table]:
    """转接统计."""
    about = _agents(asked)
    rows: list[tuple[Value, ...]] = [
        (each.agent, asked.name(each.agent), each.at, each.call_id, each.how or "refused",
         f"{each.to_kind} {each.to_name}", each.result or "", each.agent_after, each.reason)
        for each in asked.reports.transfers(asked.period)
        if each.agent in about
    ]  # fmt: skip
    columns = ("agent", "name", "at", "call", "how", "target", "result", "handled_by", "reason")
    return [Table("report_transfers", columns, rows)]


def rings(asked: Asked) -> list[Table]:
    """振铃统计."""
    about = _agents(asked)
    found = rings_by_agent(asked.reports.records.ring_rows(asked.period))
    rows: list[tuple[Value, ...]] = [
        (agent, asked.name(agent), each.answered, each.missed, each.caller_gone, each.elsewhere,
         each.answer_rate)
        for agent, each in sorted(found.items())
        if agent in about
    ]  # fmt: skip
    columns = (
        "agent", "name", "rings_answered", "rings_missed", "caller_gone", "elsewhere",
        "answer_rate",
    )  # fmt: skip
    return [Table("report_rings", columns, rows)]


def ring_attempts(asked: Asked) -> list[Table]:
    """振铃明细."""
    about = _agents(asked)
    rows: list[tuple[Value, ...]] = [
        (ring.call_id, ring.started_at, ring.agent, ring.queue, ring.result or "", ring.sip_code,
         (ring.ended_at or ring.started_at) - ring.started_at,
         ", ".join(f"{key}={value}" for key, value in ring.why.items()))
        for ring in asked.reports.rings(asked.period)
        if ring.agent in about
    ]  # fmt: skip
    columns = ("call", "at", "agent", "queue", "result", "sip_code", "length", "why")
    return [Table("report_ring_attempts", columns, rows)]


def survey(asked: Asked) -> list[Table]:
    """客户满意率分析."""
    about = _agents(asked)
    given: defaultdict[str, list[Rating]] = defaultdict(list)
    for rating in asked.reports.ratings(asked.period):
        given[rating.agent].append(rating)
    invited, answered = asked.reports.invited(asked.period), asked.reports.answered(asked.period)
    lines = {
        agent: _ratings(given[agent], invited.get(agent, 0), answered.get(agent, 0))
        for agent in sorted({*given, *invited} & about)
    }
    rows = [
        (agent, asked.name(agent), *_rated(found), *_unrated(given[agent]))
        for agent, found in lines.items()
    ]
    everyone = [rating for agent in lines for rating in given[agent]]
    total = pooled(
        asked.reports.hours(asked.period, asked.rules, asked.zone, Selection()).tallies.values()
    )
    whole = _ratings(everyone, sum(invited.values()), total.answered)
    columns = (
        "agent", "name", "answered", "invited", "rated", "satisfied", "fairly", "not_satisfied",
        "participation", "participation_invited", "satisfaction", "only_satisfied", "wrong_key",
        "no_key",
    )  # fmt: skip
    last = ("", "", *_rated(whole), *_unrated(everyone))
    rates = {"satisfaction": whole.satisfaction, "participation": whole.participation}
    broken = [
        f"rule_{name}"
        for name, rate in rates.items()
        if (limit := asked.limit(name)) is not None and not rate.meets(limit)
    ]
    return [Table("report_survey", columns, rows, last, total_breach=bool(broken), remarks=broken)]


def _ratings(given: Iterable[Rating], invited: int, answered: int) -> Ratings:
    count = defaultdict[int | None, int](int)
    for rating in given:
        count[rating.rating] += rating.result == "rated"
    return Ratings(answered, invited, count[_SATISFIED], count[_FAIRLY], count[_NOT])


def _rated(found: Ratings) -> tuple[Value, ...]:
    return (
        found.answered, found.invited, found.rated, found.satisfied, found.fairly,
        found.not_satisfied, found.participation, found.participation_of_invited,
        found.satisfaction, found.only_satisfied,
    )  # fmt: skip


def _unrated(given: Iterable[Rating]) -> tuple[int, int]:
    results = [rating.result for rating in given]
    return results.count("invalid"), results.count("timeout")
