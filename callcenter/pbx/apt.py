"""What the machine's apt knows: the Debian mirror, its settings, and what a suite carries.

Nothing here changes the machine: packages of another suite are looked up in lists of our own.
"""

import re
import subprocess
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

from callcenter.pbx.node import MachineError

_KEYRING = Path("/usr/share/keyrings/debian-archive-keyring.gpg")
_TAKEN_OVER = re.compile(
    r"Acquire::(Check-Valid-Until|Check-Date|Max-FutureTime|Min-ValidTime|Max-ValidTime|Retries"
    r"|ForceIPv4|ForceIPv6|(?:http|https|ftp)(?:::\S+)?) \"",
    re.IGNORECASE,
)
"""How to reach and trust the mirror. All else in the host's apt settings is about the host."""

_NOT_A_SUITE = re.compile(r"[-/]")
"""`bookworm-security`, `bookworm-updates`, `bookworm/updates`: a part of a suite, not one."""

_MADE_FOR_READING = ("cdrom:", "copy:", "file:")
"""Media and folders hold what somebody put there, not every suite."""


@dataclass(frozen=True, slots=True)
class Mirror:
    """A Debian mirror that the machine's apt already uses."""

    uri: str

    def source(self, suite: str, kind: str = "deb") -> str:
        """The line of sources.list for a suite; kind `deb-src` is for source packages."""
        signed = f"[signed-by={_KEYRING}] " if _KEYRING.exists() else ""
        return f"{kind} {signed}{self.uri} {suite} main"


@dataclass(frozen=True, slots=True)
class SourcePart:
    """One file of a source package, as the archive's signed list names it."""

    uri: str
    name: str
    digest: str
    """For example `SHA256:…`."""


def main_mirror() -> Mirror:
    """The mirror of Debian's main archive. Raises MachineError where apt names none."""
    # --no-release-info: also before the first `apt-get update`.
    plain = _run("apt-get", "indextargets", "--no-release-info")
    known = _run("apt-get", "indextargets")
    mirrors = mirrors_of(known) or mirrors_of(plain)
    if not mirrors:
        raise MachineError(
            "apt has no source with Debian's main archive (`apt-get indextargets` shows none); "
            "add one to /etc/apt/sources.list and run: apt-get update"
        )
    return Mirror(mirrors[0])


def mirrors_of(targets: str) -> list[str]:
    """The main archive's mirrors in the output of `apt-get indextargets`, in apt's order.

    Third parties, security and updates are left out. Where no list says whose it is (there was
    no `apt-get update` yet), every archive with a plain suite name counts.
    """
    blocks = [
        dict(line.split(": ", 1) for line in block.splitlines() if ": " in line)
        for block in targets.split("\n\n")
    ]
    main = [
        block
        for block in blocks
        if block.get("Component") == "main"
        and block.get("Target-Of") == "deb"
        and not _NOT_A_SUITE.search(block.get("Release", "-"))
        and not block["Repo-URI"].startswith(_MADE_FOR_READING)
    ]
    if any("Origin" in block for block in blocks):
        main = [block for block in main if block.get("Origin") == "Debian"]
    return list(dict.fromkeys(block["Repo-URI"].rstrip("/") for block in main))


def settings() -> str:
    """The host's apt settings that another apt needs to reach the same mirror, as apt.conf."""
    return settings_of(_run("apt-config", "dump"))


def settings_of(dump: str) -> str:
    """The lines of `apt-config dump` that `settings` takes over."""
    return "".join(f"{line}\n" for line in dump.splitlines() if _TAKEN_OVER.match(line))


def architecture() -> str:
    """Debian's name of the machine's architecture."""
    return _run("dpkg", "--print-architecture").strip()


def carried(mirror: Mirror, suite: str, package: str) -> str | None:
    """The version of a package in a suite, None where the suite does not carry it.

    Raises MachineError where the mirror cannot be read.
    """
    with TemporaryDirectory(prefix="callcenter-apt-") as folder:
        private = _private(Path(folder), mirror.source(suite))
        _run("apt-get", *private, "update")
        shown = _run("apt-cache", *private, "madison", package)
    versions = [line.split("|")[1].strip() for line in shown.splitlines() if line.count("|") == 2]
    return versions[0] if versions else None


def source_part(mirror: Mirror, suite: str, package: str, ending: str) -> SourcePart | None:
    """The file of a source package whose name ends so, None where the suite has none.

    Needs no deb-src line on the machine. Raises MachineError where the mirror cannot be read.
    """
    with TemporaryDirectory(prefix="callcenter-apt-") as folder:
        private = _private(Path(folder), mirror.source(suite, "deb-src"))
        _run("apt-get", *private, "update")
        if not _run("apt-cache", *private, "showsrc", package).strip():
            return None
        shown = _run("apt-get", *private, "source", "--print-uris", "--only-source", package)
    return part_of(shown, ending)


def part_of(uris: str, ending: str) -> SourcePart | None:
    """The file with that ending in the output of `apt-get source --print-uris`."""
    for line in uris.splitlines():
        uri, *rest = line.split() or [""]
        if uri.startswith("'") and len(rest) == 3 and rest[0].endswith(ending):
            return SourcePart(uri.strip("'"), rest[0], rest[2])
    return None


def fetch(part: SourcePart, target: Path) -> None:
    """Download a part with the machine's apt settings, and check its digest.

    Raises MachineError.
    """
    _run("/usr/lib/apt/apt-helper", "download-file", part.uri, str(target), part.digest)


def upstream(version: str) -> tuple[int, ...]:
    """The first two numbers of a Debian version or of `asterisk -V`: 1:22.10.1+dfsg → (22, 10)."""
    match = re.search(r"(?:^|[\s:])(\d+)\.(\d+)", version)
    return tuple(int(number) for number in match.groups()) if match else ()


def _private(folder: Path, source: str) -> list[str]:
    """Options that make apt work in a folder of ours, with the host's settings and keys."""
    for name in ("lists/partial", "cache/archives/partial"):
        (folder / name).mkdir(parents=True)
    sources = folder / "sources.list"
    sources.write_text(source + "\n", encoding="utf-8")
    folder.chmod(0o755)  # apt downloads as a user of its own
    options = {
        "Dir::Etc::SourceList": sources,
        "Dir::Etc::SourceParts": "/dev/null",
        "Dir::State::Lists": folder / "lists",
        "Dir::State::Status": "/dev/null",
        "Dir::Cache": folder / "cache",
        "Acquire::Languages": "none",
        "APT::Update::Error-Mode": "any",
    }
    return [word for name, value in options.items() for word in ("-o", f"{name}={value}")]


def _run(*words: str) -> str:
    try:
        done = subprocess.run(words, capture_output=True, text=True, check=False)
    except FileNotFoundError:
        raise MachineError(
            f"{words[0]} is not here: the embedded Asterisk needs a Debian machine; on another "
            "system install Asterisk >= 22.4 by yourself"
        ) from None
    if done.returncode:
        last = (done.stderr or done.stdout).strip().splitlines()[-3:]
        raise MachineError(f"{words[0]} failed: {' '.join(last)}; mend it and run again")
    return done.stdout
