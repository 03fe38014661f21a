"""One SIPp at work: started with a scenario of ours, read while it runs, counted when it ends."""

import asyncio
import contextlib
import csv
import random
import signal
import socket
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from types import TracebackType

from callcenter.qa import audio
from callcenter.qa.rtp import write_tone_pcap

SCENARIOS = Path(__file__).parents[2] / "sipp_scenarios"
TONE_S = 120
"""Length of a caller's tone; after it he is silent."""
_HELLO_S = 0.1
"""Asterisk waits for the first audio of whom it answers, half a second for one who is silent."""
_GRACE_S = 5.0
"""From asking SIPp to end until it is killed."""
_NOISE = ("The following events occurred", "next to the scenario")


class SippError(Exception):
    """SIPp did not run; the text holds its own last words."""


@dataclass(frozen=True, slots=True)
class SippRun:
    """What SIPp is to do."""

    scenario: str
    """Name of a file in sipp_scenarios, without `.xml`."""
    server: tuple[str, int]
    rows: Sequence[Sequence[object]] = ()
    """One row of fields a call, used in turn, from the first again when they are used up."""
    calls: int | None = None
    """Number of calls, then it ends; None runs until stopped (agents)."""
    rate: float = 10.0
    """New calls a second."""
    at_once: int = 3000
    """Never more calls than this at a time."""
    port: int = 0
    """UDP port of its SIP; 0 takes a free one."""


@dataclass(frozen=True, slots=True)
class SippCounts:
    """What SIPp counted. A call is `ok` when its scenario was played to its end."""

    created: int = 0
    ok: int = 0
    failed: int = 0
    now: int = 0
    messages: Mapping[tuple[str, str], int] = field(default_factory=dict)
    """(message, what) -> number, such as ("BYE", "Recv") or ("INVITE", "Retrans")."""


class Sipp:
    """One SIPp process. Use it as `async with Sipp(run, folder) as callers`.

    Leaving the block stops it: first softly, so that its calls end, then by force.
    """

    def __init__(self, run: SippRun, folder: Path) -> None:
        self.run = run
        self.port = run.port
        """UDP port of its SIP, from the start on."""
        self._folder = folder
        self._process: asyncio.subprocess.Process | None = None

    async def __aenter__(self) -> "Sipp":
        await self.start()
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        await self.stop()

    async def start(self) -> None:
        """Start it. Raises SippError when SIPp is not installed."""
        self._folder.mkdir(parents=True, exist_ok=True)
        prepare_media(self._folder)
        self.port = self.run.port or free_port()
        out = (self._folder / "screen.txt").open("wb")
        with out:
            try:
                self._process = await asyncio.create_subprocess_exec(
                    *self._command(), cwd=self._folder, stdout=out, stderr=out
                )
            except FileNotFoundError:
                raise SippError(
                    "sipp is not installed; `apt-get install sip-tester` provides it"
                ) from None

    def _command(self) -> list[str]:
        run = self.run
        local = socket.gethostbyname(run.server[0])
        own = "127.0.0.1" if local.startswith("127.") else _address_towards(local)
        command = ["sipp", f"{run.server[0]}:{run.server[1]}"]
        command += ["-sf", str(SCENARIOS / f"{run.scenario}.xml")]
        command += ["-i", own, "-mi", own, "-p", str(self.port), "-mp", str(_media_base())]
        command += ["-nostdin", "-aa", "-fd", "1"]
        command += ["-trace_stat", "-stf", "stat.csv", "-trace_counts", "-trace_err"]
        if run.rows:
            (self._folder / "rows.csv").write_text(_rows(run.rows), encoding="utf-8")
            command += ["-inf", "rows.csv"]
        if run.scenario.startswith("uac"):
            rate, period_ms = _rate(run.rate)
            command += ["-r", str(rate), "-rp", str(period_ms), "-l", str(run.at_once)]
        if run.calls is not None:
            command += ["-m", str(run.calls)]
        return command

    @property
    def running(self) -> bool:
        """The process is there."""
        return self._process is not None and self._process.returncode is None

    async def result(self) -> SippCounts:
        """Wait until all calls are made; the counts. Raises SippError when SIPp gave up."""
        assert self._process is not None, "start it first"  # noqa: S101
        code = await self._process.wait()
        counts = self.counts()
        if code not in (0, 1) or (code == 1 and not counts.created):
            raise SippError(f"{self.run.scenario}: exit code {code}\n{self.last_words()}")
        return counts

    async def stop(self) -> SippCounts:
        """End it, its calls first; the counts. Harmless when it has ended."""
        process = self._process
        if process is None:
            return SippCounts()
        for order in (signal.SIGUSR1, signal.SIGTERM, signal.SIGKILL):
            if process.returncode is not None:
                break
            with contextlib.suppress(ProcessLookupError):  # it ended just now
                process.send_signal(order)
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(process.wait(), _GRACE_S)
        return self.counts()

    def counts(self) -> SippCounts:
        """The counts up to now; SIPp writes them each second and at its end."""
        stat = _last_row(self._folder / "stat.csv")
        if not stat:
            return SippCounts()
        messages: dict[tuple[str, str], int] = {}
        for file in self._folder.glob("*_counts.csv"):
            for column, value in _last_row(file).items():
                name, what = _message(column)
                if what and value != "0":
                    messages[name, what] = messages.get((name, what), 0) + int(value)
        return SippCounts(
            created=int(stat["TotalCallCreated"]),
            ok=int(stat["SuccessfulCall(C)"]),
            failed=int(stat["FailedCall(C)"]),
            now=int(stat["CurrentCall"]),
            messages=messages,
        )

    def last_words(self, lines: int = 12) -> str:
        """The end of SIPp's error log; where there is none, of its screen."""
        found: list[str] = []
        for log in sorted(self._folder.glob("*_errors*.log")):
            text = log.read_text(encoding="utf-8", errors="replace")
            found += [line for line in text.splitlines() if line.strip()]
        telling = [line for line in found if not any(noise in line for noise in _NOISE)]
        if not telling:
            screen = self._folder / "screen.txt"
            telling = screen.read_text(errors="replace").splitlines() if screen.exists() else []
        return "\n".join(telling[-lines:])


async def play(run: SippRun, folder: Path) -> SippCounts:
    """Run SIPp to its end. Raises SippError when it could not run or gave up."""
    async with Sipp(run, folder) as sipp:
        return await sipp.result()


def caller(
    own: str, number: str, keys: str = "", *, before_ms: int = 0, patience_ms: int, test: bool
) -> tuple[object, ...]:
    """The row of one caller for `uac-caller`: the ms are before each key and after the last.

    A `test` call stays out of every measure.
    """
    return own, number, f"{keys}-", before_ms, patience_ms, int(test)


def credentials(user: str, secret: str) -> str:
    """The field of a row that carries an account's password; SIPp makes the digest of it."""
    return f"[authentication username={user} password={secret}]"


def prepare_media(folder: Path) -> None:
    """Put the parties' tones where SIPp, working in `folder`, finds them."""
    caller, agent, hello = (folder / name for name in ("caller.pcap", "agent.alaw", "hello.pcap"))
    if not caller.exists():
        write_tone_pcap(caller, audio.CALLER_HZ, TONE_S)
    if not hello.exists():
        write_tone_pcap(hello, audio.CALLER_HZ, _HELLO_S)
    if not agent.exists():
        agent.write_bytes(audio.alaw(audio.tone(audio.AGENT_HZ, 1.0)))


def free_port(address: str = "127.0.0.1") -> int:
    """A UDP port that nobody holds now."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        probe.bind((address, 0))
        port: int = probe.getsockname()[1]
        return port


def _media_base() -> int:
    """A free port from which SIPp looks for RTP ports; it ends where it can't have this one."""
    while True:
        port = random.randrange(20000, 30000, 200)  # noqa: S311  no secret
        if _is_free(port) and _is_free(port + 2):
            return port


def _is_free(port: int) -> bool:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        try:
            probe.bind(("", port))
        except OSError:
            return False
    return True


def _address_towards(server: str) -> str:
    """Our address on the way to `server`."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        probe.connect((server, 9))  # UDP: nothing is sent
        address: str = probe.getsockname()[0]
        return address


def _rate(calls_per_s: float) -> tuple[int, int]:
    """SIPp takes whole calls a period; the period in ms makes fractions exact enough."""
    return (1, round(1000 / calls_per_s)) if calls_per_s < 10 else (round(calls_per_s), 1000)


def _rows(rows: Iterable[Sequence[object]]) -> str:
    return "SEQUENTIAL\n" + "".join(";".join(map(str, row)) + "\n" for row in rows)


def _last_row(path: Path) -> dict[str, str]:
    if not path.exists():
        return {}
    with path.open(encoding="utf-8", newline="") as file:
        rows = [row for row in csv.reader(file, delimiter=";") if row]
    # A row that is being written has fewer fields than the title.
    whole = [row for row in rows[1:] if len(row) == len(rows[0])]
    return dict(zip(rows[0], whole[-1], strict=True)) if whole else {}


def _message(column: str) -> tuple[str, str]:
    """("BYE", "Recv") of `9_BYE_Recv`; an empty second part for other columns."""
    number, _, rest = column.partition("_")
    name, _, what = rest.rpartition("_")
    return (name, what) if number.isdigit() else ("", "")
