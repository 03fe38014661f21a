"""Boots new files in a throw-away Asterisk, to learn what it refuses before anybody is hurt."""

import asyncio
import os
import re
import shutil
import socket
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from itertools import repeat
from pathlib import Path

from callcenter.pbx import control
from callcenter.pbx.ami.session import AmiSession
from callcenter.pbx.deploy import conf
from callcenter.pbx.deploy.asterisk_log import LogLine, Refusal, problems, refusals
from callcenter.pbx.deploy.holdings import differences, expected, held, lacking, used
from callcenter.pbx.files import to_bytes
from callcenter.pbx.node import NodePaths, inner_folder, prepare
from callcenter.pbx.process import LOG, AsteriskProcess, BootFailed

_NOWHERE = "sip:127.0.0.1:9"
"""The discard port: a candidate must never register with, nor even ping, the real operator."""
_OUTSIDE = {"contact", "outbound_proxy", "server_uri"}
_TRIES = 3
_NEEDED = {"asterisk.conf", "logger.conf", "manager.conf", "modules.conf"}


async def refused_by_candidate(
    files: Mapping[str, str], node: NodePaths, root: Path, user: str
) -> list[Refusal]:
    """What a throw-away Asterisk, booted with these files, does not take; empty when all is well.

    Raises MachineError where Asterisk can't be started here.
    """
    if missing := sorted(_NEEDED - files.keys()):
        return [Refusal(f"{name} is missing", name) for name in missing]
    for _ in range(_TRIES):
        found, port_taken = await _boot_once(files, node, root, user)
        if not port_taken:
            break
    return found


def end_candidate(node: NodePaths) -> None:
    """Stop and remove a candidate that a killed deployment left behind."""
    place = _place(node)
    if control.listener(place.run) is not None:
        left = AsteriskProcess(Path("/"), place.path)
        if left.adopt():
            left.stop()
    shutil.rmtree(place.path, ignore_errors=True)


def stand_in(files: Mapping[str, str], ports: Iterator[int]) -> dict[str, str]:
    """The files with other ports, and with nothing that leads out of this machine.

    Every line keeps its number, so that what Asterisk says of them holds for the originals.
    """
    return {
        name: _edited(name, text, ports)
        if name in {"pjsip.conf", "http.conf", "manager.conf"}
        else text
        for name, text in files.items()
    }


def ami_access(files: Mapping[str, str]) -> tuple[int, str, str]:
    """(port, user, secret) by which these files let us in. Raises ValueError where they don't."""
    sections = conf.sections(files.get("manager.conf", ""))
    port = next((s.get("port") for s in sections if s.name == "general"), "")
    for section in sections:
        if section.name != "general" and section.get("secret"):
            return int(port or "5038"), section.name, section.get("secret")
    raise ValueError("manager.conf has no user with a secret")


async def _boot_once(
    files: Mapping[str, str], node: NodePaths, root: Path, user: str
) -> tuple[list[Refusal], bool]:
    """What is refused, and whether it was for a port that somebody else took meanwhile."""
    await asyncio.to_thread(end_candidate, node)
    process = AsteriskProcess(root, _place(node).path, user)
    try:
        with free_ports() as ports:
            there = stand_in(files, ports)
            await asyncio.to_thread(_lay_out, there, process, node)
        await asyncio.to_thread(process.start)
        try:
            await asyncio.to_thread(process.wait_booted)
        except BootFailed as failed:
            said = _said(process)
            return refusals(said, files) or [Refusal(str(failed))], _taken(said)
        said = _said(process)
        found = refusals([line for line in said if _counts(line)], files)
        return found + await _compared(there, process), _taken(said)
    finally:
        await asyncio.to_thread(end_candidate, node)


@contextmanager
def free_ports() -> Iterator[Iterator[int]]:
    """Ports of this machine that nobody uses, over TCP and UDP; held until the end of the block."""
    with ExitStack() as held_open:
        yield (_free_port(held_open) for _ in repeat(None))


def _free_port(held_open: ExitStack) -> int:
    while True:
        tcp = held_open.enter_context(socket.socket(socket.AF_INET, socket.SOCK_STREAM))
        udp = held_open.enter_context(socket.socket(socket.AF_INET, socket.SOCK_DGRAM))
        tcp.bind(("127.0.0.1", 0))
        port: int = tcp.getsockname()[1]
        try:
            udp.bind(("127.0.0.1", port))
        except OSError:  # free over TCP only: another one, while this one stays held
            continue
        return port


def _lay_out(files: Mapping[str, str], process: AsteriskProcess, node: NodePaths) -> None:
    prepare(process.node, process.user)
    for name, text in files.items():
        path = process.node.etc / name
        path.write_bytes(to_bytes(text))
        path.chmod(0o640)
    ours = node.lib / "callcenter"
    if ours.is_dir():  # prompts and music: links, since a class without music is not held
        theirs = process.node.lib / "callcenter"
        with inner_folder(node.lib, "callcenter") as folder:
            shutil.copytree(
                folder, theirs, symlinks=True, copy_function=os.link, dirs_exist_ok=True
            )


async def _compared(files: Mapping[str, str], process: AsteriskProcess) -> list[Refusal]:
    port, user, secret = ami_access(files)
    async with await AmiSession.connect(port, user, secret) as ami:
        words = differences(expected(files), await held(ami)) + await lacking(ami, used(files))
    return [Refusal(line) for line in words]


def _said(process: AsteriskProcess) -> list[LogLine]:
    log = process.node.log / LOG
    return problems(log.read_text(encoding="utf-8", errors="replace") if log.exists() else "")


def _counts(line: LogLine) -> bool:
    """There are no calls and no network, so every error is one of the configuration."""
    return line.is_reader or line.level == "ERROR"


def _taken(said: list[LogLine]) -> bool:
    return any(line.is_port_taken for line in said)


def _place(node: NodePaths) -> NodePaths:
    return NodePaths(node.path / "candidate")


def _edited(name: str, text: str, ports: Iterator[int]) -> str:
    lines = text.splitlines()
    for section in conf.sections(text):
        transport = section.get("type") == "transport"
        for option in section.options:
            value = _instead(name, option, transport, ports)
            if value is not None:
                lines[option.line - 1] = f"{option.key}={value}"
    return "\n".join(lines) + "\n"


def _instead(name: str, option: conf.Option, transport: bool, ports: Iterator[int]) -> str | None:
    """The value that an option has in the candidate, None where it keeps its own."""
    if name != "pjsip.conf":
        if option.key in {"port", "bindport"}:
            return str(next(ports))
        if option.key == "tlsbindaddr":
            return f"127.0.0.1:{next(ports)}"
        return "127.0.0.1" if option.key == "bindaddr" else None
    if transport and option.key == "bind":
        return f"127.0.0.1:{next(ports)}"
    if option.key in _OUTSIDE and re.match("sips?:", option.value):
        return _NOWHERE
    return "0" if option.key == "qualify_frequency" else None
