"""The command line as a whole: its overview, and lines that cannot be read."""

import pytest
from callcenter.cli import NOUNS, main
from click import Group
from click.testing import CliRunner

pytestmark = pytest.mark.pure


@pytest.mark.parametrize(
    "line",
    [
        "nonsense",
        "--nonsense",
        "calls",
        "calls lst",
        "calls show",
        "calls list --nonsense",
        "report connection-rate --by century",
        "node log -n many",
        "agents sign-in",
    ],
)
def test_a_line_that_cannot_be_read_is_a_wrong_request_and_no_failed_check(line: str) -> None:
    done = CliRunner().invoke(main, line.split())
    assert done.exit_code == 1
    assert "Usage: " in done.output


def test_an_overview_cuts_no_line_short() -> None:
    for name in NOUNS:
        noun = main.get_command(main.make_context("callcenter", ["site", "docs"]), name)
        if isinstance(noun, Group):
            said = CliRunner().invoke(main, [name, "--help"], terminal_width=80).output
            assert "..." not in said.partition("Commands:")[2], name
