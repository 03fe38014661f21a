"""Makes a running Asterisk read new files, and sees whether it took them."""

import asyncio
import time
from collections.abc import Callable, Mapping
from pathlib import Path

from callcenter.pbx import control
from callcenter.pbx.ami.session import AmiSession
from callcenter.pbx.control import NoAsterisk
from callcenter.pbx.deploy import conf
from callcenter.pbx.deploy.asterisk_log import Refusal, problems, read_from, refusals
from callcenter.pbx.deploy.candidate import ami_access
from callcenter.pbx.deploy.holdings import differences, expected, held
from callcenter.pbx.deploy.reloads import modules_for, restart_reasons
from callcenter.pbx.errors import PbxLost, PbxRefused
from callcenter.pbx.node import NodePaths
from callcenter.pbx.process import LOG, AsteriskProcess, BootFailed

Say = Callable[[str], None]
"""Tells somebody of a step."""

_POLL_S = 0.1
_HOLD_S = 5.0
"""Reloads answer before all is loaded: pjsip's run on a thread of their own."""
_QUIET_S = 0.4
"""The log is complete when it has not grown for so long."""
_COMES_BACK_S = 3.0
"""So long may whoever watches Asterisk take to start it again."""


class RunningAsterisk:
    """The Asterisk of a node, while it runs."""

    def __init__(self, node: NodePaths, root: Path, user: str, say: Say) -> None:
        self._node = node
        self._process = AsteriskProcess(root, node.path, user)
        self._say = say

    @property
    def runs(self) -> bool:
        """True while an Asterisk answers in this node."""
        return control.listener(self._node.run) is not None

    def calls(self) -> int:
        """How many calls are up. Raises NoAsterisk."""
        words = control.command(self._node.run, "core show calls")
        return int(words.split(maxsplit=1)[0])

    async def take(self, old: Mapping[str, str], new: Mapping[str, str]) -> list[Refusal]:
        """Let Asterisk read what changed from `old` to `new`, which is already in its folder.

        The list of what it did not take; empty when all is well. Ends calls only where a restart
        is needed, which the caller has cleared.
        """
        log = self._node.log / LOG
        position = log.stat().st_size if log.exists() else 0
        try:
            if restart_reasons(old, new) or not self.runs:
                await asyncio.to_thread(self._restart)
                refused = []
            else:
                refused = await self._reload(conf.changed(old, new), old, new)
            missing = await self._wait_until_held(new)
        except (BootFailed, NoAsterisk, PbxLost, PbxRefused) as error:
            refused, missing = [Refusal(str(error))], []
        said = await self._new_lines(log, position)
        logged = refusals([line for line in problems(said) if line.is_reader], new)
        return logged + [Refusal(line) for line in missing] or refused

    async def wait_idle(self) -> None:
        """Wait until no call is up. Raises NoAsterisk."""
        told = None
        while (calls := await asyncio.to_thread(self.calls)) > 0:
            if calls != told:
                self._say(f"waiting for {calls} calls to end")
                told = calls
            await asyncio.sleep(1.0)

    async def _reload(
        self, names: list[str], old: Mapping[str, str], new: Mapping[str, str]
    ) -> list[Refusal]:
        refused = []
        async with await self._session(old, new) as ami:
            for module in modules_for(names):
                self._say(f"reload {module}")
                try:
                    await ami.action("Reload", Module=module)
                except PbxRefused as words:
                    if "No such module" not in str(words):
                        refused.append(Refusal(f"reload of {module}: {words}"))
        return refused

    async def _session(self, *accesses: Mapping[str, str]) -> AmiSession:
        """By the first access that works: which secret Asterisk has read may not be known."""
        for files in accesses[:-1]:
            try:
                return await AmiSession.connect(*ami_access(files))
            except (PbxLost, PbxRefused, ValueError):
                continue
        return await AmiSession.connect(*ami_access(accesses[-1]))

    async def _wait_until_held(self, files: Mapping[str, str]) -> list[str]:
        """What is still different from what the files say, when that does not change any more."""
        want = expected(files)
        deadline = time.monotonic() + _HOLD_S
        async with await self._session(files) as ami:
            while True:
                missing = differences(want, await held(ami))
                if not missing or time.monotonic() > deadline:
                    return missing
                await asyncio.sleep(_POLL_S)

    async def _new_lines(self, log: Path, position: int) -> str:
        """What the log said since then, once it is quiet; calls may keep it from ever being so."""
        text = read_from(log, position)
        quiet_since = time.monotonic()
        deadline = quiet_since + _HOLD_S
        while time.monotonic() < min(quiet_since + _QUIET_S, deadline):
            await asyncio.sleep(_POLL_S)
            more = read_from(log, position)
            if len(more) != len(text):
                text, quiet_since = more, time.monotonic()
        return text

    def _restart(self) -> None:
        """Restart Asterisk in its own process, so that whoever watches that does not notice.

        One that has ended is waited for, in case somebody restarts it, and then started by us.
        Raises BootFailed, MachineError.
        """
        self._say("restart Asterisk")
        socket = self._node.run / "asterisk.ctl"
        before = _identity(socket)
        if self._process.adopt():
            control.command(self._node.run, "core restart now")
            while _identity(socket) in {before, None} and self._process.alive():
                time.sleep(_POLL_S)
        deadline = time.monotonic() + _COMES_BACK_S
        while not self._process.adopt() and time.monotonic() < deadline:
            time.sleep(_POLL_S)
        if not self._process.alive():
            self._process.start()
        self._process.wait_booted()


def _identity(path: Path) -> tuple[int, int] | None:
    """Tells one socket from the next one of the same name."""
    try:
        status = path.stat()
    except FileNotFoundError:
        return None
    return status.st_ino, status.st_ctime_ns
