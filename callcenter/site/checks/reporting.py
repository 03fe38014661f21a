"""Scheduled reports go somewhere, and at a time that their windows have."""

from collections.abc import Iterator

from callcenter.site.checks.problem import Problem
from callcenter.site.model import Site


def reporting(site: Site) -> Iterator[Problem]:
    """A report for nobody, mail without a server, hours of waiting for an hour's report."""
    for name, report in site.reports.items():
        path = ("reports", name)
        if not report.folder and not report.mail:
            message = f"report {name!r} goes nowhere"
            yield Problem("E_MISSING", path, message, "give it `folder`, or `mail`, or both")
        if report.mail and site.smtp is None:
            message = f"report {name!r} is mailed, and there is no mail server"
            yield Problem("E_MISSING", (*path, "mail"), message, "write `smtp: {host: …}`")
        if report.by in ("hour", "4h") and report.at >= "01:00":
            message = f"report {name!r} of each {report.by} would come {report.at} after its end"
            yield Problem("E_RANGE", (*path, "at"), message, 'write minutes only, like "00:05"')
