"""callcenter qa: a real softphone for tests by hand and by script."""

import asyncio
import json
from collections.abc import Callable
from contextlib import suppress
from dataclasses import asdict, dataclass
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import Any

import click
from click.shell_completion import CompletionItem

from callcenter.cli.parts.common.options import (
    Exit,
    Missing,
    Overview,
    Refused,
    json_option,
    open_site,
    site_or_default,
)
from callcenter.cli.parts.common.shell import end_on_signals
from callcenter.pbx.node import MachineError
from callcenter.pbx.secrets import FILE, SecretsError, load_or_make
from callcenter.pbx.site_files import read_site
from callcenter.qa.agents import sip_server
from callcenter.qa.phone import Refused as SipRefused
from callcenter.qa.softphone_agent import Shift
from callcenter.qa.softphone_build import ensure_installed
from callcenter.qa.softphone_engine import SoftphoneError, SoftphoneMissing
from callcenter.qa.softphone_session import Plan, run
from callcenter.qa.softphone_words import Told
from callcenter.qa.stage import Late
from callcenter.site.findings import SiteErrors, nearest
from callcenter.site.secrets import agent_password

_SITES_OWN = "site"


def _site_if_any(ctx: click.Context, param: click.Parameter, given: Path | None) -> Path | None:
    try:
        return site_or_default(ctx, param, given)
    except Refused:
        if given is not None:
            raise
        return None


def _agents(ctx: click.Context, param: click.Parameter, begun: str) -> list[CompletionItem]:
    with suppress(SiteErrors, OSError, Refused):
        folder = ctx.params.get("folder") or site_or_default(ctx, param, None)
        agents = read_site(folder).agents.items()
        return [CompletionItem(n, help=a.name) for n, a in agents if n.startswith(begun)]
    return []


def _code_option(name: str, when: str) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    return click.option(
        name,
        is_flag=False,
        flag_value=_SITES_OWN,
        default="",
        metavar="[CODE]",
        help=f"Dial this feature code {when}; without a CODE the site's own.",
    )


@click.group(cls=Overview)
def qa() -> None:
    """Use a real softphone, by hand and by script."""


@qa.command("build-softphone")
def build_softphone() -> None:
    """Build the softphone's library (pjsua2) and install it here.

    Takes a minute or two, once for each Python and machine: the result is kept in
    ~/.cache/callcenter. Needs no deb-src line: the source is a part of Debian's Asterisk package.
    """
    try:
        ensure_installed(lambda line: click.echo(line, err=True))
    except MachineError as error:
        raise Missing(str(error)) from None
    click.echo("The softphone's library is here: callcenter qa softphone")


@qa.command()
@click.option(
    "--site",
    "folder",
    envvar="CALLCENTER_SITE",
    type=click.Path(path_type=Path),
    callback=_site_if_any,
    metavar="DIR",
    help="The site's folder, for --agent and its feature codes.",
)
@click.option("--agent", default="", shell_complete=_agents, help="An agent's phone of the site.")
@click.option("--account", default="", metavar="USER", help="Another account; with --server.")
@click.option(
    "--password",
    default="",
    envvar="CALLCENTER_SIP_PASSWORD",
    metavar="SECRET",
    help="Its password. Others see options in `ps`: better CALLCENTER_SIP_PASSWORD.",
)
@click.option("--server", default="", metavar="HOST[:PORT]", help="Its SIP server (UDP).")
@click.option("--register/--no-register", default=True, help="Without: a caller from outside.")
@click.option("--call", "number", default="", metavar="NUMBER", help="Call; ends with that call.")
@click.option("--keys", default="", metavar="DIGITS", help="Press these when --call is answered.")
@click.option("--answer-after", type=float, metavar="S", help="Answer calls after S seconds.")
@click.option("--reject", type=click.IntRange(400, 699), help="Refuse calls with this SIP code.")
@click.option("--talk", type=float, metavar="S", help="Hang up after S seconds of talk.")
@click.option("--wrap-up", default=0.0, metavar="S", help="Seconds of wrap-up (后处理).")
@_code_option("--sign-in", "first (签入)")
@_code_option("--ready", "after wrap-up (示闲)")
@_code_option("--sign-out", "at the end (签出)")
@click.option("--calls", default=0, type=click.IntRange(0), help="End after N answered calls.")
@click.option("--tone", default=1000.0, metavar="HZ", show_default=True, help="Say it; 0: nothing.")
@click.option("--expect-tone", type=float, metavar="HZ", help="With --call: fail unless heard.")
@click.option("--watch", multiple=True, metavar="NUMBER", help="Watch its lamp; may be repeated.")
@click.option("--mailbox", is_flag=True, help="Watch the messages-waiting lamp.")
@click.option("--sip-log", type=click.Path(path_type=Path), help="Write all SIP messages there.")
@json_option
def softphone(as_json: bool, **given: Any) -> None:
    """A registered softphone without sound card: says a tone, tells what happens.

    What stands on standard input are commands, such as `call 7001`, `answer`, `hold`,
    `transfer 1002`, `keys 5#`, `message 1002 Hello`, `hear`; `help` lists them, `quit` ends.
    With --answer-after or --reject calls are answered by themselves. --json prints one line
    for each event.

    Exit code 2: the call was not answered, or --expect-tone was not heard. 3: the library is
    missing, see `callcenter qa build-softphone`.
    """
    end_on_signals()
    try:
        asyncio.run(run(_plan(_Asked(**given)), partial(_tell, as_json), _say))
    except KeyboardInterrupt:
        return  # however it is ended, it has hung up, signed out and unregistered
    except (SoftphoneMissing, MachineError) as error:
        raise Missing(str(error)) from None
    except Late as error:
        click.echo(f"Error: {error}", err=True)
        raise SystemExit(Exit.FAILED) from None
    except (SipRefused, SoftphoneError, SecretsError, OSError) as error:
        raise Refused(str(error)) from None


@dataclass(frozen=True, slots=True)
class _Asked:
    """The options, as they are named."""

    folder: Path | None
    agent: str
    account: str
    password: str
    server: str
    register: bool
    number: str
    keys: str
    answer_after: float | None
    reject: int | None
    talk: float | None
    wrap_up: float
    sign_in: str
    ready: str
    sign_out: str
    calls: int
    tone: float
    expect_tone: float | None
    watch: tuple[str, ...]
    mailbox: bool
    sip_log: Path | None


def _plan(asked: _Asked) -> Plan:
    user, secret, server = _account(asked)
    answers = asked.answer_after is not None or asked.reject is not None
    if asked.number and answers:
        raise Refused("--call makes a call, --answer-after and --reject take calls: choose one")
    sign_in = _code(asked, asked.sign_in, "sign_in")
    sign_out = _code(asked, asked.sign_out, "sign_out")
    shift = Shift(
        sign_in=sign_in,
        sign_out=sign_out,
        ready=_code(asked, asked.ready, "ready"),
        answer_after_s=asked.answer_after or 0.0,
        reject=asked.reject or 0,
        talk_s=asked.talk,
        wrap_up_s=asked.wrap_up,
        tone_hz=asked.tone or None,
        calls=asked.calls,
    )
    return Plan(
        user,
        secret,
        server,
        register=asked.register,
        number=asked.number,
        keys=asked.keys,
        talk_s=asked.talk,
        expect_hz=asked.expect_tone,
        shift=shift if answers else None,
        sign_in=sign_in,
        sign_out=sign_out,
        tone_hz=asked.tone or None,
        watch=asked.watch,
        mailbox=asked.mailbox,
        sip_log=asked.sip_log,
    )


def _account(asked: _Asked) -> tuple[str, str, tuple[str, int]]:
    """User, password and server that the options name."""
    if bool(asked.agent) == bool(asked.account):
        raise Refused("name the phone: --agent NUMBER of the site, or --account with --server")
    if asked.account:
        if not asked.server:
            raise Refused("--account needs --server HOST[:PORT]")
        host, _, port = asked.server.partition(":")
        if port and not port.isdecimal():
            raise Refused(f"--server {asked.server!r} is not HOST[:PORT]")
        return asked.account, asked.password, (host, int(port or 5060))
    if asked.folder is None:
        raise Refused("--agent needs a site: name its folder with --site DIR")
    site = open_site(asked.folder)
    if asked.agent not in site.agents:
        raise Refused(f"there is no agent {asked.agent!r}; {nearest(asked.agent, site.agents)}")
    secret = load_or_make(asked.folder / FILE, site)[agent_password(asked.agent)]
    return asked.agent, secret, sip_server(site)


def _code(asked: _Asked, given: str, name: str) -> str:
    """The feature code that an option names; the site's own where it names none."""
    if given != _SITES_OWN:
        return given
    if not asked.folder:
        raise Refused(f"--{name.replace('_', '-')} without a CODE needs a site: --site DIR")
    return str(getattr(open_site(asked.folder).feature_codes, name))


def _tell(as_json: bool, told: Told) -> None:
    at = datetime.now().astimezone()
    if as_json:
        plain = asdict(told)
        event = {"at": at.isoformat(timespec="milliseconds"), "event": plain.pop("kind"), **plain}
        click.echo(json.dumps(event, ensure_ascii=False))
        return
    call = f"call {told.call}: " if told.call >= 0 else ""
    code = f" {told.code}" if told.code else ""
    text = "" if told.kind == "offered" else f" {told.text}"
    click.echo(f"{at:%H:%M:%S} {call}{told.kind}{code}{text} {told.peer}".rstrip())


def _say(line: str) -> None:
    click.echo(line, err=True)
