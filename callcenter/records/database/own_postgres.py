"""A PostgreSQL server of our own, for as long as it is measured."""

import os
import shutil
import signal
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg

_OWNER = "nobody"
"""postgres refuses to run as root; this user is on every Debian."""
_START_S = 60.0
_SETTINGS = (
    "listen_addresses=", "max_wal_size=4GB", "shared_buffers=512MB", "maintenance_work_mem=512MB",
)  # fmt: skip


class PostgresMissing(Exception):
    """There is no PostgreSQL server to start; the text tells the remedy."""


@contextmanager
def own_postgres(folder: Path) -> Iterator[str]:
    """URL of an empty database on a server that listens on a socket in that folder, only there.

    The folder must not exist; it is left with the data. Raises PostgresMissing.
    """
    binaries = _binaries()
    folder.mkdir(parents=True)
    if os.geteuid() == 0:
        shutil.chown(folder, _OWNER, "nogroup")
    made = subprocess.run(
        _as_owner(
            binaries / "initdb", "--no-sync", "--auth=trust", "--username=callcenter",
            "--encoding=UTF8", "--locale=C", folder / "data",
        ),
        cwd="/", capture_output=True, text=True, check=False,
    )  # fmt: skip
    if made.returncode:
        raise PostgresMissing(f"initdb refused: {made.stderr.strip()}")
    words = [word for setting in _SETTINGS for word in ("-c", setting)]
    with (folder / "log").open("wb") as log:
        server = subprocess.Popen(
            _as_owner(binaries / "postgres", "-D", folder / "data", "-k", folder, *words),
            cwd="/", stdout=log, stderr=subprocess.STDOUT,
        )  # fmt: skip
    try:
        _create(folder, server)
        yield f"postgresql+psycopg://callcenter@/records?host={folder}"
    finally:
        server.send_signal(signal.SIGINT)  # "fast": ends sessions, then itself
        server.wait(_START_S)


def _binaries() -> Path:
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"))
    if not found:
        raise PostgresMissing(
            "PostgreSQL's server is missing: apt install postgresql, or give --url"
        )
    return found[-1].parent


def _as_owner(*words: str | Path) -> list[str]:
    """A command line that runs as its owner, and ends with this process even if it is killed."""
    prefix = ["setpriv", "--pdeathsig=INT"]
    if os.geteuid() == 0:
        prefix += [f"--reuid={_OWNER}", "--regid=nogroup", "--clear-groups"]
    return [*prefix, *map(str, words)]


def _create(folder: Path, server: subprocess.Popen[bytes]) -> None:
    deadline = time.monotonic() + _START_S
    while True:
        try:
            place = f"host={folder} user=callcenter dbname=postgres"
            with psycopg.connect(place, autocommit=True) as connection:
                connection.execute("CREATE DATABASE records")
            return
        except psycopg.OperationalError as error:
            if server.poll() is not None or time.monotonic() > deadline:
                log = (folder / "log").read_text().strip()
                raise PostgresMissing(f"postgres did not start: {log}") from error
            time.sleep(0.05)
