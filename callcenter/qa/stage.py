"""A site of its own, for tests and benchmarks: on free ports, with Asterisk and controller up."""

import asyncio
import contextlib
import inspect
import json
import random
import signal
import socket
import sys
import time
from collections.abc import Awaitable, Callable, Mapping, Sequence
from pathlib import Path
from types import TracebackType
from typing import Any, Protocol, TypeAlias

import yaml

from callcenter.pbx.node import NodePaths
from callcenter.pbx.process import LOG, AsteriskProcess
from callcenter.pbx.root import ensure_root
from callcenter.pbx.secrets import FILE, load_or_make
from callcenter.pbx.site_files import MAIN, read_site
from callcenter.pbx.socket_path import short_path
from callcenter.qa.phone import Phone
from callcenter.qa.sipp import free_port
from callcenter.site.model import Site

CONTROLLER_UP_S = 60.0
_POLL_S = 0.02
_ANSWER_S = 60.0
"""A night's work starts a program at the lowest priority, on a machine that may be busy."""
_RTP_PORTS = 400
"""Two of each leg of a call."""


class Running(Protocol):
    """A process, as asyncio shows it."""

    @property
    def returncode(self) -> int | None:
        """None while it runs."""

    def send_signal(self, signal: int, /) -> None:
        """Raises ProcessLookupError where it has ended."""

    def kill(self) -> None:
        """End it at once."""

    async def wait(self) -> int:
        """Its exit code."""


Spawn: TypeAlias = Callable[[Sequence[str], Path], Awaitable[Running]]


class StageError(Exception):
    """Something of the stage did not start or stop; quotes what it said."""


class Late(AssertionError):
    """A condition did not come true in time; the text says what was seen last."""


async def until(look: Callable[[], object], what: str, within_s: float = 20.0) -> object:
    """Look again and again until what is seen (awaited, if need be) is true; that. Raises Late."""
    deadline = time.monotonic() + within_s
    while True:
        seen = look()
        if inspect.isawaitable(seen):
            seen = await seen
        if seen:
            return seen
        if time.monotonic() > deadline:
            raise Late(f"not within {within_s:g} s: {what}; last seen: {seen!r}")
        await asyncio.sleep(_POLL_S)


async def dial_code(phone: Phone, code: str) -> None:
    """Dial a feature code and hang up when the answer begins: what it asks for is done then."""
    call = await phone.call(code)
    await until(lambda: call.audio.packets > 0 or call.ended.is_set(), f"{code} is answered", 10.0)
    await phone.hang_up(call)


class Stage:
    """Use it as `async with Stage(folder, site) as stage`; `site` is a site's YAML, read.

    Name, node path and ports are set here, so that any number of stages stand side by side.
    `files` come beside the site. Needs root rights.
    """

    def __init__(
        self,
        folder: Path,
        site: Mapping[str, Any],
        files: Mapping[str, bytes] | None = None,
        rtp_ports: int = _RTP_PORTS,
        *,
        real_time: bool = False,
    ) -> None:
        """`real_time` is for measurements: several stages at once would starve each other's
        phones, which are ordinary programs."""
        self.folder = folder / "site"
        self.node = NodePaths(folder / "node")
        self._fixed = self._places(rtp_ports, real_time)
        self.write(site, files)
        self.site: Site
        self.secrets: dict[str, str]
        self.read()
        self.server = (str(self.site.network.address), self.site.network.sip_port)
        self.asterisk: AsteriskProcess | None = None
        self.spawn: Spawn = _spawn
        """How a controller is started: its command line, and the file for what it says."""
        self._controller: Running | None = None

    def _places(self, rtp_ports: int, real_time: bool) -> dict[str, Any]:
        first = random.randrange(10000, 20000, rtp_ports)  # noqa: S311  no secret
        return {
            "site": "stage",
            "node": {"path": str(self.node.path), "real_time": real_time},
            "network": {
                "address": "127.0.0.1",
                "sip_port": free_port(),
                "http_port": _free_tcp_port(),
                "ami_port": _free_tcp_port(),
                "rtp": {"first": first, "last": first + rtp_ports - 1},
            },
        }

    def write(
        self,
        site: Mapping[str, Any],
        files: Mapping[str, bytes] | None = None,
        **network: object,
    ) -> None:
        """Write the site's folder anew, with changes to its network; `deploy` then reads it."""
        self.folder.mkdir(parents=True, exist_ok=True)
        for name, data in (files or {}).items():
            (self.folder / name).write_bytes(data)
        whole = {**site, **self._fixed, "network": {**self._fixed["network"], **network}}
        text = yaml.safe_dump(whole, allow_unicode=True, sort_keys=False)
        (self.folder / MAIN).write_text(text, encoding="utf-8")

    def read(self) -> None:
        """Read the site's folder, and make the secrets that it lacks."""
        self.site = read_site(self.folder)
        self.secrets = load_or_make(self.folder / FILE, self.site)

    async def __aenter__(self) -> "Stage":
        try:
            await self.start()
        except BaseException:
            await self.stop()  # before the error goes on, Ctrl-C too
            raise
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        await self.stop()

    async def start(self) -> None:
        """Deploy, then start Asterisk and the controller. Raises StageError."""
        root = await asyncio.to_thread(ensure_root)
        await self.command("deploy")
        self.asterisk = AsteriskProcess(
            root, self.node.path, self.site.node.user, urgent=self.site.node.real_time
        )
        await asyncio.to_thread(self.asterisk.start)
        await asyncio.to_thread(self.asterisk.wait_booted)
        await self.start_controller()

    async def stop(self) -> None:
        """End the controller, then Asterisk and its calls."""
        await self.stop_controller()
        if self.asterisk is not None:
            await asyncio.to_thread(self.asterisk.stop)

    async def command(self, *words: str, code: int = 0) -> str:
        """Run `callcenter WORDS --site …`; what it printed. Raises StageError on another code."""
        process = await asyncio.create_subprocess_exec(
            *_callcenter(*words, "--site", str(self.folder)),
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.STDOUT,
        )
        out, _ = await process.communicate()
        text = out.decode(errors="replace")
        if process.returncode != code:
            raise StageError(f"callcenter {' '.join(words)}: code {process.returncode}\n{text}")
        return text

    @property
    def controller_log(self) -> Path:
        """What the controller said."""
        return self.node.path / "controller.out"

    async def start_controller(self) -> None:
        """Start it and wait until it answers. Raises StageError."""
        words = ("live", "--site", str(self.folder))
        self._controller = await self.spawn(words, self.controller_log)
        await self.controller_at_work()

    async def controller_at_work(self) -> None:
        """Wait until the controller has its floor and its Asterisk. Raises StageError."""
        try:
            await until(self._controller_answers, "the controller answers", CONTROLLER_UP_S)
        except Late as late:
            said = self.controller_log.read_text(errors="replace")[-3000:]
            raise StageError(f"{late}; it said:\n{said}") from None

    async def _controller_answers(self) -> bool:
        assert self._controller is not None  # noqa: S101  start_controller has set it
        if self._controller.returncode is not None:
            raise Late(f"the controller ended with code {self._controller.returncode}")
        try:
            return bool((await self.ask(do="snapshot")).get("connected"))
        except (OSError, ValueError):
            return False

    async def stop_controller(self, number: signal.Signals = signal.SIGTERM) -> None:
        """End the controller by a signal; SIGKILL for a fault. Harmless when it is away."""
        controller, self._controller = self._controller, None
        if controller is None:
            return
        with contextlib.suppress(ProcessLookupError):  # it has ended by itself
            controller.send_signal(number)
        try:
            await asyncio.wait_for(controller.wait(), 10)
        except TimeoutError:
            controller.kill()
            await controller.wait()

    async def ask(self, **request: object) -> dict[str, Any]:
        """Ask the running controller. Raises OSError when it is away, ValueError for nonsense."""
        with short_path(self.node.control_socket) as path:
            reader, writer = await asyncio.open_unix_connection(path, limit=1 << 24)
        try:
            writer.write(json.dumps(request).encode() + b"\n")
            answer = json.loads(await asyncio.wait_for(reader.readline(), _ANSWER_S))
        finally:
            writer.close()
        if not isinstance(answer, dict):
            raise ValueError(f"not an answer: {answer!r}")
        return answer

    async def rx(self, command: str) -> str:
        """The output of an Asterisk console command."""
        assert self.asterisk is not None, "start it first"  # noqa: S101
        return await asyncio.to_thread(self.asterisk.rx, command)

    @property
    def log(self) -> Path:
        """Asterisk's log."""
        return self.node.log / LOG


async def _spawn(words: Sequence[str], log: Path) -> Running:
    with log.open("ab") as out:
        return await asyncio.create_subprocess_exec(*_callcenter(*words), stdout=out, stderr=out)


def _callcenter(*words: str) -> list[str]:
    return [sys.executable, "-m", "callcenter", *words]


def _free_tcp_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port
