"""Reads a site's folder, and makes a new one."""

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from shutil import rmtree
from tempfile import mkdtemp
from types import MappingProxyType

from callcenter.pbx.secrets import FILE as SECRETS
from callcenter.pbx.secrets import load_or_make
from callcenter.site.findings import Finding, SiteErrors
from callcenter.site.load import Inspection, included, inspect
from callcenter.site.model import Site
from callcenter.site.starter import starter

MAIN = "site.yaml"
_NOTHING: Mapping[str, str] = MappingProxyType({})


def site_file(path: Path) -> Path:
    """The main file of a site that is given by its folder or by that file."""
    return path if path.suffix in (".yaml", ".yml") else path / MAIN


def site_folder(path: Path) -> Path:
    """The folder of a site that is given by its folder or by its main file."""
    return site_file(path).parent


def read_site(path: Path | str) -> Site:
    """The checked site of a folder, or of its main file.

    Raises SiteErrors with all that is wrong; the findings' files are paths from where the caller
    stands. A path that is not there, or no site, is one finding.
    """
    inspection = inspect_site(path)
    if inspection.site is None:
        raise SiteErrors([f for f in inspection.findings if f.is_error])
    return inspection.site


def inspect_site(path: Path | str, instead: Mapping[str, str] = _NOTHING) -> Inspection:
    """Like `read_site`, but gives errors and warnings back.

    instead: name of a file -> text to take in its place, as if it stood in the folder.
    """
    main = site_file(Path(path))
    folder = main.parent
    texts = dict(instead)
    missing = _read(main, main.name, texts)
    if missing is not None:
        return Inspection(None, (missing,))
    found = [
        finding
        for name in included(main.name, texts[main.name])
        if name not in instead
        and _is_inside(name)
        and (folder / name).is_file()
        and (finding := _read(folder / name, name, texts)) is not None
    ]
    if found:
        return Inspection(None, tuple(found))
    inspection = inspect(texts, main.name, _files(folder) | instead.keys())
    findings = [replace(f, file=str(folder / f.file)) for f in inspection.findings]
    return Inspection(inspection.site, tuple(findings))


def make_site(folder: Path, name: str) -> list[Path]:
    """Write a small working site and its secrets; the files it wrote.

    All is written beside and renamed, so the folder is there whole or not at all. Raises
    FileExistsError where the folder holds anything already, SecretsError where the secrets fail.
    """
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise FileExistsError(folder)
    folder.parent.mkdir(parents=True, exist_ok=True)
    beside = Path(mkdtemp(prefix=f".{folder.name}-", dir=folder.parent))
    try:
        for file, text in starter(name).items():
            (beside / file).write_text(text, encoding="utf-8")
        load_or_make(beside / SECRETS, read_site(beside))
        beside.chmod(0o755)
        beside.replace(folder)
    finally:
        rmtree(beside, ignore_errors=True)
    return sorted(folder.iterdir())


def _is_inside(name: str) -> bool:
    """An included file stands in the site's folder, so that the folder is all of the site."""
    return not Path(name).is_absolute() and ".." not in Path(name).parts


def _read(path: Path, name: str, texts: dict[str, str]) -> Finding | None:
    """Read one file into `texts`, unless it is there; the finding where that cannot be done."""
    if name in texts:
        return None
    try:
        texts[name] = path.read_text(encoding="utf-8-sig")
    except FileNotFoundError:
        remedy = "name a site's folder, or make one with `callcenter site init`"
        return Finding("E_FILE", str(path), 1, 1, "there is no such file", remedy)
    except UnicodeDecodeError as error:
        before = error.object[: error.start]
        line, column = before.count(b"\n") + 1, len(before) - before.rfind(b"\n")
        message = f"byte {column} of this line is not UTF-8"
        return Finding("E_FILE", str(path), line, 1, message, "save the file as UTF-8")
    except OSError as error:
        message = f"cannot be read: {error.strerror}"
        return Finding("E_FILE", str(path), 1, 1, message, "check the path and its rights")
    return None


def _files(folder: Path) -> frozenset[str]:
    """Names of all files of the folder, as the site writes them."""
    return frozenset(
        found.relative_to(folder).as_posix() for found in folder.rglob("*") if found.is_file()
    )
