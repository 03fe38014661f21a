"""The file system that Asterisk's programs come from: the machine's own, or one that we make.

The embedded root is made once for all nodes, beside its place, and renamed when it is whole.
"""

import fcntl
import hashlib
import json
import os
import shutil
import subprocess
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from callcenter.pbx import apt
from callcenter.pbx.machine_asterisk import lacks_of_machine, modules_of
from callcenter.pbx.node import MachineError, need_root
from callcenter.pbx.project import ASTERISK, lines_of

Say = Callable[[str], None]
"""Takes one line of progress."""

OLDEST = (22, 4)
"""Asterisk 22.4: the first with transfers left to ARI, and REST over the event WebSocket."""

SUITES = ("testing", "sid")
"""Debian suites to look in, best first; stable ones older than 14 carry no Asterisk."""

MARKER = "callcenter-root.json"
_PARTIAL = ".partial-"
_LAYOUT = "1"
"""Raised when `_finish` changes, so that roots of before are made anew."""

_ROOM_BYTES = 1_000_000_000
_LEFT_OUT = ("man/*", "locale/*", "doc/*", "doc-base/*", "lintian/*")


def cache_folder() -> Path:
    """Where roots are kept: `$XDG_CACHE_HOME/callcenter`, by default ~/.cache/callcenter."""
    home = os.environ.get("XDG_CACHE_HOME") or "~/.cache"
    return Path(home).expanduser() / "callcenter"


def ensure_root(say: Say = lambda _: None) -> Path:
    """The root to start Asterisk in: `/` where the machine's own Asterisk will do, else ours.

    Makes ours where it is missing (half a minute). A second run at the same time waits. Raises
    MachineError where it cannot be made.
    """
    if not lacks_of_machine(OLDEST, needed_modules()):
        return Path("/")
    return embedded_root(say)


def embedded_root(say: Say = lambda _: None) -> Path:
    """The root that we make ourselves; see `ensure_root`."""
    target = embedded_path()
    if target.is_dir():
        return target
    need_root("make Asterisk's root file system")
    target.parent.mkdir(parents=True, exist_ok=True)
    with _only_builder(target, say) as lock:
        if not target.is_dir():  # else the run that we waited for has made it
            _remove_leftovers(target)
            _make(target, say, lock)
    return target


def embedded_path() -> Path:
    """Where our root is, or will be; a changed package list is another root."""
    words = "\n".join([_LAYOUT, apt.architecture(), *packages()])
    return cache_folder() / f"asterisk-{hashlib.sha256(words.encode()).hexdigest()[:12]}"


def packages() -> list[str]:
    """Debian packages of the embedded root."""
    return lines_of(ASTERISK / "packages.txt")


def needed_modules() -> list[str]:
    """The modules that Asterisk loads, in the order of the list."""
    return lines_of(ASTERISK / "modules.txt")


def version_of(root: Path) -> str:
    """What a root carries, for people: Asterisk's version and where it is from."""
    marker = root / MARKER
    if not marker.exists():
        return f"the machine's own ({root})"
    made = json.loads(marker.read_text(encoding="utf-8"))
    return f"{made['asterisk']} of Debian {made['suite']} ({root})"


@contextmanager
def _only_builder(target: Path, say: Say) -> Iterator[int]:
    with target.with_name(f"{target.name}.lock").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            say("Another run is making Asterisk's root file system; waiting for it")
            fcntl.flock(lock, fcntl.LOCK_EX)
        yield lock.fileno()


def _remove_leftovers(target: Path) -> None:
    for leftover in target.parent.glob(f"{target.name}{_PARTIAL}*"):
        shutil.rmtree(leftover)


def _make(target: Path, say: Say, lock: int) -> None:
    room = shutil.disk_usage(target.parent).free
    if room < _ROOM_BYTES:
        raise MachineError(
            f"{target.parent} has {room // 1_000_000} MB left and the root needs "
            f"{_ROOM_BYTES // 1_000_000}; make room, or set XDG_CACHE_HOME to another disk"
        )
    mirror = apt.main_mirror()
    suite, version = _newest(mirror, say)
    partial = target.with_name(f"{target.name}{_PARTIAL}{os.getpid()}")
    try:
        _bootstrap(partial, mirror, suite, say, lock)
        _finish(partial, suite, version)
        partial.rename(target)
    finally:
        shutil.rmtree(partial, ignore_errors=True)
    say(f"Asterisk {version} is ready in {target}")


def _newest(mirror: apt.Mirror, say: Say) -> tuple[str, str]:
    """The first suite with an Asterisk that is new enough, and that Asterisk's version."""
    seen = []
    for suite in SUITES:
        say(f"Looking for Asterisk in Debian {suite}")
        version = apt.carried(mirror, suite, "asterisk")
        if version and apt.upstream(version) >= OLDEST:
            return suite, version
        seen.append(f"{suite}: {version or 'none'}")
    wanted = ".".join(map(str, OLDEST))
    raise MachineError(
        f"no suite of {mirror.uri} carries Asterisk >= {wanted} ({', '.join(seen)}); name a full "
        "Debian mirror in /etc/apt/sources.list"
    )


def _bootstrap(partial: Path, mirror: apt.Mirror, suite: str, say: Say, lock: int) -> None:
    # A mount namespace around it: whatever happens, nothing of the host is mounted in a folder
    # that will be removed. It dies with us, and holds the lock until it is really gone.
    words = ["setpriv", "--pdeathsig", "TERM", "unshare", "--mount", "--propagation", "private"]
    words += ["mmdebstrap", "--mode=root", "--variant=minbase", f"--include={','.join(packages())}"]
    words += [f"--aptopt={line}" for line in apt.settings().splitlines()]
    words += ['--aptopt=Acquire::Languages "none"']
    words += [f"--dpkgopt=path-exclude=/usr/share/{folder}" for folder in _LEFT_OUT]
    words += ["--dpkgopt=path-include=/usr/share/doc/*/copyright"]
    words += [suite, str(partial), mirror.source(suite)]
    last: list[str] = []
    try:
        child = subprocess.Popen(
            words, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, pass_fds=(lock,)
        )
    except FileNotFoundError as missing:
        raise MachineError(f"{missing.filename} is not here; apt-get install mmdebstrap") from None
    with child:
        for line in child.stdout or ():
            last = [*last, line.rstrip()][-12:]
            if line.startswith("I: "):
                say(line[3:].rstrip())
    if child.returncode:
        quoted = "\n".join(f"  {line}" for line in last)
        raise MachineError(f"mmdebstrap could not make Asterisk's root; its last words:\n{quoted}")


def _finish(partial: Path, suite: str, version: str) -> None:
    """What `enter.sh` mounts on must be there, and be no link to elsewhere."""
    (partial / "etc/apt/apt.conf.d/99mmdebstrap").unlink(missing_ok=True)  # the host's settings
    (partial / "run/asterisk").mkdir(parents=True, exist_ok=True)
    for name in ("hosts", "resolv.conf", "localtime"):
        file = partial / "etc" / name
        file.unlink(missing_ok=True)
        file.touch()
    shutil.copyfile(partial / "usr/share/zoneinfo/Etc/UTC", partial / "etc/localtime")
    missing = sorted(set(needed_modules()) - modules_of(partial))
    if missing:
        raise MachineError(f"Asterisk {version} of Debian {suite} has no {', '.join(missing)}")
    marker = {"asterisk": version, "suite": suite, "packages": packages()}
    (partial / MARKER).write_text(json.dumps(marker, indent=1) + "\n", encoding="utf-8")
    partial.chmod(0o755)
