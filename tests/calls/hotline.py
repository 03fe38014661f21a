"""One running hotline as the cases see it: agents, callers, and what came of their calls."""

import asyncio
import json
import sqlite3
from collections.abc import Awaitable, Callable, Mapping, Sequence
from contextlib import AsyncExitStack, closing
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from types import TracebackType
from typing import Any

from callcenter.qa import audio
from callcenter.qa.dialog import Dialog
from callcenter.qa.phone import TALKS, Behaviour, Phone
from callcenter.qa.sipp import Sipp, SippRun, caller, credentials, free_port, play
from callcenter.qa.stage import Late, Stage, dial_code, until
from tests.calls.proved import is_proved

KEY_AFTER_MS = 300
HANGS_UP_S = 20.0
HARMLESS = (
    "Error reading from web socket",  # a controller was killed, or started anew
    "Session already DISCONNECTED",  # both sides hang up in the same moment
)
"""Parts of ERROR lines that Asterisk may log in any case."""


class Hotline:
    """A case's view of the stage; its phones and callers end with the case."""

    def __init__(self, stage: Stage, scratch: Path) -> None:
        self.stage = stage
        self.placed = 0
        """Calls to access numbers; each must become one row of the records."""
        self._database = stage.node.path / "records.db"
        self._scratch = scratch
        self._stack = AsyncExitStack()
        self._runs = 0
        self._log_from = stage.log.stat().st_size
        self.began = datetime.now(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
        self._agents: set[str] = set()
        self.foreseen = list(HARMLESS)
        """Parts of ERROR lines that the case provokes."""

    async def __aenter__(self) -> "Hotline":
        await until(self._has_records, "the records have tables", 20.0)
        return self

    def _has_records(self) -> bool:
        """A controller that has just started for the first time makes the tables by and by."""
        names = "SELECT name FROM sqlite_master WHERE name = 'call'"
        return self._database.exists() and bool(self._rows(names))

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        await self._stack.aclose()
        for name in self._agents:
            await self.stage.ask(do="sign_out", agent=name)

    # -- agents ----------------------------------------------------------------------------------

    async def agent(
        self, name: str, behaviour: Behaviour = TALKS, *, sign_in: bool = True
    ) -> Phone:
        """An agent with a registered phone, ready unless told otherwise."""
        secret = self.stage.secrets[f"agents.{name}"]
        phone = Phone(name, secret, self.stage.server, behaviour)
        await self._stack.enter_async_context(phone)
        await phone.register()
        self._agents.add(name)
        if sign_in:
            # He hangs up when the answer begins; cases about codes hear it out, with `dial`.
            await dial_code(phone, self.stage.site.feature_codes.sign_in)
            await self.state(name, "ready")
        return phone

    def expect(self, name: str) -> None:
        """This agent may sign in by himself; he is signed out after the case."""
        self._agents.add(name)

    async def team(self, first: int, count: int, behaviour: Behaviour = TALKS) -> list[Phone]:
        """Several ready agents, from number `first` on."""
        names = [str(first + n) for n in range(count)]
        return await asyncio.gather(*(self.agent(name, behaviour) for name in names))

    async def sipp_agent(self, name: str, scenario: str) -> Sipp:
        """A ready agent whose phone SIPp plays: registered first, from the port that answers."""
        phone = SippRun(scenario, self.stage.server, port=free_port())
        row = (name, credentials(name, self.stage.secrets[f"agents.{name}"]), phone.port, 3600)
        await play(replace(phone, scenario="uac-register", rows=[row], calls=1), self._folder())
        sipp = await self._stack.enter_async_context(Sipp(phone, self._folder()))
        assert (await self.stage.ask(do="sign_in", agent=name))["ok"]
        self._agents.add(name)
        return sipp

    def _folder(self) -> Path:
        self._runs += 1
        return self._scratch / str(self._runs)

    async def dial(self, phone: Phone, code: str) -> Dialog:
        """Dial a feature code and hear the hotline out."""
        call = await phone.call(code)
        await until(call.ended.is_set, f"{code} was answered to the end", 20.0)
        return call

    async def state(self, name: str, wanted: str, reason: str = "", within_s: float = 20.0) -> None:
        """Wait until the agent is in this state."""

        seen: dict[str, Any] = {}

        async def so() -> bool:
            seen.update((await self.agents())[name])
            return (seen["state"], seen["reason"]) == (wanted, reason)

        try:
            await until(so, f"{name} is {wanted} {reason}", within_s)
        except Late as late:
            raise Late(f"{late}: {seen}") from None

    async def agents(self) -> dict[str, dict[str, Any]]:
        """Agents by number, as the controller tells them."""
        answer = await self.stage.ask(do="agents")
        return {agent["agent"]: agent for agent in answer["agents"]}

    # -- callers ---------------------------------------------------------------------------------

    async def callers(
        self,
        number: str,
        keys: str = "",
        *,
        patience_s: float = 30.0,
        count: int = 1,
        rate: float = 10.0,
        scenario: str = "uac-caller",
        test: bool = False,
    ) -> Sipp:
        """SIPp's callers, on their way; `await callers.result()` for their counts."""
        self.placed += count
        rows = [
            caller(
                f"139{n:08d}",
                number,
                keys,
                before_ms=KEY_AFTER_MS,
                patience_ms=round(patience_s * 1000),
                test=test,
            )
            for n in range(count)
        ]
        run = SippRun(scenario, self.stage.server, rows, count, rate)
        return await self._stack.enter_async_context(Sipp(run, self._folder()))

    async def caller(self, number: str, hz: float | None = audio.CALLER_HZ) -> tuple[Phone, Dialog]:
        """A caller who listens: answered by the hotline, and up."""
        self.placed += 1
        phone = Phone(f"1370000{self.placed:04d}", "", self.stage.server)
        await self._stack.enter_async_context(phone)
        return phone, await phone.call(number, hz)

    async def joins(self, phone: Phone) -> None:
        """A phone that is about to place a call; it ends with the case."""
        self.placed += 1
        await self._stack.enter_async_context(phone)

    async def offered(self, phone: Phone, count: int = 1, within_s: float = 20.0) -> Dialog:
        """The agent's latest call, once he has been offered `count`."""
        what = f"{phone.user} has been offered {count} calls"
        await until(lambda: len(phone.offers) >= count, what, within_s)
        return phone.offers[count - 1]

    async def waiting(self, queue: str, count: int = 1, within_s: float = 20.0) -> None:
        """Wait until so many callers wait in the queue."""

        async def so() -> bool:
            answer = await self.stage.ask(do="snapshot")
            return any(q["queue"] == queue and q["waiting"] == count for q in answer["queues"])

        await until(so, f"{count} callers wait in {queue}", within_s)

    # -- what came of it -------------------------------------------------------------------------

    async def calls(self, within_s: float = 20.0) -> list[dict[str, Any]]:
        """The case's call records, oldest first, once all placed calls have ended in them."""

        def ended() -> list[dict[str, Any]]:
            rows = self._rows("SELECT * FROM call ORDER BY arrived_at")
            return [r for r in rows if r["arrived_at"] >= self.began and r["outcome"]]

        await until(lambda: len(ended()) >= self.placed, f"{self.placed} ended records", within_s)
        found = ended()
        assert len(found) == self.placed, found
        return found

    async def call(self) -> dict[str, Any]:
        """The record of the case's one call."""
        (found,) = await self.calls()
        return found

    async def rings(self) -> list[tuple[str, str]]:
        """(agent, result) of the case's ring attempts, in order."""
        calls = {call["call_id"] for call in await self.calls()}
        rows = self._rows("SELECT * FROM ring_attempt ORDER BY started_at")
        return [(row["agent"], row["result"]) for row in rows if row["call_id"] in calls]

    def table(self, name: str, call_id: str) -> list[dict[str, Any]]:
        """Rows of a table that belong to a call."""
        return [row for row in self._rows(f"SELECT * FROM {name}") if row["call_id"] == call_id]  # noqa: S608

    def _rows(self, query: str) -> list[dict[str, Any]]:
        with closing(sqlite3.connect(self._database)) as database:
            database.row_factory = sqlite3.Row
            return [dict(row) for row in database.execute(query)]

    async def channels(self) -> list[str]:
        """Channels that Asterisk holds, with what each one does.

        Not the one on which its dialplan handles texts (MESSAGE): a thread of Asterisk's keeps it.
        """
        rows = (await self.stage.rx("core show channels concise")).splitlines()
        return [row for row in rows if row and not row.startswith("Message/ast_msg_queue!")]

    async def is_at(self, context: str) -> None:
        """Wait until a channel is at this place of the dialplan."""

        async def so() -> bool:
            return any(f"!{context}!" in channel for channel in await self.channels())

        await until(so, f"somebody is at {context}")

    async def bridges(self) -> list[str]:
        """Bridges that Asterisk holds; a waiting bridge without callers is not counted."""
        lines = (await self.stage.rx("bridge show all")).splitlines()[1:]
        return [line for line in lines if line.strip() and not line.startswith("wait-")]

    def errors(self) -> list[str]:
        """What Asterisk logged as an ERROR since the case began."""
        with self.stage.log.open("rb") as log:
            log.seek(self._log_from)
            lines = log.read().decode(errors="replace").splitlines()
        return [line for line in lines if " ERROR" in line]

    async def is_tidy(self) -> None:
        """Nothing is left over, and each placed call has exactly one ended record."""
        for what, held in (("channels", self.channels), ("bridges", self.bridges)):
            await self.none(held, f"0 {what}", HANGS_UP_S)
        await self.calls()
        errors = [line for line in self.errors() if not any(x in line for x in self.foreseen)]
        assert not errors, errors

    async def is_proved(self) -> None:
        """The records add up, and Asterisk's own papers tell the same of the case's calls."""
        await is_proved(self.stage, round(datetime.fromisoformat(self.began).timestamp() * 1000))

    async def none(
        self, look: Callable[[], Awaitable[Sequence[object]]], what: str, within_s: float
    ) -> None:
        """Wait until there is nothing of the kind; else tell what there is."""
        seen: list[object] = []

        async def so() -> bool:
            seen[:] = await look()
            return not seen

        try:
            await until(so, what, within_s)
        except Late as late:
            raise Late(f"{late}: {seen}") from None

    async def deploy(self, site: Mapping[str, Any], code: int = 0, **network: object) -> str:
        """Write the site anew, with changes to its network, and deploy it; what was printed."""
        self.stage.write(site, **network)
        told = await self.stage.command("deploy", code=code)
        self.stage.read()
        return told

    async def json(self, *words: str) -> Any:
        """What a command prints with --json."""
        return json.loads(await self.stage.command(*words, "--json"))


async def ended(call: Dialog, within_s: float = HANGS_UP_S) -> None:
    """Wait until a phone's call is over."""
    await asyncio.wait_for(call.ended.wait(), within_s)
