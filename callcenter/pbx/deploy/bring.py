"""Brings generated files to a node: checked beforehand, undone if the node does not take them."""

import asyncio
import os
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from pathlib import Path

from callcenter.pbx.deploy import conf
from callcenter.pbx.deploy.asterisk_log import Refusal
from callcenter.pbx.deploy.candidate import end_candidate, refused_by_candidate
from callcenter.pbx.deploy.history import History, Result, Version, digest
from callcenter.pbx.deploy.new_plan import reload_plan
from callcenter.pbx.deploy.reloads import restart_reasons
from callcenter.pbx.deploy.running import RunningAsterisk, Say
from callcenter.pbx.deploy.swap import (
    before,
    commit,
    deploy_lock,
    deployed,
    forget_intent,
    heal,
    intend,
    swap,
)
from callcenter.pbx.node import NodePaths, prepare
from callcenter.pbx.person import person


class Restart(StrEnum):
    """What may happen to calls where the changes need a restart of Asterisk."""

    IDLE_ONLY = "idle only"
    """Refuse while calls are up."""
    WHEN_IDLE = "when idle"
    """Wait until no call is up."""
    NOW = "now"
    """End them."""


class DeployRefused(Exception):
    """The node stands as it stood before; the message names the step, `refusals` every line."""

    def __init__(self, what: str, refusals: Sequence[Refusal] = ()) -> None:
        super().__init__(what)
        self.refusals = list(refusals)

    def __str__(self) -> str:
        return "\n".join([str(self.args[0]), *(f"  {refusal}" for refusal in self.refusals)])


@dataclass(frozen=True, slots=True)
class Release:
    """Files for a node, and the site that they were made from."""

    files: Mapping[str, str]
    site_path: str
    """The site's folder, absolute."""
    documents: Mapping[str, str]
    """Name -> text of what the controller is to work by; kept with the files."""
    command: str = "deploy"
    """What the user asked for, to be told to a second deployment."""


@dataclass(frozen=True, slots=True)
class Target:
    """The node that gets the files, and what its Asterisk is made of."""

    node: NodePaths
    root: Path
    user: str


@dataclass(frozen=True, slots=True)
class DeployResult:
    """A deployment that went well. `version` is the one that stands now."""

    version: int
    changed: tuple[str, ...]
    running: bool
    restarted: bool
    notes: tuple[str, ...]
    seconds: float


async def bring(
    release: Release, target: Target, *, restart: Restart = Restart.IDLE_ONLY, say: Say
) -> DeployResult:
    """Make the node's Asterisk work by these files; calls that are up are not touched.

    Where it does not run the files are checked all the same, and read when it starts.
    Raises DeployBusy while another deployment of the node runs, DeployRefused where the files
    are not taken, MachineError where this machine can't start Asterisk.
    """
    started = time.monotonic()
    with deploy_lock(target.node, _holder(release.command)):
        await asyncio.to_thread(prepare, target.node, target.user)
        deployment = _Deployment(release, target, restart, say)
        version = await deployment.run()
    return DeployResult(
        version=version,
        changed=tuple(deployment.names),
        running=deployment.runs,
        restarted=bool(deployment.restarts),
        notes=tuple(deployment.notes),
        seconds=time.monotonic() - started,
    )


class _Deployment:
    """One deployment, under the lock."""

    def __init__(self, release: Release, target: Target, restart: Restart, say: Say) -> None:
        self._release = release
        self._target = target
        self._node = target.node
        self._restart = restart
        self._say = say
        self._history = History(target.node.history)
        self._asterisk = RunningAsterisk(target.node, target.root, target.user, say)
        self.runs = self._asterisk.runs
        self.names: list[str] = []
        self.restarts: list[str] = []
        self.notes: list[str] = []

    async def run(self) -> int:
        """The version that stands afterwards."""
        await self._heal()
        old, new = before(self._node, self._release.files), self._release.files
        self.names = conf.changed(old, new)
        standing = deployed(self._node)
        number = standing.get("version")
        if not self.names and isinstance(number, int) and self._same_site(standing):
            return number
        self.restarts = restart_reasons(old, new) if self.runs else []
        if self.restarts:
            await self._clear_calls()
        # Files are synced to the disk one by one: not on the loop, which may have calls to serve.
        version = await asyncio.to_thread(
            self._history.prepare, self._version(), new, old, self._release.documents
        )
        await self._check(version)
        await self._exchange(version, old)
        await asyncio.to_thread(self._history.forget_old, version.number)
        self.notes.append(
            await reload_plan(self._node.control_socket)
            if self.runs
            else "Asterisk does not run here; it reads the files when it starts"
        )
        return version.number

    async def _heal(self) -> None:
        """Undo what an earlier, killed deployment left half done."""
        await asyncio.to_thread(end_candidate, self._node)
        undone = await asyncio.to_thread(heal, self._node)
        if undone is None:
            return
        self._say(f"undo deployment {undone.version}, which was killed half way")
        if self.runs and restart_reasons(undone.files, undone.before):
            self.restarts = restart_reasons(undone.files, undone.before)
            await self._clear_calls()
        refused = await self._asterisk.take(undone.files, undone.before) if self.runs else []
        if refused:
            raise DeployRefused(
                f"deployment {undone.version} was killed half way and can't be undone", refused
            )
        forget_intent(self._node)
        self.notes.append(f"undid deployment {undone.version}, which was killed half way")

    def _same_site(self, standing: Mapping[str, object]) -> bool:
        release = self._release
        return (standing.get("site"), standing.get("site_digest")) == (
            release.site_path,
            digest(release.documents),
        )

    async def _clear_calls(self) -> None:
        """See to it that a restart hurts nobody who was not meant to be hurt."""
        calls = await asyncio.to_thread(self._asterisk.calls)
        if calls and self._restart is Restart.IDLE_ONLY:
            raise DeployRefused(
                f"Asterisk must be restarted and calls are up ({calls}): use --when-idle to wait "
                "for their end, or --restart to end them",
                [Refusal(reason) for reason in self.restarts],
            )
        if calls and self._restart is Restart.WHEN_IDLE:
            await self._asterisk.wait_idle()

    async def _check(self, version: Version) -> None:
        if not self.names:
            return  # only the controller's plan changes
        self._say("boot a candidate")
        target = self._target
        refused = await refused_by_candidate(
            self._release.files, self._node, target.root, target.user
        )
        if refused:
            self._history.close(version.number, Result.REFUSED, str(refused[0]))
            raise DeployRefused(
                "a throw-away Asterisk did not take these files; nothing was changed", refused
            )

    async def _exchange(self, version: Version, old: Mapping[str, str]) -> None:
        new = self._release.files
        self._say(f"swap {len(self.names)} files")
        intend(self._node, version.number)
        try:
            await asyncio.to_thread(swap, self._node, old, new)
            refused = await self._asterisk.take(old, new) if self.runs and self.names else []
        except BaseException:  # whatever it is, Ctrl-C too: first the node
            await self._put_back(version, old, "ended half way")
            raise
        if refused:
            left = await self._put_back(version, old, str(refused[0]))
            what = "Asterisk did not take these files; the old ones are back"
            if left:
                what = "Asterisk took neither these files nor, afterwards, the old ones"
            raise DeployRefused(what, refused + left)
        await asyncio.to_thread(commit, self._node, version.number, self._document(version))

    async def _put_back(
        self, version: Version, old: Mapping[str, str], reason: str
    ) -> list[Refusal]:
        """The old files again; what Asterisk does not take of them."""
        self._say("put the old files back")
        new = self._release.files
        await asyncio.to_thread(swap, self._node, new, old)
        left = await self._asterisk.take(new, old) if self.runs and self.names else []
        self._history.close(version.number, Result.ROLLED_BACK, reason)
        forget_intent(self._node)
        return left

    def _version(self) -> Version:
        return Version(
            number=0,
            when=_now(),
            who=person(),
            site=self._release.site_path,
            site_digest=digest(self._release.documents),
            digest="",
        )

    def _document(self, version: Version) -> dict[str, object]:
        return {
            "site": version.site,
            "site_digest": version.site_digest,
            "time": version.when,
        }


def _holder(command: str) -> dict[str, object]:
    return {"doing": command, "pid": os.getpid(), "when": _now(), "who": person()}


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="milliseconds")
