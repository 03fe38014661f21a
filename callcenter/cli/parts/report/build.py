"""The reports by name: from what was asked to tables."""

from collections.abc import Mapping
from dataclasses import replace

import click

from callcenter.cli.parts.report import assessed as assessed
from callcenter.cli.parts.report import followup as followup
from callcenter.cli.parts.report import lists as lists
from callcenter.cli.parts.report import platform as platform
from callcenter.cli.parts.report.asked import Asked, Builder
from callcenter.kpi import estimates, traffic
from callcenter.kpi.report import judged
from callcenter.kpi.table import Chart, Table
from callcenter.kpi.tally import Tally
from callcenter.kpi.traffic import Hours
from callcenter.kpi.windows import Grain, Window
from callcenter.records.reading.reports import Selection


def _hours(asked: Asked) -> Hours:
    return asked.reports.hours(asked.period, asked.rules, asked.zone, asked.wanted)


def _windows(asked: Asked) -> list[tuple[Window, Tally]]:
    return _hours(asked).by_window(asked.grain, asked.period)


def operation(asked: Asked) -> list[Table]:
    """每日运营情况."""
    charts = (Chart("report_traffic", ("answered", "requests")),)
    return [
        traffic.by_window(
            "report_operation", _windows(asked), traffic.OPERATION, asked.grain, charts
        )
    ]


def whole_traffic(asked: Asked) -> list[Table]:
    """整体话务分析."""
    charts = (Chart("report_traffic", ("inbound", "requests", "answered")),)
    return [
        traffic.by_window("report_traffic", _windows(asked), traffic.TRAFFIC, asked.grain, charts)
    ]


def service_level(asked: Asked) -> list[Table]:
    """坐席服务水平."""
    threshold = asked.level_threshold
    lines = judged(_windows(asked), threshold, asked.now_ms, lambda tally: tally.service_level_a)
    return [traffic.level_by_window(lines, asked.grain)]


def by_hour(asked: Asked) -> list[Table]:
    """分时话务分析."""
    return [traffic.by_hour_of_day(_hours(asked).by_hour_of_day())]


def queues(asked: Asked) -> list[Table]:
    """技能组话务统计."""
    tenant = f"{asked.tenant}." if asked.tenant else ""
    lines = []
    for name, queue in asked.site.queues.items():
        if not name.startswith(tenant) or asked.wanted.queue not in ("", name):
            continue
        found = asked.reports.hours(asked.period, asked.rules, asked.zone, Selection(queue=name))
        lines.append((name, queue.label, traffic.pooled(found.tallies.values())))
    return [traffic.by_queue(lines)]


def estimated_wait(asked: Asked) -> list[Table]:
    """预计等待误差."""
    tenant = f"{asked.tenant}." if asked.tenant else ""
    names = {name: queue.label for name, queue in asked.site.queues.items()}
    told = asked.reports.estimates(asked.period, asked.wanted)
    return [estimates.by_queue((e for e in told if e.queue.startswith(tenant)), names)]


def abandoned(asked: Asked) -> list[Table]:
    """放弃分析."""
    return [traffic.abandoned(traffic.pooled(_hours(asked).tallies.values()))]


WITHIN = {
    Grain.HOUR: Grain.HOUR,
    Grain.FOUR_HOURS: Grain.HOUR,
    Grain.DAY: Grain.HOUR,
    Grain.WEEK: Grain.DAY,
    Grain.MONTH: Grain.DAY,
    Grain.QUARTER: Grain.WEEK,
    Grain.YEAR: Grain.MONTH,
}
"""Length of a summary's windows by what it is a summary of."""


def summary(asked: Asked) -> list[Table]:
    """日报, 周报, 月报, 年报."""
    whole = traffic.by_window(
        f"summary_{asked.grain}", _windows(asked), traffic.OPERATION, asked.grain
    )
    within = replace(asked, grain=WITHIN[asked.grain])
    parts = (assessed.connection_rate, by_hour, queues, lists.agents, abandoned, lists.survey)
    return [whole, *(table for part in parts for table in part(within))]


REPORTS: Mapping[str, tuple[Builder, str]] = {
    "summary": (
        summary,
        "日报、周报、月报、年报: all of a --by day, week, month or year.",
    ),
    "operation": (operation, "每日运营情况: the operation of a day, window by window."),
    "traffic": (whole_traffic, "整体话务分析: all calls and how they ended."),
    "by-hour": (by_hour, "分时话务分析: the hours of the day, all days together."),
    "queues": (queues, "技能组话务统计: queues, by the stays of calls in them."),
    "agents": (lists.agents, "坐席话务统计: agents' time, calls and rings."),
    "agent-log": (lists.agent_log, "坐席工作日志: what agents did, state by state."),
    "connection-rate": (
        assessed.connection_rate,
        "接通率: connection rate against the contract, before and after exemptions.",
    ),
    "penalties": (assessed.penalties, "考核扣款: what shortfalls of the month or year cost."),
    "service-level": (service_level, "坐席服务水平: answers within T, all variants, and waits."),
    "missed": (followup.missed, "未接来电: calls that asked for a human and reached nobody."),
    "voicemail": (lists.voicemail, "客户留言统计: messages, and who handled them."),
    "abandoned": (abandoned, "放弃分析: after which wait callers hung up."),
    "callbacks": (followup.callbacks, "漏话回拨: who of the missed was reached within 24 hours."),
    "resolution": (followup.resolution, "首次解决率: callers who did not call again in 7 days."),
    "survey": (lists.survey, "客户满意率分析: participation and satisfaction by agent."),
    "transfers": (lists.transfers, "转接统计: who handed calls on, to whom, and what came of it."),
    "trunks": (platform.trunks, "中继统计: seizures, ASR and NER of each trunk."),
    "availability": (platform.availability, "系统可用率: how much of the time Asterisk ran."),
    "rings": (lists.rings, "振铃统计: who takes the calls that ring, and why others did not."),
    "estimated-wait": (
        estimated_wait,
        "预计等待误差: how well waits were foretold, of the calls that were answered.",
    ),
    "ring-attempts": (lists.ring_attempts, "振铃明细: every ring of an agent's phone."),
}
"""Name -> what makes its tables, and its help."""

OPTIONS: Mapping[str, tuple[click.Option, ...]] = {"connection-rate": (assessed.ROLLING,)}
"""Name -> options that no other report has."""
