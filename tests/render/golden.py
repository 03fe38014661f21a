"""The files of examples/hotline-12345 as they should be; `python -m tests.render.golden` renews."""

from pathlib import Path

from callcenter.pbx.site_files import read_site
from tests.render.sites import files_of

ROOT = Path(__file__).parents[2]
FOLDER = Path(__file__).parent / "golden" / "hotline-12345"
EXAMPLE = ROOT / "examples" / "hotline-12345"


def example_files() -> dict[str, str]:
    """The example's files, with secrets that are the same each time."""
    return files_of(read_site(EXAMPLE))


def _renew() -> None:
    FOLDER.mkdir(parents=True, exist_ok=True)
    for old in FOLDER.iterdir():
        old.unlink()
    for name, text in example_files().items():
        (FOLDER / name).write_text(text, encoding="utf-8")


if __name__ == "__main__":
    _renew()
