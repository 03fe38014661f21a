"""Figures for those who do not ask: the day's on screens, the live stream, scheduled reports."""

import asyncio
from pathlib import Path

from callcenter.live.control import ControlServer
from callcenter.live.equipment import Equipment
from callcenter.live.health.uptime import Uptime
from callcenter.live.publishing.reporting import Reporting, maker
from callcenter.live.publishing.stream import LiveStream
from callcenter.live.publishing.today import Today
from callcenter.pbx.node import NodePaths
from callcenter.records.database.engine import Url


class Publishing:
    """Runs it beside the mailbox."""

    def __init__(
        self,
        folder: Path,
        node: NodePaths,
        database: Url,
        server: ControlServer,
        equipment: Equipment,
    ) -> None:
        """`folder` is the site's, `database` where its records are."""
        controller = server.controller
        today = Today(database, server.site, server.changed)
        server.today = lambda: today.latest
        self._parts = (
            today,
            LiveStream(node.live_socket, server.site, server.snapshots),
            Reporting(node, server.site, maker(folder)),
            Uptime(node.path, equipment.ari, lambda: controller.connected, controller.note),
        )

    async def run(self) -> None:
        """Work until cancelled."""
        async with asyncio.TaskGroup() as tasks:
            for part in self._parts:
                tasks.create_task(part.run())
