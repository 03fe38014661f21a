"""What this machine has and lacks for a site, each with its remedy."""

import os
import pwd
import shutil
import socket
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from callcenter.pbx import control
from callcenter.pbx.machine_asterisk import lacks_of_machine
from callcenter.pbx.node import NodePaths
from callcenter.pbx.root import OLDEST, embedded_path, needed_modules, version_of
from callcenter.site.model import Network, Site

_TOOLS = {
    "unshare": "util-linux",
    "setpriv": "util-linux",
    "useradd": "passwd",
    "sox": "sox",
    "espeak-ng": "espeak-ng",
    "sipp": "sip-tester",
}
"""Program -> its Debian package."""

_FOR = {
    "sox": "prompts and the archive of recordings",
    "espeak-ng": "prompts that are spoken from text",
    "sipp": "--demo, load tests and benchmarks",
}


@dataclass(frozen=True, slots=True)
class Check:
    """One thing that was looked at: `remedy` is empty where it is well."""

    name: str
    found: str
    remedy: str = ""

    @property
    def ok(self) -> bool:
        """True where nothing has to be done."""
        return not self.remedy


def check_machine(site: Site, node: NodePaths) -> list[Check]:
    """All that a site needs of the machine, in the order in which to mend it."""
    checks = [_rights(), *_tools(site), _asterisk(), _user(site.node.user)]
    running = control.listener(node.run)
    if running is not None:
        checks.append(Check("ports", f"in use by this node's Asterisk (pid {running})"))
    else:
        checks += _ports(site.network)
    return checks


def taken_ports(network: Network) -> list[str]:
    """The site's ports that another program of this machine holds, such as `udp 5060`."""
    public, local = str(network.address), "127.0.0.1"
    wanted = [
        ("udp", public, network.sip_port),
        ("tcp", public, network.sip_port),
        ("tcp", local, network.http_port),
        ("tcp", local, network.ami_port),
    ]
    if network.tls is not None:
        wanted.append(("tcp", public, network.tls.port))
    return [f"{kind} {port}" for kind, host, port in wanted if not _is_free(kind, host, port)]


def _rights() -> Check:
    if os.geteuid() == 0:
        return Check("rights", "root")
    return Check("rights", f"user {os.geteuid()}", "run as root (sudo)")


def _tools(site: Site) -> Iterable[Check]:
    wanted = _TOOLS if site.node.asterisk == "system" else _TOOLS | {"mmdebstrap": "mmdebstrap"}
    if (speaker := site.speech.command[0]) != "espeak-ng":
        wanted = {name: package for name, package in wanted.items() if name != "espeak-ng"}
        wanted[speaker] = speaker
    for name, package in wanted.items():
        place = shutil.which(name)
        purpose = f", for {_FOR[name]}" if name in _FOR else ""
        yield (
            Check(name, place)
            if place
            else Check(name, "missing", f"apt-get install {package}{purpose}")
        )


def _asterisk() -> Check:
    lacks = lacks_of_machine(OLDEST, needed_modules())
    if not lacks:
        return Check("asterisk", version_of(Path("/")))
    root = embedded_path()
    if root.is_dir():
        return Check("asterisk", version_of(root))
    remedy = "callcenter node provide (makes one beside the machine's own packages)"
    return Check("asterisk", f"the machine's own will not do: {'; '.join(lacks)}", remedy)


def _user(name: str) -> Check:
    try:
        return Check("user", f"{name} ({pwd.getpwnam(name).pw_uid})")
    except KeyError:
        return Check("user", f"{name}, made at the first start")


def _ports(network: Network) -> list[Check]:
    taken = taken_ports(network)
    if not taken:
        return [Check("ports", "free")]
    remedy = "stop what listens there (ss -lntup), or set other ports in the site's `network:`"
    return [Check("ports", f"taken: {', '.join(taken)}", remedy)]


def _is_free(kind: str, host: str, port: int) -> bool:
    stream = kind == "tcp"
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM if stream else socket.SOCK_DGRAM) as s:
        if stream:  # as Asterisk does: connections of before that still linger do not count
            s.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            s.bind((host, port))
        except OSError:
            return False
    return True
