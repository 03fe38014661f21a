"""callcenter report: measures from the records, each report in every form."""

import click

from callcenter.cli.parts.common.options import Overview
from callcenter.cli.parts.report.adherence import adherence
from callcenter.cli.parts.report.asked import report_command
from callcenter.cli.parts.report.build import OPTIONS, REPORTS
from callcenter.cli.parts.report.scheduled import run_scheduled
from callcenter.cli.parts.report.visits import visits


@click.group(cls=Overview)
def report() -> None:
    """Print measures, such as the connection rate (报表).

    Without --from and --to: today, or the week, month, quarter or year of --by. All reports take
    the same options and come as text, JSON, CSV, spreadsheet or page with charts.
    """


for _name, (_builder, _help) in REPORTS.items():
    report.add_command(report_command(_name, _builder, _help, *OPTIONS.get(_name, ())))
report.add_command(adherence)
report.add_command(visits)
report.add_command(run_scheduled)
