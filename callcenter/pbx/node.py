"""One node: the folders of one Asterisk, and the system user that it runs as."""

import fcntl
import os
import pwd
import socket
import subprocess
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path, PurePath, PurePosixPath
from typing import NamedTuple

NODES = Path("/var/lib/callcenter")
"""Where nodes live when the site names no path."""

PLACES = {
    "etc": "/etc/asterisk",
    "lib": "/var/lib/asterisk",
    "log": "/var/log/asterisk",
    "spool": "/var/spool/asterisk",
    "run": "/run/asterisk",
}
"""Folder of the node -> where Asterisk sees it; `asterisk/enter.sh` mounts them so."""

_HOSTS = Path("/etc/hosts")

_WRITTEN_BY_ASTERISK = (
    "lib/keys",
    "log",
    "log/cdr-csv",
    "log/cel-custom",
    "spool",
    "spool/monitor",
    "spool/outgoing",
    "spool/recording",
    "spool/tmp",
    "spool/voicemail",
    "run",
)
"""Asterisk makes none of these by itself, and is silent about records that it cannot write."""


class MachineError(Exception):
    """The machine lacks something, or does not let us do something; ends with the remedy."""


class Account(NamedTuple):
    """The numbers of a system user. Names differ between host and root, numbers do not."""

    uid: int
    gid: int


@dataclass(frozen=True, slots=True)
class NodePaths:
    """Where on the host the parts of one node are."""

    path: Path

    @property
    def etc(self) -> Path:
        """Asterisk's configuration; its group may read it, nobody of Asterisk may write it."""
        return self.path / "etc"

    @property
    def lib(self) -> Path:
        """Asterisk's database, prompts and keys."""
        return self.path / "lib"

    @property
    def log(self) -> Path:
        """Asterisk's logs, CDR and CEL."""
        return self.path / "log"

    @property
    def spool(self) -> Path:
        """Recordings and voicemail."""
        return self.path / "spool"

    @property
    def run(self) -> Path:
        """Asterisk's control socket and process id."""
        return self.path / "run"

    @property
    def adopted(self) -> bool:
        """True where the folders are those of the machine's own Asterisk; see pbx/adopt.py."""
        return self.etc.is_symlink()

    @property
    def hosts(self) -> Path:
        """The hosts file that Asterisk sees."""
        return self.path / "hosts"

    @property
    def console(self) -> Path:
        """What Asterisk, or the way to it, said before it had a log."""
        return self.path / "console.log"

    @property
    def controller_log(self) -> Path:
        """The controller's log; not among Asterisk's, whose folder its user may write in."""
        return self.path / "controller.log"

    @property
    def sign_of_life(self) -> Path:
        """File that the controller touches every few seconds."""
        return self.path / "controller.alive"

    @property
    def journal(self) -> Path:
        """The controller's facts; invisible to Asterisk, as all that follows."""
        return self.path / "journal"

    @property
    def recordings(self) -> Path:
        """Recordings as they are kept; those that are not yet are in the spool."""
        return self.path / "recordings"

    @property
    def certificates(self) -> Path:
        """What proves the destruction of recordings."""
        return self.path / "destroyed"

    @property
    def history(self) -> Path:
        """Earlier deployments."""
        return self.path / "history"

    @property
    def deployed(self) -> Path:
        """What is deployed now."""
        return self.path / "deployed.json"

    @property
    def control_socket(self) -> Path:
        """Where the running controller answers."""
        return self.path / "control.sock"

    @property
    def live_socket(self) -> Path:
        """Where other software reads the floor, if the site has it."""
        return self.path / "live.sock"

    def inside(self, path: str | PurePosixPath) -> Path:
        """The host's path of what Asterisk calls `path`.

        Raises ValueError for a path that does not belong to the node.
        """
        asked = PurePosixPath(path)
        for name, place in PLACES.items():
            if asked.is_relative_to(place):
                return self.path / name / asked.relative_to(place)
        raise ValueError(f"{path} is not in a folder of the node")


def node_path(site: str, path: str = "") -> NodePaths:
    """The node of a site by name; `path` is what the site says itself, if anything."""
    return NodePaths(Path(path) if path else NODES / site)


def prepare(node: NodePaths, user: str) -> Account:
    """Make the node's folders and its hosts file, and the system user where it is missing.

    Raises MachineError without root rights, or where a link is in place of a folder.
    """
    need_root("make a node")
    if node.adopted:
        theirs = node.lib.stat()
        return Account(theirs.st_uid, theirs.st_gid)
    account = system_user(user)
    node.path.mkdir(parents=True, exist_ok=True)
    ours = Account(0, account.gid)
    _own(node, "etc", ours, 0o2750)  # set-gid: what is deployed can be read by Asterisk's group
    # Sticky: Asterisk makes files there, but cannot put another folder in our folder's place.
    _own(node, "lib", ours, 0o1770)
    _own(node, "lib/callcenter", Account(0, 0), 0o755)
    for name in _WRITTEN_BY_ASTERISK:
        _own(node, name, account, 0o750)
    known = _HOSTS.read_text(encoding="utf-8") if _HOSTS.exists() else ""
    node.hosts.write_text(hosts_text(known, socket.gethostname()), encoding="utf-8")
    node.hosts.chmod(0o644)
    return account


def _own(node: NodePaths, name: str, owner: Account, mode: int) -> None:
    with inner_folder(node.path, name) as folder:
        os.chown(folder, *owner)
        folder.chmod(mode)


@contextmanager
def inner_folder(base: Path, inside: str | PurePath) -> Iterator[Path]:
    """A folder below `base`, made where it is missing, as a path that nobody can lead elsewhere.

    Who has broken into Asterisk can put a link to /etc in place of any folder that Asterisk's user
    may write in, at any moment, and we are root. So each folder is opened by its name in the one
    before, no link is followed, and the path is good while the context lasts. Raises MachineError.
    """
    with ExitStack() as opened:
        folder = os.open(base, os.O_RDONLY | os.O_DIRECTORY)
        opened.callback(os.close, folder)
        for name in PurePath(inside).parts:
            try:
                folder = _open_in(folder, name)
            except NotADirectoryError:
                remedy = "see who put it there, and remove it; to use another disk, mount it there"
                message = f"{base / inside}: {name} is a link, or no folder; {remedy}"
                raise MachineError(message) from None
            opened.callback(os.close, folder)
        yield Path(f"/proc/self/fd/{folder}")


def _open_in(folder: int, name: str) -> int:
    try:
        os.mkdir(name, 0o700, dir_fd=folder)
        made = True
    except FileExistsError:
        made = False
    inner = os.open(name, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW, dir_fd=folder)
    if made:
        os.fchmod(inner, 0o755)  # whatever our umask: Asterisk must be able to read it
    return inner


def need_root(purpose: str) -> None:
    """Raise MachineError where we are not root."""
    if os.geteuid() != 0:
        raise MachineError(f"only root can {purpose}; run the command again with sudo")


def system_user(name: str) -> Account:
    """The numbers of a system user, made where it is missing. Raises MachineError."""
    with _only_one_makes_users():
        try:
            found = pwd.getpwnam(name)
        except KeyError:
            _make_user(name)
            found = pwd.getpwnam(name)
    if found.pw_uid == 0:
        raise MachineError(f"node.user is {name}, which is root; name another user")
    return Account(found.pw_uid, found.pw_gid)


def _make_user(name: str) -> None:
    words = ["useradd", "--system", "--user-group", "--no-create-home"]
    words += ["--home-dir", "/nonexistent", "--shell", "/usr/sbin/nologin", name]
    made = subprocess.run(words, capture_output=True, text=True, check=False)
    if made.returncode:
        reason = made.stderr.strip()
        raise MachineError(f"the system user {name} cannot be made ({reason}); make it by hand")


@contextmanager
def _only_one_makes_users() -> Iterator[None]:
    # useradd does not wait for another useradd, it fails.
    with Path("/run/callcenter-user.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def hosts_text(text: str, machine: str) -> str:
    """The host's own hosts, and what must resolve at once: else each call waits for DNS."""
    known = {name for line in text.splitlines() for name in line.partition("#")[0].split()[1:]}
    missing = [name for name in ("localhost", machine) if name not in known]
    whole = text if not text or text.endswith("\n") else f"{text}\n"
    return whole + "".join(f"127.0.0.1 {name}\n" for name in missing)
