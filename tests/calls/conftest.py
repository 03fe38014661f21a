"""A running hotline for each case; the cases of one process share it where they can."""

import io
import re
import struct
import wave
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import pytest_asyncio
import yaml
from callcenter.qa import audio
from callcenter.qa.sipp import free_port
from callcenter.qa.softphone import Softphones
from callcenter.qa.stage import Spawn, Stage
from tests.calls.hotline import Hotline
from tests.calls.softphones import HotlinePhones
from tests.calls.warm import Warm

HERE = Path(__file__).parent


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """The stage outlives a test, so its tests run on the session's event loop."""
    for item in items:
        if HERE in item.path.parents:
            item.add_marker(pytest.mark.asyncio(loop_scope="session"), append=False)


class Stages:
    """One stage for the shared site, and one for the site of the case at work."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._up: dict[Path, Stage] = {}
        self._made = 0
        self._warm = AsyncExitStack()
        self._spawn: Spawn | None = None

    async def stage(self, site: Path) -> Stage:
        """The stage of a site.yaml, started when it is needed first."""
        if site not in self._up:
            for other in [path for path in self._up if path.parent != HERE]:
                await self._up.pop(other).stop()
            self._made += 1
            stage = Stage(self._folder / str(self._made), read(site), SOUNDS)
            if self._spawn is None:
                self._spawn = (await self._warm.enter_async_context(Warm())).start
            stage.spawn = self._spawn
            self._up[site] = stage
            await stage.start()
        return self._up[site]

    async def discard(self, stage: Stage) -> None:
        """Stop a stage on which a case went wrong, so that what it left spoils no other case."""
        self._up = {site: other for site, other in self._up.items() if other is not stage}
        await stage.stop()

    async def stop(self) -> None:
        for stage in self._up.values():
            await stage.stop()
        await self._warm.aclose()


def read(site: Path) -> dict[str, object]:
    """A site's YAML, with a holiday around today, wherever today is already tomorrow.

    FREE_PORT stands in it for a port of this machine that nobody uses.
    """
    today = datetime.now(UTC).date()
    holiday = {"first": today - timedelta(days=1), "last": today + timedelta(days=2)}
    text = re.sub(r"\bFREE_PORT\b", lambda _: str(free_port()), site.read_text(encoding="utf-8"))
    return {**yaml.safe_load(text), "calendar": {"holidays": [holiday]}}


def music(sounds_s: float, silent_s: int) -> bytes:
    """A tone of 1800 Hz, then silence, again and again."""
    samples = audio.tone(1800, sounds_s) + [0] * silent_s * audio.RATE
    file = io.BytesIO()
    with wave.open(file, "wb") as wav:
        wav.setparams((1, 2, audio.RATE, 0, "NONE", ""))
        wav.writeframes(struct.pack(f"<{len(samples)}h", *samples))
    return file.getvalue()


SOUNDS = {"quiet.wav": music(0.1, 10), "tone.wav": music(5.0, 0)}
"""Music of a tenth of a second in ten, so that a case hears what else is played; and one tone."""


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def stages(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Stages]:
    made = Stages(tmp_path_factory.mktemp("stages"))
    try:
        yield made
    finally:
        await made.stop()


PROVED = frozenset({"talks", "callback", "killed"})
"""Sites of their own whose cases are proved too."""


@pytest_asyncio.fixture(loop_scope="session")
async def hotline(
    stages: Stages, request: pytest.FixtureRequest, tmp_path: Path
) -> AsyncIterator[Hotline]:
    """The hotline, checked after the case: nothing left over, every call in the records.

    On the shared site, and those of PROVED, Asterisk's own papers have to tell the same of it.
    """
    own = request.path.parent / "site.yaml"
    stage = await stages.stage(own if own.exists() else HERE / "site.yaml")
    tidy = False
    try:
        async with Hotline(stage, tmp_path) as line:
            yield line
            if not getattr(request.node, "case_failed", False):
                await line.is_tidy()
                if not own.exists() or own.parent.name in PROVED:
                    await line.is_proved()
                tidy = True
    finally:
        if not tidy:
            await stages.discard(stage)


@pytest_asyncio.fixture(loop_scope="session")
async def softphones(
    hotline: Hotline, softphone_library: Softphones
) -> AsyncIterator[HotlinePhones]:
    """Real softphones at the hotline; they leave before the hotline is checked."""
    yield HotlinePhones(hotline, softphone_library)
    await softphone_library.clear()


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item, call: pytest.CallInfo[None]) -> object:
    """Marks a failed case, so that its teardown does not hide the failure behind another."""
    report = yield
    if report.when == "call" and report.failed:
        item.case_failed = True
        report.sections += told(item)
    return report


def told(item: pytest.Item) -> list[tuple[str, str]]:
    """What controller and Asterisk said, for the report of a failed case."""
    line = getattr(item, "funcargs", {}).get("hotline")
    if line is None or not line.stage.controller_log.exists():
        return []
    said = line.stage.controller_log.read_text(errors="replace")
    return [("controller", said[-4000:]), ("asterisk", "\n".join(line.errors()[-40:]))]
