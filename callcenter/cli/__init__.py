"""The command line: one module per noun; it parses and prints, and decides nothing."""

from importlib import import_module
from typing import Any

import click

NOUNS = {
    "agents": "See agents and set their states.",
    "audit": "What supervisors and administrators did, or were refused.",
    "bench": "Measure speed, side by side with Asterisk's own queue.",
    "blacklist": "Turn callers away, by number, prefix or pattern.",
    "callbacks": "Callers who are to be called back: list, withdraw.",
    "calls": "List calls and show one; end, move and take over those that are up.",
    "deploy": "Bring a site to its Asterisk, safely.",
    "diff": "Show what a deployment would change.",
    "exemptions": "What the contract leaves out of its rates, and who approved it.",
    "forecast": "Requests expected of each hour, frozen before it begins.",
    "history": "List earlier deployments.",
    "lists": "Say who is in a list of numbers, such as VIP.",
    "live": "Run the controller.",
    "loadtest": "Play callers and agents with SIPp.",
    "node": "Provide, check and run Asterisk.",
    "qa": "Use a real softphone, by hand and by script.",
    "owed": "Callers still owed a call, until somebody has served them.",
    "queues": "See queues; change their overflow, close and open them at once.",
    "records": "Look after the records: rebuild, prove, reconcile, correct, ingest.",
    "recordings": "Find, hear, hand over, hold, check and destroy recordings.",
    "report": "Print measures, such as the connection rate.",
    "rollback": "Bring an earlier deployment back.",
    "site": "Make, check and render a site.",
    "staffing": "Tell how many agents a load needs.",
    "supervise": "Listen, whisper or barge in on an agent's talk.",
    "top": "Watch the floor and the day, live.",
    "up": "From a site to a working hotline, in one command.",
    "voicemail": "Messages that callers left: list, hear, hand out, settle.",
}
"""Noun -> its line in the overview. The module is only imported when the noun is used, so that
`--help` and tab completion answer at once."""

_MODULE = {"diff": "deploy", "history": "deploy", "rollback": "deploy"}


class _NoRight(click.ClickException):
    exit_code = 3  # Exit.MISSING; its module would have to be imported for every `--help`


# A line that cannot be read is a wrong request (Exit.WRONG); click's 2 is our "a check failed".
click.UsageError.exit_code = 1


class _Nouns(click.Group):
    """Commands that live in modules of their own, found by name."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return sorted(NOUNS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in NOUNS:
            return None
        module = import_module(f"callcenter.cli.{_MODULE.get(cmd_name, cmd_name)}")
        command = getattr(module, cmd_name)
        assert isinstance(command, click.Command)  # noqa: S101  each module exports its noun
        return command

    def invoke(self, ctx: click.Context) -> Any:
        try:
            return super().invoke(ctx)
        except PermissionError as error:
            raise _NoRight(f"{error.filename}: {error.strerror}; run the command as root") from None

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        with formatter.section("Commands"):
            formatter.write_dl(sorted(NOUNS.items()))


@click.command(cls=_Nouns, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="callcenter")
def main() -> None:
    """A call-centre engine on Asterisk: one YAML site to a working hotline."""
