"""`callcenter qa softphone`: lines that are refused before any phone is made."""

from pathlib import Path

import pytest
from callcenter.cli import main
from callcenter.qa.softphone_console import Console, NoSuchCommand
from click.testing import CliRunner

pytestmark = pytest.mark.pure
SITE = Path(__file__).parents[2] / "examples/hotline-12345"


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ((), "name the phone"),
        (("--account", "me"), "--account needs --server"),
        (("--account", "me", "--server", "host:x"), "is not HOST[:PORT]"),
        (("--agent", "1", "--site", str(SITE)), "there is no agent '1'"),
        (("--account", "me", "--server", "h", "--call", "1", "--reject", "486"), "choose one"),
    ],
)
def test_what_is_wrong_is_said_with_its_remedy(words: tuple[str, ...], said: str) -> None:
    done = CliRunner().invoke(main, ["qa", "softphone", *words])
    assert done.exit_code == 1
    assert said in done.output


class Phone:
    """A phone without calls."""

    calls = ()


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("fly", "commands: call"),
        ("h", "could be hangup, hold, hear, help"),
        ("transfer", "usage: transfer NUMBER"),
        ("answer", "there is no call"),
        ("join", "there are not two"),
    ],
)
async def test_a_wrong_command_says_what_is_possible(line: str, said: str) -> None:
    with pytest.raises(NoSuchCommand, match=said):
        await Console(Phone()).obey(line)  # type: ignore[arg-type]


async def test_help_lists_every_command() -> None:
    told = await Console(Phone()).obey("help")  # type: ignore[arg-type]
    assert told is not None
    assert "transfer NUMBER" in told
