"""callcenter agents: who is here and what they do; set their states for them."""

from collections.abc import Callable, Iterable
from datetime import timedelta
from pathlib import Path
from typing import Any, TypeVar

import click
from click.shell_completion import CompletionItem
from rich.table import Table
from rich.text import Text

from callcenter.acd.agents.agent import IN_CALL
from callcenter.cli.parts.agents import roster as _roster
from callcenter.cli.parts.agents.skills import skills
from callcenter.cli.parts.common.acting import act, overrides
from callcenter.cli.parts.common.options import (
    Missing,
    Overview,
    Refused,
    json_option,
    open_site,
    print_json,
    site_option,
)
from callcenter.cli.parts.common.reading import node_of
from callcenter.cli.parts.common.tenants import known_tenant, tenant_option
from callcenter.cli.parts.common.view import COLOUR
from callcenter.cli.parts.common.wide import print_table
from callcenter.live.control_client import ControllerRefused, NoController, ask
from callcenter.pbx.secrets import FILE, SecretsError, load_or_make
from callcenter.pbx.site_files import read_site
from callcenter.site.findings import SiteErrors, nearest
from callcenter.site.model import Site
from callcenter.site.secrets import agent_password, agent_pin
from callcenter.site.tenants import within
from callcenter.terms import AgentState

_AFTER_THE_CALL = {"sign_out", "not_ready"}
_Command = TypeVar("_Command", bound=Callable[..., Any])


def _site_of(ctx: click.Context) -> Site | None:
    """The site of a command line that is being typed; None while it has none that is right."""
    folder = ctx.params.get("folder")
    try:
        return read_site(folder) if folder is not None else None
    except (SiteErrors, OSError):
        return None


def _numbers(ctx: click.Context, _: click.Parameter, begun: str) -> list[CompletionItem]:
    site = _site_of(ctx)
    agents = site.agents if site is not None else {}
    return [
        CompletionItem(number, help=agent.name)
        for number, agent in agents.items()
        if number.startswith(begun)
    ]


def _reasons(ctx: click.Context, _: click.Parameter, begun: str) -> list[CompletionItem]:
    site = _site_of(ctx)
    reasons = site.not_ready_reasons.values() if site is not None else ()
    return [CompletionItem(reason) for reason in reasons if reason.startswith(begun)]


def _agents_argument(command: _Command) -> _Command:
    return click.argument(
        "numbers", metavar="NUMBER...", nargs=-1, required=True, shell_complete=_numbers
    )(command)


@click.group(cls=Overview)
def agents() -> None:
    """See agents and set their states; import many at once."""


for _command in (_roster.import_agents, _roster.export, _roster.passwords, skills):
    agents.add_command(_command)


@agents.command("list")
@site_option
@click.option("--here", is_flag=True, help="Only who is signed in.")
@tenant_option
@json_option
def list_agents(folder: Path, here: bool, tenant: str, as_json: bool) -> None:
    """All agents: what they do, since when, and what they can serve.

    Skills that were changed at once, over what is deployed, are marked with `*`.
    """
    site = open_site(folder)
    known_tenant(site, tenant)
    changed = overrides(site)
    found = [
        agent | {"skills_changed": changed.get(("skills", agent["agent"]))}
        for agent in _ask(site, do="agents")["agents"]
        if not here or agent["state"] != AgentState.SIGNED_OUT
        if not tenant or agent["agent"] in within(site, tenant, "agents")
    ]
    if as_json:
        print_json(found)
    elif not found:
        click.echo("Nobody is signed in." if here else "The site has no agents.")
    else:
        print_table(_listing(found))


@agents.command("sign-in")
@_agents_argument
@site_option
@json_option
def sign_in(numbers: tuple[str, ...], folder: Path, as_json: bool) -> None:
    """Sign agents in (签入); they are ready for calls."""
    _set(numbers, folder, as_json, do="sign_in")


@agents.command("sign-out")
@_agents_argument
@site_option
@json_option
def sign_out(numbers: tuple[str, ...], folder: Path, as_json: bool) -> None:
    """Sign agents out (签出); who is in a call, when it ends."""
    _set(numbers, folder, as_json, do="sign_out")


@agents.command()
@_agents_argument
@site_option
@json_option
def ready(numbers: tuple[str, ...], folder: Path, as_json: bool) -> None:
    """Make agents ready (示闲); ends wrap-up and not ready."""
    _set(numbers, folder, as_json, do="ready")


@agents.command("not-ready")
@_agents_argument
@click.option("--reason", default="", help="One of the site's reasons.", shell_complete=_reasons)
@site_option
@json_option
def not_ready(numbers: tuple[str, ...], reason: str, folder: Path, as_json: bool) -> None:
    """Make agents not ready (示忙); who is in a call, when it ends."""
    known = open_site(folder).not_ready_reasons.values()
    if reason and reason not in known:
        raise Refused(f"there is no reason {reason!r}; {nearest(reason, known)}")
    _set(numbers, folder, as_json, do="not_ready", reason=reason)


@agents.command()
@click.argument("number", shell_complete=_numbers)
@site_option
@json_option
def password(number: str, folder: Path, as_json: bool) -> None:
    """What an agent needs: server, user and password of his softphone, and his PIN."""
    site = open_site(folder)
    if number not in site.agents:
        raise Refused(f"there is no agent {number!r}; {nearest(number, site.agents)}")
    try:
        secrets = load_or_make(folder / FILE, site)
    except SecretsError as error:
        raise Refused(str(error)) from None
    secret, pin = secrets[agent_password(number)], secrets[agent_pin(number)]
    server = f"{site.network.address}:{site.network.sip_port}"
    if as_json:
        print_json({"server": server, "user": number, "password": secret, "pin": pin})
    else:
        click.echo(f"server   {server}\nuser     {number}\npassword {secret}\npin      {pin}")


def _set(numbers: Iterable[str], folder: Path, as_json: bool, **request: str) -> None:
    site = open_site(folder)
    here = [agent["agent"] for agent in _ask(site, do="agents")["agents"]]
    for number in numbers:  # before the first is changed
        if number not in here:
            raise Refused(f"there is no agent {number!r}; {nearest(number, here)}")
    wanted, reason = request["do"], request.get("reason", "")
    for number in numbers:
        act(site, "force", agent=number, act=wanted, reason=reason)
    states = {agent["agent"]: agent for agent in _ask(site, do="agents")["agents"]}
    answers = [{k: states[n][k] for k in ("agent", "state", "reason")} for n in numbers]
    if as_json:
        print_json(answers)
    else:
        for answer in answers:
            later = request["do"] in _AFTER_THE_CALL and answer["state"] in IN_CALL
            then = "; this takes effect when the call is over" if later else ""
            click.echo(f"{answer['agent']} {_state(answer)}{then}")


def _ask(site: Site, **request: str) -> dict[str, Any]:
    try:
        return ask(node_of(site).control_socket, **request)
    except NoController as error:
        raise Missing(str(error)) from None
    except ControllerRefused as error:
        raise Refused(str(error)) from None


def _state(agent: dict[str, Any]) -> str:
    state = agent["state"].replace("_", " ")
    return f"{state}: {agent['reason']}" if agent["reason"] else state


def _listing(found: Iterable[dict[str, Any]]) -> Table:
    table = Table("agent", "name", "state", "since", "call", "queues", "skills")
    for agent in found:
        skills = ", ".join(f"{skill} {level}" for skill, level in agent["skills"].items())
        mark = " *" if agent["skills_changed"] else ""
        table.add_row(
            agent["agent"],
            Text(agent["name"]),
            Text(_state(agent), COLOUR[agent["state"]]),
            str(timedelta(seconds=int(agent["since_s"]))),
            agent["call"],
            Text(", ".join(agent["queues"])),
            Text(skills + mark),
        )
    return table
