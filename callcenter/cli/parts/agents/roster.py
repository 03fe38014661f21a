"""callcenter agents import, export, passwords: many agents at once."""

import asyncio
import csv
import io
import sys
from pathlib import Path
from typing import Any, NoReturn

import click

from callcenter.cli.deploy import refusals
from callcenter.cli.parts.common.options import (
    Exit,
    Refused,
    json_option,
    open_site,
    print_json,
    site_option,
)
from callcenter.cli.parts.common.shell import clear_messages, step
from callcenter.cli.parts.common.tenants import known_tenant, tenant_option
from callcenter.pbx.deploy import release
from callcenter.pbx.deploy.bring import DeployResult
from callcenter.pbx.files import PRIVATE, write
from callcenter.pbx.roster_files import Import, RosterRefused, prepare_import
from callcenter.pbx.secrets import FILE as SECRETS
from callcenter.pbx.secrets import SecretsError, load_or_make
from callcenter.site.roster import FILE, roster_rows
from callcenter.site.secrets import agent_password
from callcenter.site.tenants import within

_READABLE = 0o644
_table = click.Path(path_type=Path, dir_okay=False)


@click.command("import")
@click.argument("file", type=_table)
@click.option("--dry-run", is_flag=True, help="Only check the file, and tell what would change.")
@click.option("--no-deploy", is_flag=True, help=f"Write {FILE}, but leave Asterisk as it is.")
@site_option
@json_option
def import_agents(file: Path, dry_run: bool, no_deploy: bool, folder: Path, as_json: bool) -> None:
    """Take agents from a CSV file, all of them or none, and deploy.

    Columns: extension, name, team, skills, tenant (分机, 姓名, 班组, 技能, 租户). The first line
    names them; skills like general:5;english:3. Who is there already is changed, others stay. Calls
    that are up go on, and the new agents can sign in at once.
    """
    open_site(folder)  # its own errors come first
    with clear_messages():
        try:
            wanted = prepare_import(folder, file)
        except RosterRefused as refused:
            _tell_errors(file, refused, as_json)
        if dry_run:
            _tell(wanted, None, as_json, "would be")
            return
        deployed = _take(wanted, folder, deploy=not no_deploy, as_json=as_json)
    _tell(wanted, deployed, as_json, "are")


@click.command()
@click.argument("file", required=False, type=_table)
@tenant_option
@site_option
def export(file: Path | None, tenant: str, folder: Path) -> None:
    """Write the agents as CSV, in the form that import takes, to FILE or standard output."""
    site = open_site(folder)
    known_tenant(site, tenant)
    rows = list(roster_rows(site, tenant or None))
    _write(rows, file, _READABLE)
    if file is not None:
        click.echo(f"{len(rows) - 1} agents in {file}")


@click.command()
@click.argument("file", type=_table)
@tenant_option
@site_option
def passwords(file: Path, tenant: str, folder: Path) -> None:
    """Write the agents' numbers and passwords as CSV, to a FILE that only you can read."""
    site = open_site(folder)
    known_tenant(site, tenant)
    try:
        secrets = load_or_make(folder / SECRETS, site)
    except SecretsError as error:
        raise Refused(str(error)) from None
    numbers = sorted(within(site, tenant, "agents") if tenant else site.agents)
    rows = [("number", "password"), *((n, secrets[agent_password(n)]) for n in numbers)]
    _write(rows, file, PRIVATE)
    click.echo(f"{len(numbers)} passwords in {file}; delete it when they are handed out")


def _take(wanted: Import, folder: Path, *, deploy: bool, as_json: bool) -> DeployResult | None:
    """Write, make passwords, deploy; where that fails the site's files are as they were."""
    wanted.write()
    try:
        load_or_make(folder / SECRETS, wanted.site)
        if not deploy:
            return None
        with refusals(as_json), step(f"Deploying {wanted.site.site}") as say:
            return asyncio.run(release.deploy(folder, say=say))
    except BaseException:  # whatever it is, Ctrl-C too: all or nothing
        wanted.undo()
        click.echo("nothing was imported; the site's files are as they were", err=True)
        raise


def _tell(wanted: Import, deployed: DeployResult | None, as_json: bool, verb: str) -> None:
    if as_json:
        told: dict[str, Any] = {
            "added": wanted.added,
            "changed": wanted.changed,
            "unchanged": wanted.unchanged,
            "deployment": deployed.version if deployed else None,
            "notes": deployed.notes if deployed else (),
        }
        print_json(told)
        return
    click.echo(
        f"{len(wanted.added)} agents {verb} added, {len(wanted.changed)} changed, "
        f"{wanted.unchanged} unchanged"
    )
    if deployed is not None:
        click.echo(f"deployment {deployed.version} stands, in {deployed.seconds:.1f} s")
        for note in deployed.notes:
            click.echo(note)
        click.echo("Next: `callcenter agents passwords FILE.csv` writes what their phones need.")


def _tell_errors(file: Path, refused: RosterRefused, as_json: bool) -> NoReturn:
    if as_json:
        print_json({"errors": [{"line": w.line, "message": w.message} for w in refused.wrong]})
    else:
        for wrong in refused.wrong:
            place = f"{file}:{wrong.line}: " if wrong.line else ""
            click.echo(f"{place}{wrong.message}", err=True)
        click.echo(f"nothing was imported ({len(refused.wrong)} errors)", err=True)
    sys.exit(Exit.WRONG)


def _write(rows: list[Any], file: Path | None, mode: int) -> None:
    text = io.StringIO()
    csv.writer(text, lineterminator="\n").writerows(rows)
    if file is None:
        click.echo(text.getvalue(), nl=False)
        return
    try:
        write(file, text.getvalue(), mode)
    except OSError as error:
        message = f"{file} cannot be written ({error.strerror}); choose another place"
        raise Refused(message) from None
