"""Commands of somebody who has no right to what they need."""

from pathlib import Path
from typing import NoReturn

import pytest
from callcenter.cli import main
from callcenter.pbx.deploy.history import History
from click.testing import CliRunner

pytestmark = pytest.mark.pure
EXAMPLE = Path(__file__).parents[2] / "examples" / "hotline-12345"


def test_a_node_of_somebody_else_is_one_message(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(_: History) -> NoReturn:  # tests may run as root, whom no file refuses
        raise PermissionError(13, "Permission denied", "/var/lib/callcenter/x/history")

    monkeypatch.setattr(History, "versions", refuse)
    result = CliRunner().invoke(main, ["history", "--site", str(EXAMPLE)])
    assert result.exit_code == 3
    assert result.output == (
        "Error: /var/lib/callcenter/x/history: Permission denied; run the command as root\n"
    )
