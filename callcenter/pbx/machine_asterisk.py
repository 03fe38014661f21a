"""The machine's own Asterisk, where it has one: is it new enough and whole enough for us?"""

import subprocess
from collections.abc import Iterable
from pathlib import Path

from callcenter.pbx.apt import upstream

_PROGRAM = Path("usr/sbin/asterisk")
_MODULES = ("usr/lib/*/asterisk/modules", "usr/lib/asterisk/modules", "usr/lib64/asterisk/modules")
_AUDIO = (Path("usr/share/asterisk/sounds/en"), Path("usr/share/asterisk/moh"))
"""Debian's places. Where sounds are in /var/lib/asterisk, a node's own folder would hide them."""


def lacks_of_machine(
    oldest: tuple[int, int], modules: Iterable[str], machine: Path = Path("/")
) -> list[str]:
    """Why the machine's own Asterisk cannot be used, a reason a line; empty where it can."""
    program = machine / _PROGRAM
    if not program.exists():
        return ["there is no Asterisk on this machine"]
    lacks = []
    version = _version(program)
    if upstream(version) < oldest:
        lacks.append(f"it is {version or 'of no version'}, older than {oldest[0]}.{oldest[1]}")
    missing = sorted(set(modules) - modules_of(machine))
    if missing:
        lacks.append(f"it has no {', '.join(missing)}")
    lacks += [f"it has no audio in /{place}" for place in _AUDIO if not (machine / place).exists()]
    return lacks


def modules_of(root: Path) -> set[str]:
    """Names of the modules that a root has, without `.so`."""
    return {
        file.stem
        for folder in _MODULES
        for place in root.glob(folder)
        for file in place.glob("*.so")
    }


def _version(program: Path) -> str:
    try:
        shown = subprocess.run([program, "-V"], capture_output=True, text=True, check=False)
    except OSError:
        return ""  # a program of another architecture, or not executable: as good as none
    return shown.stdout.strip()
