"""Databases for tests: SQLite in a file, and a PostgreSQL server of our own."""

import os
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

OWNER = "nobody"
"""postgres refuses to run as root; this user is on every Debian."""


def _binaries() -> Path:
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"))
    if not found:
        pytest.fail("PostgreSQL's server is missing: run scripts/test, or apt install postgresql")
    return found[-1].parent


def _as_owner(*words: str | Path) -> list[str]:
    """A command line that runs as OWNER, and ends with this process even if it is killed."""
    prefix = ["setpriv", "--pdeathsig=INT"]
    if os.geteuid() == 0:
        prefix += [f"--reuid={OWNER}", "--regid=nogroup", "--clear-groups"]
    return [*prefix, *map(str, words)]


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[Path]:
    """A PostgreSQL server that listens on a socket in the folder returned, and nowhere else."""
    binaries = _binaries()
    # A socket's path may have 107 characters; pytest's own folders can be longer.
    folder = Path(tempfile.mkdtemp(prefix="pg-"))
    if os.geteuid() == 0:
        shutil.chown(folder, OWNER, "nogroup")
    data = folder / "data"
    made = subprocess.run(
        _as_owner(
            binaries / "initdb", "--no-sync", "--auth=trust", "--username=callcenter",
            "--encoding=UTF8", "--locale=C", data,
        ),
        cwd="/", capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert made.returncode == 0, made.stdout + made.stderr
    words = (binaries / "postgres", "-D", data, "-k", folder, "-c", "listen_addresses=")
    with (folder / "log").open("wb") as log:
        server = subprocess.Popen(
            _as_owner(*words, "-c", "fsync=off"), cwd="/", stdout=log, stderr=subprocess.STDOUT
        )
    try:
        _wait_until_it_answers(folder, server)
        yield folder
    finally:
        server.send_signal(signal.SIGINT)  # "fast": ends sessions, then itself
        server.wait(30)
        shutil.rmtree(folder)


def _wait_until_it_answers(folder: Path, server: subprocess.Popen[bytes]) -> None:
    deadline = time.monotonic() + 60
    while True:
        assert server.poll() is None, (folder / "log").read_text()
        try:
            psycopg.connect(f"host={folder} user=callcenter dbname=postgres").close()
            return
        except psycopg.OperationalError:
            assert time.monotonic() < deadline, (folder / "log").read_text()
            time.sleep(0.05)


@pytest.fixture
def postgres_url(postgres_server: Path, request: pytest.FixtureRequest) -> Iterator[str]:
    """URL of an empty database."""
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
