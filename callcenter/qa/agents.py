"""Agents that SIPp plays: their phones register, they sign in by feature code, they answer."""

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from types import TracebackType

from callcenter.qa.sipp import Sipp, SippCounts, SippError, SippRun, credentials, free_port
from callcenter.site.model import Site

_CODES_PER_S = 10.0
_REGISTRATIONS_PER_S = 50.0
_EXPIRES_S = 3600


def sip_server(site: Site) -> tuple[str, int]:
    """Where the site's Asterisk takes SIP over UDP."""
    return str(site.network.address), site.network.sip_port


class SippAgents:
    """Some of a site's agents. One SIPp answers for all of them; leaving signs them out again.

    `rows` are (ms of ringing, ms of talk) for one call after another, whoever gets it.
    """

    def __init__(
        self,
        site: Site,
        secrets: Mapping[str, str],
        names: Sequence[str],
        rows: Sequence[tuple[int, int]],
        folder: Path,
        scenario: str = "uas-answers",
    ) -> None:
        self.names = list(names)
        # Asterisk keeps the address that a registration came from, as it must behind NAT. So the
        # SIPp that registers the phones and the one that answers have the same port, in turns.
        self._port = free_port()
        answers = SippRun(scenario, sip_server(site), rows, port=self._port)
        self.phones = Sipp(answers, folder / "phones")
        self._site = site
        self._secrets = secrets
        self._folder = folder
        self._runs = 0

    async def __aenter__(self) -> "SippAgents":
        await self.arrive()
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        try:
            await asyncio.shield(self.leave())
        finally:
            await self.phones.stop()

    async def arrive(self) -> None:
        """Register and sign in. Raises SippError when Asterisk does not take it."""
        await self._register(_EXPIRES_S)
        await self.phones.start()
        try:
            await self.dial(self._site.feature_codes.sign_in)
        except BaseException:
            await self.phones.stop()  # before the error goes on, Ctrl-C too
            raise

    async def behave(self, rows: Sequence[tuple[int, int]]) -> None:
        """Other rows from now on; nobody may be in a call."""
        await self.phones.stop()
        self._runs += 1
        self.phones = Sipp(
            replace(self.phones.run, rows=rows), self._folder / f"phones-{self._runs}"
        )
        await self.phones.start()

    async def stop(self) -> None:
        """Switch the phones off, without a word to Asterisk."""
        await self.phones.stop()

    async def leave(self) -> None:
        """Sign out and unregister. Raises SippError when Asterisk does not take it."""
        await self.dial(self._site.feature_codes.sign_out)
        await self.phones.stop()
        await self._register(0)

    async def dial(self, code: str) -> SippCounts:
        """Every agent dials a feature code. Raises SippError unless all of them got through."""
        rows = [(name, self._credentials(name), code) for name in self.names]
        return await self._all("uac-agent-code", rows, _CODES_PER_S)

    async def _register(self, expires_s: int) -> None:
        rows = [(name, self._credentials(name), self._port, expires_s) for name in self.names]
        await self._all("uac-register", rows, _REGISTRATIONS_PER_S, self._port)

    def _credentials(self, name: str) -> str:
        return credentials(name, self._secrets[f"agents.{name}"])

    async def _all(
        self, scenario: str, rows: Sequence[Sequence[object]], rate: float, port: int = 0
    ) -> SippCounts:
        self._runs += 1
        folder = self._folder / f"{scenario}-{self._runs}"
        run = SippRun(scenario, sip_server(self._site), rows, len(rows), rate, port=port)
        sipp = Sipp(run, folder)
        async with sipp:
            counts = await sipp.result()
        if counts.failed:
            raise SippError(
                f"{scenario}: {counts.failed} of {counts.created} failed\n{sipp.last_words()}"
            )
        return counts
