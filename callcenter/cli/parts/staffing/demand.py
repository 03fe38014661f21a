"""What staffing commands take from a site: its demand, its floor, where its overflows lead."""

from collections.abc import Callable, Sequence
from datetime import timedelta
from decimal import Decimal
from pathlib import Path
from zoneinfo import ZoneInfo

import click

from callcenter.acd.site_plan import plan_of
from callcenter.cli.parts.common.options import Refused
from callcenter.kpi.site_rules import rules_of
from callcenter.kpi.windows import Grain, Window, as_local, window_of
from callcenter.records.reading.calls import Records
from callcenter.sim.day import Demand, Habits
from callcenter.sim.history import Past, past
from callcenter.sim.staffing import Setting
from callcenter.site.model import Site
from callcenter.site.types import parse_duration


class Seconds(click.ParamType[float]):
    """A duration as it is written in a site: `20s`, `4m`, `1h`."""

    name = "duration"

    def convert(
        self, value: object, param: click.Parameter | None, ctx: click.Context | None
    ) -> float:
        """In seconds."""
        try:
            return parse_duration(value)
        except ValueError:
            self.fail(f"{value!r} is no duration; write 20s, 4m or 1h", param, ctx)


def days_before(day: Window, count: int, zone: ZoneInfo) -> list[Window]:
    """The same weekday of so many weeks before, the latest first."""
    noon = as_local(day.start_ms, zone).replace(hour=12)
    return [
        window_of(round((noon - timedelta(weeks=n)).timestamp() * 1000), Grain.DAY, zone)
        for n in range(1, count + 1)
    ]


def demands(site: Site, records: Records, days: Sequence[Window]) -> list[Demand]:
    """Each queue's demand on these days. Raises Refused where there was none at all."""
    found: dict[str, Past] = {}
    for queue in site.queues:
        rows = (row for day in days for row in records.queue_rows(queue, day))
        found[queue] = past(rows, days)
    if not any(sum(each.calls) for each in found.values()):
        raise Refused(
            "the records hold no calls of those days; choose others with --like or --weeks"
        )
    return [each.demand(queue) for queue, each in found.items() if sum(each.calls)]


def setting(site: Site, some: Sequence[Demand], habits: Habits, runs: int, seed: int) -> Setting:
    """The site's own floor with this demand."""
    return Setting(plan_of(site), some, habits, rules_of(site), overflow_of(site), runs, seed)


def overflow_of(site: Site) -> Callable[[str, str], str | None]:
    """Queue and cause -> the queue where the caller goes on; None where he leaves the agents."""

    def leads_to(queue: str, cause: str) -> str | None:
        if queue not in site.queues:
            return None
        to = site.queues[queue].overflow.to(cause)
        return to.name if to.to == "queue" else None

    return leads_to


def plain(value: Decimal | None) -> float | None:
    """A measure for JSON."""
    return None if value is None else float(value)


def half_hour(start_s: float) -> str:
    """A half hour's start as people write it."""
    minutes = int(start_s // 60)
    return f"{minutes // 60:02}:{minutes % 60:02}"


def written(path: Path, text: str) -> None:
    """Write a result where it was asked for. Raises Refused where that cannot be."""
    try:
        path.write_text(text, encoding="utf-8")
    except OSError as error:
        raise Refused(f"{path}: {error.strerror}") from None
