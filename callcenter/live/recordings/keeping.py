"""What is done about recordings beside the mailbox: archive, people's requests, nightly work."""

import asyncio
from collections.abc import Callable
from pathlib import Path

from callcenter.live.ami_link import AmiLink
from callcenter.live.calls.askers import Asker
from callcenter.live.calls.phones import Phones
from callcenter.live.effects import Effects
from callcenter.live.ledger import Ledger
from callcenter.live.nightly.housekeeping import Housekeeping
from callcenter.live.recordings.archive import Archive
from callcenter.live.recordings.desk import Answer, RecorderDesk, Request
from callcenter.live.recordings.recorder import Recorder
from callcenter.pbx.ari.session import AriSession
from callcenter.pbx.node import NodePaths
from callcenter.records.journal.journal import Journal
from callcenter.site.model import Site


class Keeping:
    """Runs it."""

    def __init__(
        self,
        folder: Path,
        node: NodePaths,
        site: Callable[[], Site],
        journal: Journal,
        ledger: Ledger,
        ari: AriSession,
        link: AmiLink,
        recorder: Recorder,
        *,
        leg_of: Callable[[str], str],
        folded: Callable[[], int],
    ) -> None:
        """`folder` and `site` are the deployed site's; `leg_of` tells the leg of a call's talk;
        `folded` how far the journal is in the tables."""
        self._ari = ari
        self._journal = journal
        self._archive = Archive(
            node,
            pending=journal.state.recordings.by_leg,
            live=self._legs,
            kind=lambda: site().recording.format,
            note=ledger.note,
        )
        self._housekeeping = Housekeeping(folder, node, site, journal, link, folded)
        self._desk = RecorderDesk(recorder, leg_of)
        self.requests = {
            **self._desk.requests,
            "housekeeping": self._night,
            "rotate_journal": self._rotate,
        }

    async def run(self) -> None:
        """Work until cancelled."""
        async with asyncio.TaskGroup() as tasks:
            tasks.create_task(self._archive.run())
            tasks.create_task(self._housekeeping.run())

    def hear_keys(self, phones: Phones, effects: Effects) -> None:
        """Let agents pause and resume by a code in the talk."""

        async def toggle(who: Asker) -> None:
            told = await self._desk.toggle(who.leg, who.call, who.agent)
            phones.places.sounds.say(who.channel, phones.talks.prompt(told))

        def keyed(who: Asker, now: float) -> None:
            effects.start(toggle(who))

        phones.talks.actions["recording"] = keyed

    async def _night(self, _: Request) -> Answer:
        return {"done": await self._housekeeping.night()}

    async def _rotate(self, _: Request) -> Answer:
        """Finish the journal's newest file, so that others may replace numbers in it."""
        return {"position": self._journal.rotate()}

    async def _legs(self) -> set[str]:
        """Legs that exist in Asterisk, also those that another channel plays."""
        channels = await self._ari.channels()
        return {name for c in channels for name in (c.id, c.variables.get("CC_PLAYS", ""))}
