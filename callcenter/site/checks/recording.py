"""Recordings are kept as long as contracts and the law ask for."""

from collections.abc import Iterator

from callcenter.site.checks.problem import Problem
from callcenter.site.model import Site
from callcenter.site.recording import YEAR_S
from callcenter.site.types import format_duration


def recording(site: Site) -> Iterator[Problem]:
    """A time of keeping that is too short."""
    rule = site.recording
    if rule.keep < YEAR_S and not rule.short_keep:
        message = (
            f"recording.keep: {format_duration(rule.keep)} is less than twelve months (365d), "
            "which recordings are kept at least"
        )
        remedy = "write 365d or more; a site that only tests adds `short_keep: true`"
        yield Problem("E_RANGE", ("recording", "keep"), message, remedy)
