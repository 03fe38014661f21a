"""The running controller: the one place where its parts are built and joined."""

import asyncio
import logging
import time
from pathlib import Path

from callcenter.acd import events as acd
from callcenter.acd.agents.figures import day_around
from callcenter.acd.floor import Floor
from callcenter.live.agents.figures import DayFigures
from callcenter.live.agents.lamps import Lamps
from callcenter.live.agents.members import Members
from callcenter.live.agents.seats import FILE as SEATS_FILE
from callcenter.live.agents.seats import Seats
from callcenter.live.ami_link import AmiLink
from callcenter.live.callbacks.requests import CallbackRequests
from callcenter.live.calls.phones import Phones
from callcenter.live.control import BadRequest, ControlServer
from callcenter.live.controller import Controller
from callcenter.live.deployed import Deployed, read_deployed
from callcenter.live.effects import Effects
from callcenter.live.equipment import Equipment
from callcenter.live.health.alive import Alive
from callcenter.live.health.garbage import collect, none_by_itself
from callcenter.live.health.healing import Healing
from callcenter.live.health.heartbeat import Heartbeat
from callcenter.live.health.urgency import go_first
from callcenter.live.ledger import Ledger
from callcenter.live.listed_callers import ListedCallers
from callcenter.live.logs import log_to
from callcenter.live.mail import Mailbox
from callcenter.live.notes import NotesDesk
from callcenter.live.publishing.publishers import Publishing
from callcenter.live.recordings.keeping import Keeping
from callcenter.live.recordings.recorder import Recorder
from callcenter.live.restart.resync import Holdings
from callcenter.live.supervision.overrides import Overrides
from callcenter.live.supervision.parts import Supervising
from callcenter.live.until_told import until_told
from callcenter.pbx.ari.session import AppTaken, AriSession
from callcenter.pbx.deploy.history import NoVersion
from callcenter.pbx.errors import PbxLost
from callcenter.pbx.node import NodePaths, node_path
from callcenter.pbx.secrets import SecretsError, site_secrets
from callcenter.records.database.engine import RecordsError
from callcenter.records.database.place import place_of
from callcenter.records.ingest.ingest import Ingest
from callcenter.records.journal.journal import Journal
from callcenter.records.reading.agent_day import agent_day
from callcenter.records.writing.writer import Writer
from callcenter.render.cel import FILE as CEL_FILE
from callcenter.render.files import APP, USER
from callcenter.site.findings import SiteErrors
from callcenter.site.secrets import AMI, ARI

_INGEST_S = 1.0

_log = logging.getLogger(__name__)


async def run(folder: Path) -> None:
    """Run the controller of a site until SIGTERM or SIGINT. Calls that are up stay up.

    Raises SiteErrors, NoVersion, SecretsError, RecordsError, JournalError (another controller
    writes this journal), AppTaken (another one has this Asterisk).
    """
    none_by_itself()
    deployed = read_deployed(folder)
    secrets = site_secrets(folder, deployed.site)
    node = node_path(deployed.site.site, deployed.site.node.path)
    database = place_of(deployed.site, node.path, secrets)
    with Journal(node.journal, numbers=database.numbers) as journal:
        log_to(node.controller_log)
        writer = Writer(journal, database)
        writer.start()
        try:
            await until_told(_Live(folder, deployed, secrets, node, journal, writer).run())
        finally:
            _log.info("the controller ends; calls go on without it")
            writer.close()


class _Live:
    """The parts of one controller and what runs beside the mailbox."""

    def __init__(
        self,
        folder: Path,
        deployed: Deployed,
        secrets: dict[str, str],
        node: NodePaths,
        journal: Journal,
        writer: Writer,
    ) -> None:
        network = deployed.site.network
        self._secrets = secrets
        self._folder = folder
        self._node = node
        self._journal = journal
        self._writer = writer
        self._database = writer.place
        self._mailbox: Mailbox = asyncio.Queue()
        self._ledger = Ledger(journal)
        self._ingest = Ingest(node.inside(CEL_FILE), node.spool, journal)
        self._ari = AriSession(
            network.http_port, USER, secrets[ARI], app=APP, on_event=self._mailbox.put_nowait
        )
        self._heart = Heartbeat(self._ari, Alive(node.sign_of_life))
        self._link = AmiLink(network.ami_port, USER, secrets[AMI])
        self._overrides = Overrides(
            self._link, self._ledger.note, lambda: journal.state.supervised.overrides
        )
        self._deployed = self._overrides.over(deployed)
        self._overrides.in_force = self._take
        self._floor = Floor(self._deployed.plan)
        self._members = Members(self._link, self._floor)
        self._listed = ListedCallers(self._link, node.path)
        self._started_at: float | None = None

    async def run(self) -> None:
        """Run all parts. Raises AppTaken."""
        taken: BaseException | None = None
        try:
            async with asyncio.TaskGroup() as tasks:
                equipment = self._equip(Effects(tasks, self._mailbox.put_nowait))
                await self._serve(tasks, equipment)
        except* AppTaken as group:
            taken = group.exceptions[0]
        if taken is not None:
            raise taken

    async def _serve(self, tasks: asyncio.TaskGroup, equipment: Equipment) -> None:
        self._dress(equipment)
        recall = self._journal.restore
        controller = Controller(self._mailbox, self._floor, self._ledger, recall, equipment)
        keeping = self._keeping(equipment)
        keeping.hear_keys(equipment.phones, equipment.effects)
        desk = self._supervising(equipment).desk
        desk.ask = controller.ask
        callbacks = CallbackRequests(self._floor, controller.ask, self._ledger.note)
        desks = (keeping, NotesDesk(self._ledger.note), desk, callbacks)
        server = ControlServer(
            controller,
            lambda: self._deployed.site,
            lambda: self._reload(controller, equipment),
            {name: answer for each in desks for name, answer in each.requests.items()},
        )
        controller.on_change = server.changed
        for part in (
            self._ari.run(),
            self._link.run(),
            self._members.run(),
            self._listed.run(),
            self._overrides.run(),
            equipment.phones.regulars.load(self._database, self._floor.plan.queues),
            Publishing(self._folder, self._node, self._database, server, equipment).run(),
            equipment.lamps.run(),
            Healing(
                equipment, self._floor, self._mailbox, controller, self._journal.state.ended
            ).run(),
            self._heart.run(),
            self._read_events(controller),
            keeping.run(),
            collect(),
        ):
            tasks.create_task(part)
        go_first(wanted=self._deployed.site.node.real_time)
        async with server.listening(self._node.control_socket):
            await controller.run()

    def _equip(self, effects: Effects) -> Equipment:
        lamps = Lamps(self._ari, effects, self._floor.agent)

        def agent_changed(agent: str) -> None:
            lamps.changed(agent)
            self._members.changed(agent)

        def seat_changed(agent: str, phone: str) -> None:
            effects.start(self._ari.set_global(f"CC_AT_{agent}", phone))
            self._members.changed(agent)

        seats = Seats(self._node.path / SEATS_FILE, seat_changed)
        self._members.phone_of = seats.phone_of
        phones = Phones(
            self._ari,
            effects,
            self._floor,
            self._ledger,
            seats,
            submit=self._mailbox.put_nowait,
            agent_changed=agent_changed,
            figures=self._figures,
        )
        recorder = Recorder(
            self._link,
            start=effects.start,
            note=self._ledger.note,
            pending=self._journal.state.recordings.by_leg,
            sides=phones.sides,
            folder=self._node.spool / "monitor",
        )
        self._link.on_up = lambda: self._ami_up(recorder)
        return Equipment(self._ari, effects, phones, recorder, lamps, self._members, self._look)

    def _ami_up(self, recorder: Recorder) -> None:
        self._look_again()
        recorder.mend()

    def _keeping(self, equipment: Equipment) -> Keeping:
        return Keeping(
            self._folder,
            self._node,
            lambda: self._deployed.site,
            self._journal,
            self._ledger,
            self._ari,
            self._link,
            equipment.recorder,
            leg_of=self._leg_of,
            folded=lambda: self._writer.position,
        )

    def _supervising(self, equipment: Equipment) -> Supervising:
        return Supervising(
            self._ari,
            equipment.effects,
            self._floor,
            self._ledger,
            equipment.phones,
            self._overrides,
            submit=self._mailbox.put_nowait,
            talks=lambda: self._journal.state.supervised.talks,
        )

    def _take(self, deployed: Deployed) -> None:
        """What is in force from now on."""
        self._deployed = deployed

    def _leg_of(self, call: str) -> str:
        view = self._floor.call(call)
        return "" if view is None else view.leg

    def _dress(self, equipment: Equipment) -> None:
        """Music, labels and prompts, as they are deployed."""
        equipment.phones.dress(self._deployed, self._secrets)
        equipment.recorder.site = self._deployed.site

    def _look_again(self) -> None:
        """A new connection to Asterisk's manager interface."""
        self._members.ask_again()
        self._listed.ask_again()
        self._overrides.ask_again()

    async def _reload(self, controller: Controller, equipment: Equipment) -> None:
        try:
            self._deployed = self._overrides.over(
                await asyncio.to_thread(read_deployed, self._folder)
            )
            self._secrets = await asyncio.to_thread(site_secrets, self._folder, self._deployed.site)
        except (SiteErrors, NoVersion, SecretsError) as error:
            raise BadRequest(str(error)) from None
        self._dress(equipment)
        await controller.ask(acd.PlanChanged(self._deployed.plan))
        self._look_again()
        _log.info("the new plan is in force")

    async def _figures(self, agent: str) -> DayFigures:
        """An agent's figures of the day, from the records. Raises PbxLost where there are none."""
        site = self._deployed.site
        begins, _ = day_around(time.time(), site.timezone)
        try:
            answered, talk_s = await asyncio.to_thread(agent_day, self._database, agent, begins)
        except RecordsError as error:
            raise PbxLost(str(error)) from None
        return DayFigures(answered, talk_s)

    # Beside the mailbox

    async def _look(self) -> Holdings:
        """What Asterisk holds, once the records of what ended without us are closed."""
        await self._heart.beat()  # before the first call of this connection
        channels, bridges, started_at = await asyncio.gather(
            self._ari.channels(), self._ari.bridges(), self._ari.started_at()
        )
        self._started_at, held = started_at, {channel.id for channel in channels}
        # Without the time of Asterisk's start: what it lost of ours the floor ends, which knows
        # more of these calls than Asterisk could write down.
        while facts := self._ingest.poll(held):
            self._ledger.note(facts)
            await asyncio.sleep(0)
        return Holdings(tuple(channels), tuple(bridges), started_at)

    async def _read_events(self, controller: Controller) -> None:
        """Asterisk's records of calls that the floor does not end."""
        while True:
            await asyncio.sleep(_INGEST_S)
            if controller.connected:
                held = {view.call for view in self._floor.calls()}
                self._ledger.note(self._ingest.poll(held, self._started_at))
