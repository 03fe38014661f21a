"""A site rendered into a node of its own, with Asterisk up and no controller."""

import csv
import json
import os
import random
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any, Self

from callcenter.pbx.ami.session import AmiSession
from callcenter.pbx.deploy.candidate import free_ports
from callcenter.pbx.deploy.templates import read_templates
from callcenter.pbx.media import media_digests, provide_media
from callcenter.pbx.node import NodePaths, prepare
from callcenter.pbx.process import LOG, AsteriskProcess
from callcenter.pbx.root import ensure_root, needed_modules
from callcenter.render import render
from callcenter.render.cel import COLUMNS, FILE
from callcenter.render.files import USER
from callcenter.site.model import Site
from callcenter.site.secrets import is_pin, secret_names
from tests.pbx.lab import until

BEEP = ("sox", "-n", "-r", "8000", "{output}", "synth", "0.3", "sine", "440")
_RTP_PORTS = 200


def on_free_ports(site: Site) -> Site:
    """The site, on ports of this machine that nobody uses, with beeps for prompts."""
    first = random.randrange(20000, 30000, _RTP_PORTS)  # noqa: S311  no secret
    with free_ports() as free:
        network: dict[str, Any] = {
            "sip_port": next(free),
            "http_port": next(free),
            "ami_port": next(free),
            "rtp": site.network.rtp.model_copy(
                update={"first": first, "last": first + _RTP_PORTS - 1}
            ),
        }
    return site.model_copy(
        update={
            "network": site.network.model_copy(update=network),
            "speech": site.speech.model_copy(update={"command": BEEP}),
        }
    )


@dataclass
class Rendered:
    """The running node; use it as a context."""

    folder: Path
    site: Site
    secrets: dict[str, str] = field(default_factory=dict)
    """Given ones; the others are made up."""
    files: dict[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.site = on_free_ports(self.site)
        self.node = NodePaths(self.folder / "node")
        self.server = (str(self.site.network.address), self.site.network.sip_port)
        self.secrets = {
            name: "123456" if is_pin(name) else os.urandom(8).hex()
            for name in secret_names(self.site)
        } | self.secrets
        self.asterisk = AsteriskProcess(ensure_root(), self.node.path, "callcenter")

    def __enter__(self) -> Self:
        prepare(self.node, "callcenter")
        paths = provide_media(self.site, self.folder, self.folder / "cache", self.node.lib)
        digests = media_digests(self.site, self.folder)
        self.files = render(
            self.site, self.secrets, read_templates(), paths, needed_modules(), digests
        )
        for name, text in self.files.items():
            (self.node.etc / name).write_text(text, encoding="utf-8")
            (self.node.etc / name).chmod(0o640)
        self.asterisk.start()
        try:
            self.asterisk.wait_booted()
        except BaseException:
            self.asterisk.stop()
            raise
        return self

    def __exit__(self, *_: object) -> None:
        self.asterisk.stop()

    @property
    def log(self) -> str:
        """Asterisk's log."""
        return (self.node.log / LOG).read_text(encoding="utf-8")

    async def ami(self) -> AmiSession:
        """A session with this Asterisk."""
        return await AmiSession.connect(self.site.network.ami_port, USER, self.secrets["ami"])

    def events(self, caller: str) -> list[str]:
        """What the dialplan wrote of one caller's calls, as `CC_KEY main|1`; and `HANGUP`."""
        path = self.node.inside(FILE)
        told = []
        names = [column.name for column in COLUMNS]
        with suppress(FileNotFoundError), path.open(encoding="utf-8", newline="") as file:
            for row in csv.DictReader(file, names):
                if row["CALLER"] == caller and row["EVENT"] == "HANGUP":
                    told.append("HANGUP")
                elif row["CALLER"] == caller and row["USER_EVENT"]:
                    told.append(f"{row['EVENT']} {json.loads(row['EXTRA'])['extra']}")
        return told

    async def told(self, caller: str, *wanted: str, within_s: float = 8.0) -> None:
        """Wait until the events of a caller are these. Raises AssertionError with what they are."""

        async def so() -> bool:
            return self.events(caller) == list(wanted)

        try:
            await until(so, within_s)
        except TimeoutError:
            assert self.events(caller) == list(wanted)

    async def saw(self, caller: str, event: str, within_s: float = 8.0) -> None:
        """Wait until an event of a caller is told."""

        async def so() -> bool:
            return event in self.events(caller)

        try:
            await until(so, within_s)
        except TimeoutError:
            raise AssertionError(f"{event} not in {self.events(caller)}") from None


def days_around_today() -> list[date]:
    """Today, wherever on Earth, with the days beside it."""
    today = datetime.now(UTC).date()
    return [today + timedelta(days=n) for n in range(-1, 3)]
