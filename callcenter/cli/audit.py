"""callcenter audit: what supervisors and administrators did, or were refused."""

import click

from callcenter.cli.parts.common.options import Overview
from callcenter.cli.parts.records.audit import audit as _list


@click.group(cls=Overview)
def audit() -> None:
    """审计: what supervisors and administrators did, or were refused."""


audit.add_command(_list, "list")
