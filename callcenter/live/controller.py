"""The controller: one mailbox, one writer.

Everything that happens comes through one mailbox and is told to the floor, one at a time; the
facts that follow are in the journal before the commands that follow are sent.
"""

import asyncio
import logging
import time
from collections.abc import Callable, Sequence

from callcenter.acd import events as acd
from callcenter.acd.facts import TalkStarted
from callcenter.acd.floor import Floor
from callcenter.acd.machine import IllegalMove
from callcenter.acd.restart.recall import Recall
from callcenter.live.equipment import Equipment
from callcenter.live.ledger import Ledger
from callcenter.live.mail import Asked, Due, Looked, Mail, Mailbox
from callcenter.live.restart.resync import Resynced, resync
from callcenter.live.restart.turned import turned_round
from callcenter.live.told import Told
from callcenter.pbx.ari import events as pbx
from callcenter.pbx.errors import PbxLost, PbxRefused
from callcenter.records.journal.facts import JournalFact

_LOOK_AGAIN_S = 1.0

_log = logging.getLogger(__name__)


class Controller:
    """Runs one floor on one Asterisk."""

    def __init__(
        self,
        mailbox: Mailbox,
        floor: Floor,
        ledger: Ledger,
        recall: Callable[[], Recall],
        equipment: Equipment,
    ) -> None:
        """`recall` tells what the journal knows at the moment it is called."""
        self.floor = floor
        self.connected = False
        """True while floor and Asterisk know of each other."""
        self.restored = False
        """True once the floor knows what the journal and Asterisk had of the time before."""
        self.on_change: Callable[[], None] = lambda: None
        """Called after each step."""
        self._mailbox = mailbox
        self._ledger = ledger
        self._recall = recall
        self._use = equipment
        self._connection = 0
        self._held: list[Mail] = []
        self._timer: asyncio.TimerHandle | None = None
        self._timer_at: float | None = None

    async def ask(self, event: Told) -> None:
        """Tell the floor something and wait until it has heard.

        Raises PbxLost while Asterisk is away; a new plan is taken all the same.
        """
        done: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._mailbox.put_nowait(Asked(event, done))
        await done

    def note(self, facts: Sequence[JournalFact]) -> None:
        """Write facts that are none of the floor's."""
        self._ledger.note(facts)

    async def run(self) -> None:
        """Work off the mailbox until cancelled."""
        while True:
            self._take(await self._mailbox.get())
            # A full mailbox would not let the requests go out that the last step has made.
            await asyncio.sleep(0)

    def _take(self, mail: Mail) -> None:
        now = time.time()
        match mail:
            case pbx.Connected():
                self._connection += 1
                self._use.effects.start(self._look(self._connection))
            case pbx.Disconnected():
                self._lose(mail.reason)
            case Looked():
                self._resync(mail, now)
            case Due():
                self._timer = self._timer_at = None
                if self.connected:
                    self._step(acd.TimePassed(), now)
            case Asked():
                self._answer(mail, now)
            case _ if self.connected:
                self._tell(mail, now)
            case _:
                self._held.append(mail)

    def _answer(self, asked: Asked, now: float) -> None:
        if asked.done.done():
            return  # whoever asked has left
        if self.connected or isinstance(asked.event, acd.PlanChanged):
            self._step(asked.event, now)
            asked.done.set_result(None)
        else:
            asked.done.set_exception(PbxLost("the controller has no connection to Asterisk"))

    def _tell(self, mail: Mail, now: float) -> None:
        """Tell the floor, now that it can act."""
        match mail:
            case _ if isinstance(mail, Told):
                self._step(mail, now)
            case _ if isinstance(mail, pbx.Event):
                self._hear(mail, now)

    def _hear(self, event: pbx.Event, now: float) -> None:
        """Something from Asterisk: the floor's, or what needs no floor."""
        for told in self._use.phones.hear(event, now):
            self._step(told, now)

    def _step(self, event: Told, now: float) -> None:
        try:
            facts, commands = self.floor.handle(event, now)
        except IllegalMove as illegal:
            _log.error("%s", illegal)
            return
        self._ledger.write(facts)
        self._use.phones.performer.perform(commands)
        self._use.recorder.hear(facts)
        # Behind the requests: a phone does not wait for a log line.
        asyncio.get_running_loop().call_soon(self._ledger.tell, facts)
        self._set_timer(now)
        self.on_change()

    def _set_timer(self, now: float) -> None:
        at = self.floor.next_deadline()
        if at == self._timer_at:
            return
        if self._timer is not None:
            self._timer.cancel()
        self._timer, self._timer_at = None, at
        if at is not None:
            loop = asyncio.get_running_loop()
            self._timer = loop.call_later(max(0.0, at - now), self._mailbox.put_nowait, Due())

    # Connections

    async def _look(self, connection: int) -> None:
        """Ask Asterisk what it holds; what it tells meanwhile is held back."""
        while connection == self._connection:
            try:
                holdings = await self._use.look()
            except PbxLost:
                return  # the next connection looks again
            except PbxRefused as refused:
                _log.error("asterisk does not say what it holds: %s", refused)
                await asyncio.sleep(_LOOK_AGAIN_S)
            else:
                self._mailbox.put_nowait(Looked(connection, holdings))
                return

    def _lose(self, reason: str) -> None:
        _log.warning("asterisk: connection lost (%s)", reason)
        self._connection += 1
        self.connected = False
        self._held.clear()
        self._use.forget_all()
        self.on_change()

    def _resync(self, looked: Looked, now: float) -> None:
        if looked.connection != self._connection:
            return
        recall = self._recall()
        holdings = turned_round(looked.holdings, recall)
        found = resync(holdings, recall, self._use.ari.app, now)
        self._use.phones.know(holdings, found.restored)
        self.connected = self.restored = True
        self._step(found.restored, now)
        for newcomer in found.newcomers:
            self._step(newcomer, now)
        self._use.phones.performer.perform(found.unfinished)
        for asked in found.anew:
            self._hear(asked, now)
        self._clean_up(found)
        self._use.recorder.found(_talks(found.restored))
        self._use.members.floor_is_restored()
        _log.info(
            "asterisk: connected; %d calls found, %d new, %d gone",
            len(found.restored.calls),
            len(found.newcomers),
            len(found.restored.vanished),
        )
        held, self._held = self._held, []
        for mail in held:
            self._tell(mail, now)

    def _clean_up(self, found: Resynced) -> None:
        for channel in found.strays:
            self._use.effects.start(self._use.ari.hangup(channel))
        for bridge in found.empty_bridges:
            self._use.effects.start(self._use.ari.destroy_bridge(bridge))
        for bridge in found.still:
            self._use.effects.start(self._use.ari.stop_music(bridge))


def _talks(restored: acd.Restored) -> list[TalkStarted]:
    """The talks that go on, as their beginning was told."""
    return [
        TalkStarted(each.joined_at, each.entered.call, each.leg, each.agent, each.entered.queue)
        for each in restored.calls
        if each.joined_at is not None
    ]
