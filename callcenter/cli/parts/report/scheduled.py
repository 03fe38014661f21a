"""callcenter report run-scheduled: a report of the site's `reports`, to its folder and by mail."""

from dataclasses import replace
from email.message import EmailMessage
from email.utils import formatdate, make_msgid
from pathlib import Path
from tempfile import TemporaryDirectory
from zoneinfo import ZoneInfo

import click

from callcenter.cli.parts.common.options import Missing, Refused, open_site, site_option
from callcenter.cli.parts.common.reading import node_of, now, opened, period
from callcenter.cli.parts.report.asked import Asked, words
from callcenter.cli.parts.report.build import REPORTS, WITHIN
from callcenter.cli.parts.report.mail import MailRefused, send
from callcenter.cli.parts.report.tables import Style, as_csv, as_page, as_sheets
from callcenter.kpi.due import due
from callcenter.kpi.windows import Grain, Window, as_local, window_of
from callcenter.pbx.files import copy
from callcenter.pbx.node import NodePaths
from callcenter.pbx.secrets import SecretsError, site_secrets
from callcenter.records.reading.reports import Selection, open_reports
from callcenter.site.findings import nearest
from callcenter.site.model import ScheduledReport, Site
from callcenter.site.secrets import SMTP

_FOLDER = "reports"
_READABLE = 0o640
_NAMES = {
    Grain.HOUR: "%Y-%m-%d-%H", Grain.FOUR_HOURS: "%Y-%m-%d-%H", Grain.DAY: "%Y-%m-%d",
    Grain.WEEK: "%G-W%V", Grain.MONTH: "%Y-%m", Grain.QUARTER: "%Y-%m", Grain.YEAR: "%Y",
}  # fmt: skip
_TYPES = {
    "html": ("text", "html"),
    "csv": ("text", "csv"),
    "xlsx": ("application", "vnd.openxmlformats-officedocument.spreadsheetml.sheet"),
}


@click.command("run-scheduled")
@click.argument("name")
@site_option
@click.option(
    "--of",
    metavar="TIME",
    help="The window that holds this time, such as 2025-11-29; default: the last one due.",
)
def run_scheduled(name: str, folder: Path, of: str | None) -> None:
    """Make a report of the site's `reports` now: its file, its mail (定时报表).

    The controller does the same by itself, at the report's time.
    """
    site = open_site(folder)
    plan = site.reports.get(name)
    if plan is None:
        raise Refused(f"the site has no report {name!r}; {nearest(name, site.reports)}")
    asked, made = _made(folder, site, plan, of)
    file = f"{name}-{as_local(asked.period.start_ms, asked.zone):{_NAMES[Grain(plan.by)]}}"
    file = f"{file}.{plan.form}"
    if plan.folder:
        path = _write(node_of(site), plan, file, made)
        click.echo(f"written: {path}")
    if plan.mail:
        _mail(folder, site, plan, _message(site, plan, asked, file, made))


def _made(folder: Path, site: Site, plan: ScheduledReport, of: str | None) -> tuple[Asked, bytes]:
    grain = Grain(plan.by)
    with opened(folder, site, open_reports) as reports:
        asked = Asked(
            site, reports, grain, _window(site, plan, of), Selection(), tenant="", now_ms=now()
        )
        if plan.report != "summary":  # which divides its window by itself
            asked = replace(asked, grain=WITHIN[grain])
        tables = REPORTS[plan.report][0](asked)
    style = Style(asked.zone, plan.lang or site.language)
    if plan.form == "xlsx":
        return asked, as_sheets(tables, style)
    if plan.form == "csv":
        return asked, as_csv(tables, style).encode()
    return asked, as_page(style.word(tables[0].name), words(asked), tables, style).encode()


def _window(site: Site, plan: ScheduledReport, of: str | None) -> Window:
    grain, zone = Grain(plan.by), ZoneInfo(site.timezone)
    last = due(grain, plan.at, now(), zone)
    if of is None:
        return last
    return window_of(period(of, None, site, Window(0, 1)).start_ms, grain, zone)


def _write(node: NodePaths, plan: ScheduledReport, file: str, made: bytes) -> Path:
    """Whoever looks into the folder sees the whole file, or the one before."""
    target = node.path / _FOLDER / plan.folder / file
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        with TemporaryDirectory() as beside:
            source = Path(beside) / file
            source.write_bytes(made)
            copy(source, target, _READABLE, target.parent.stat().st_gid)
    except OSError as error:
        raise Missing(f"{error.filename or target}: {error.strerror}") from None
    return target


def _message(
    site: Site, plan: ScheduledReport, asked: Asked, file: str, made: bytes
) -> EmailMessage:
    style = Style(asked.zone, plan.lang or site.language)
    key = f"summary_{plan.by}" if plan.report == "summary" else _term(plan.report)
    message = EmailMessage()
    message["Subject"] = f"{style.word(key)} {words(asked)}"
    message["Date"] = formatdate(localtime=True)
    message["Message-ID"] = make_msgid(domain="callcenter.invalid")
    message["To"] = ", ".join(plan.mail)
    message.set_content(f"{style.word(key)}\n{words(asked)}\n{file}\n")
    kind, subtype = _TYPES[plan.form]
    params = {"charset": "utf-8"} if kind == "text" else {}
    message.add_attachment(made, maintype=kind, subtype=subtype, filename=file, params=params)
    return message


def _term(report: str) -> str:
    return f"report_{report.replace('-', '_')}"


def _mail(folder: Path, site: Site, plan: ScheduledReport, message: EmailMessage) -> None:
    smtp = site.smtp
    if smtp is None:
        raise Refused("the site has no `smtp`")  # the site's check tells it first
    try:
        password = site_secrets(folder, site).get(SMTP, "") if smtp.username else ""
    except SecretsError as error:
        raise Refused(str(error)) from None
    if smtp.username and not password:
        raise Refused(
            f"no password for {smtp.username}: write `smtp.secret`, or `smtp: …` in secrets.yaml"
        )
    message["From"] = smtp.sender
    try:
        refused = send(smtp, password, folder, message)
    except MailRefused as error:
        raise Missing(str(error)) from None
    if refused:
        click.echo(f"refused by {smtp.host}: {', '.join(refused)}", err=True)
    click.echo(f"mailed: {len(plan.mail) - len(refused)} of {len(plan.mail)}")
