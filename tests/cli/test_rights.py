"""Commands of somebody who has no right to what they need."""

import os
import shutil
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from callcenter.cli import main
from click.testing import CliRunner

pytestmark = [
    pytest.mark.pure,
    pytest.mark.skipif(os.geteuid() != 0, reason="only root can become somebody else"),
]
EXAMPLE = Path(__file__).parents[2] / "examples" / "hotline-12345"
NOBODY = 65534


@pytest.fixture
def site() -> Iterator[Path]:
    """A site that everybody may read, with a node that is root's alone."""
    with TemporaryDirectory() as name:
        folder = Path(name, "site")
        shutil.copytree(EXAMPLE, folder, ignore=shutil.ignore_patterns("secrets.yaml"))
        Path(name).chmod(0o755)
        main_file = folder / "site.yaml"
        text = main_file.read_text(encoding="utf-8")
        node = Path(name, "node")
        node.mkdir(mode=0o700)
        main_file.write_text(f"{text}\nnode: {{path: {node}}}\n", encoding="utf-8")
        os.seteuid(NOBODY)
        yield folder
        os.seteuid(0)


@pytest.mark.parametrize("words", [("history",), ("calls", "list"), ("records", "ingest")])
def test_a_node_of_somebody_else_is_one_message(site: Path, words: tuple[str, ...]) -> None:
    result = CliRunner().invoke(main, [*words, "--site", str(site)])
    assert result.exit_code == 3
    assert "Permission denied; run the command as root" in result.output
