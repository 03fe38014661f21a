"""The connection-rate report in words: headings, cells, formulas."""

from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from callcenter.cli._records import clock
from callcenter.kpi.calls import Standing
from callcenter.kpi.report import Line, pooled
from callcenter.kpi.tally import Rules, Tally
from callcenter.kpi.windows import Grain, Window
from callcenter.records.columns import iso
from callcenter.site.model import Site
from callcenter.terms import Outcome

HEADINGS = {
    "window": "window\n时段",
    "inbound": "inbound\n呼入",
    "requests": "R\n人工请求",
    "answered": "A\n人工接通",
    "connection_rate": "rate %\n接通率",
    "threshold": "at least\n标准",
    "result": "result\n结果",
    "in_time": "in time %\n及时接通率",
    "asa_s": "ASA s\n平均应答",
    "abandon_rate": "abandon %\n放弃率",
}
"""Column of CSV -> heading of the table."""
_STARTS = {Grain.DAY: "%Y-%m-%d", Grain.MONTH: "%Y-%m"}
FORMULAS = (
    "接通率 = 人工接通量 A / 人工请求量 R    connection rate = A / R",
    "R: 已结束且要求过人工的呼入(按请求时刻归入时段;IVR 内结束、黑名单、拨测、外呼不计)",
    "R: inbound calls that asked for a human and have ended, in the window of their request;",
    "   not those that ended in the IVR, were blacklisted, tests, or our own calls out",
    "A: 其中与座席通话时长大于零的    A: those of R in which agent and caller talked for > 0 s",
)
_OUTCOMES = tuple(
    o for o in Outcome if o not in (Outcome.IVR_END, Outcome.BLACKLISTED, Outcome.OUTBOUND)
)


def cells(line: Line, site: Site, grain: Grain) -> list[str]:
    """One line of the table."""
    start = clock(line.window.start_ms, site, _STARTS.get(grain, "%Y-%m-%d %H:%M"))
    threshold = "-" if line.threshold is None else f"{line.threshold:g}"
    return [start, *_counts(line.tally, threshold, _result(line))]


def totals(lines: Sequence[Line]) -> list[str]:
    """The last line: all windows together."""
    return ["total 合计", *_counts(pooled(lines), "", "")]


def notes(lines: Sequence[Line], rules: Rules) -> list[str]:
    """What a reader of these lines must know."""
    limit = f"{rules.service_level_ms / 1000:g}"
    found = [f"及时接通率 in_time = {limit} 秒内接通量 / R    answered within {limit} s / R"]
    if rules.short_abandon_ms:
        found.append(
            f"不计 {rules.short_abandon_ms / 1000:g} 秒内的短放弃    short abandons are left out"
        )
    if any(line.provisional for line in lines):
        found.append(
            "* 暂定:通话未全部结束,或时段结束未满 24 小时    * provisional: may still change"
        )
    if any(line.small_sample for line in lines):
        found.append("样本不足:R < 10    few: fewer than 10 requests")
    return found


def as_dict(
    site: Site, grain: Grain, asked: Window, queue: str, lines: Sequence[Line], rules: Rules
) -> dict[str, Any]:
    """The report for machines."""
    return {
        "site": site.site,
        "queue": queue or None,
        "by": str(grain),
        "from": iso(asked.start_ms),
        "to": iso(asked.end_ms),
        "timezone": site.timezone,
        "formula": "connection_rate = answered / requests; see docs/kpi.md",
        "service_level_s": rules.service_level_ms / 1000,
        "short_abandon_s": rules.short_abandon_ms / 1000,
        "windows": [_window(line, site) for line in lines],
        "total": _measures(pooled(lines)),
    }


def _counts(tally: Tally, threshold: str, result: str) -> list[str]:
    return [
        str(tally.inbound),
        str(tally.requests),
        str(tally.answered),
        _shown(tally.connection_rate.percent),
        threshold,
        result,
        _shown(tally.service_level_a.percent),
        _shown(tally.answer_speed.seconds),
        _shown(tally.abandon_rate.percent),
    ]


def _shown(value: Decimal | None) -> str:
    return "-" if value is None else str(value)


def _result(line: Line) -> str:
    if line.tally.requests == 0:
        word = "n/a 不适用"
    elif line.threshold is None:
        word = "-"
    else:
        word = "breach 未达标" if line.breach else "ok 达标"
    few = " (few 样本不足)" if line.small_sample and line.breach else ""
    return word + few + (" *" if line.provisional else "")


def _window(line: Line, site: Site) -> dict[str, Any]:
    return {
        "start": iso(line.window.start_ms),
        "end": iso(line.window.end_ms),
        "local": clock(line.window.start_ms, site, "%Y-%m-%d %H:%M"),
        **_measures(line.tally),
        "threshold_percent": line.threshold,
        "breach": line.breach,
        "small_sample": line.small_sample,
        "provisional": line.provisional,
    }


def _measures(tally: Tally) -> dict[str, Any]:
    return {
        "inbound": tally.inbound,
        "requests": tally.requests,
        "answered": tally.answered,
        "connection_rate_percent": plain_number(tally.connection_rate.percent),
        "gross_rate_percent": plain_number(tally.gross_rate.percent),
        "loss_rate_percent": plain_number(tally.loss_rate.percent),
        "abandon_rate_percent": plain_number(tally.abandon_rate.percent),
        "service_level_percent": {
            "a": plain_number(tally.service_level_a.percent),
            "b": plain_number(tally.service_level_b.percent),
            "c": plain_number(tally.service_level_c.percent),
            "d": plain_number(tally.service_level_d.percent),
        },
        "asa_s": plain_number(tally.answer_speed.seconds),
        "mean_wait_s": plain_number(tally.mean_wait.seconds),
        "mean_abandon_wait_s": plain_number(tally.mean_abandon_wait.seconds),
        "aht_s": plain_number(tally.handling_time.seconds),
        "outcomes": {str(outcome): tally.outcomes[outcome] for outcome in _OUTCOMES},
        "short_abandons": tally.short_abandons,
        "ivr_end": tally.standing[Standing.IVR_END],
        "blacklisted": tally.standing[Standing.BLACKLISTED],
        "test": tally.standing[Standing.TEST],
        "open": tally.standing[Standing.OPEN],
    }


def plain_number(value: Decimal | None) -> float | None:
    """A measure for JSON."""
    return None if value is None else float(value)
