"""Databases for tests: SQLite in a file, and a PostgreSQL server of our own."""

import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

OWNER = "nobody"
"""postgres refuses to run as root; this user is on every Debian."""


def _binaries() -> Path:
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"))
    if not found:
        pytest.fail("PostgreSQL's server is missing: run scripts/test, or apt install postgresql")
    return found[-1].parent


def _as_owner(*command: str | Path) -> None:
    prefix = ["setpriv", f"--reuid={OWNER}", "--regid=nogroup", "--clear-groups"]
    words = [str(word) for word in command]
    if os.geteuid() == 0:
        words = [*prefix, *words]
    done = subprocess.run(words, cwd="/", capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[Path]:
    """A PostgreSQL server that listens on a socket in the folder returned, and nowhere else."""
    binaries = _binaries()
    # A socket's path may have 107 characters; pytest's own folders can be longer.
    folder = Path(tempfile.mkdtemp(prefix="pg-"))
    if os.geteuid() == 0:
        shutil.chown(folder, OWNER, "nogroup")
    data = folder / "data"
    try:
        _as_owner(
            binaries / "initdb", "--no-sync", "--auth=trust", "--username=callcenter",
            "--encoding=UTF8", "--locale=C", data,
        )  # fmt: skip
        options = f"-k {folder} -c listen_addresses='' -c fsync=off"
        _as_owner(
            binaries / "pg_ctl", "start", "--wait", "-D", data, "-l", folder / "log", "-o", options
        )
        try:
            yield folder
        finally:
            _as_owner(binaries / "pg_ctl", "stop", "--wait", "--mode=immediate", "-D", data)
    finally:
        shutil.rmtree(folder)


@pytest.fixture
def postgres_url(postgres_server: Path, request: pytest.FixtureRequest) -> Iterator[str]:
    """URL of an empty database."""
    import psycopg

    name = f"t{abs(hash(request.node.nodeid)):x}"
    admin = f"host={postgres_server} user=callcenter dbname=postgres"
    with psycopg.connect(admin, autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {name}".encode())
    yield f"postgresql+psycopg://callcenter@/{name}?host={postgres_server}"
    with psycopg.connect(admin, autocommit=True) as connection:
        connection.execute(f"DROP DATABASE {name} WITH (FORCE)".encode())


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.db)])
def database(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """URL of an empty database, on each kind we support."""
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path / 'records.db'}"
    url: str = request.getfixturevalue("postgres_url")
    return url
