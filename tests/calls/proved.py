"""What a case leaves behind is proved: the records add up, and Asterisk's own CDR, CEL and
queue_log tell the same of its calls, or differ for a known cause."""

import asyncio
from collections.abc import Iterator
from contextlib import suppress
from zoneinfo import ZoneInfo

from callcenter.kpi.windows import Window
from callcenter.qa.stage import Late, Stage, until
from callcenter.records.database.engine import database_url
from callcenter.records.ingest.files import cdr, cel, queue_log
from callcenter.records.proof.causes import Cause
from callcenter.records.proof.identities import Fault
from callcenter.records.proof.reconcile import Difference
from callcenter.records.reading.reports import open_reports
from callcenter.render.cel import FILE

_WRITTEN_S = 2.0
"""Asterisk writes a call's last lines after its channels are gone."""
_NOT_YET = (Cause.GOES_ON, Cause.STOPPED)
_FOR_EVER = 4_000_000_000_000


async def is_proved(stage: Stage, since_ms: int) -> None:
    """Of the calls that arrived since then. Raises Late, naming what does not hold."""
    found: list[Difference | Fault] = []

    def proved(*waited_for: Cause) -> bool:
        found[:] = _unproved(stage, Window(since_ms, _FOR_EVER), {None, *waited_for})
        return not found

    with suppress(Late):  # the end of a call that Asterisk was killed with is never written
        await until(lambda: asyncio.to_thread(proved, *_NOT_YET), "all is written", _WRITTEN_S)
    try:
        await until(lambda: asyncio.to_thread(proved), "all is proved", 1.0)
    except Late:
        calls = {each.call for each in found if isinstance(each, Difference)}
        raise Late("\n".join([*map(str, found), *_told(stage, calls)])) from None


def _told(stage: Stage, calls: set[str]) -> Iterator[str]:
    """What controller and Asterisk wrote of these calls."""
    for file in (stage.controller_log, stage.node.inside(FILE)):
        for line in file.read_text(errors="replace").splitlines():
            if any(call in line for call in calls):
                yield line


def _unproved(stage: Stage, period: Window, causes: set[Cause | None]) -> list[Difference | Fault]:
    node = stage.node
    papers = {
        "cdr": cdr(node.log, period),
        "cel": cel(node.inside(FILE), period),
        "queue_log": queue_log(node.log, period),
    }
    with open_reports(database_url("", node.path)) as reports:
        faults = list(reports.faults(ZoneInfo(stage.site.timezone)))
        differences = reports.reconcile(papers, period).differences
    return [*faults, *(each for each in differences if each.cause in causes)]
