"""Deployments to a hotline at work: calls that are up do not notice, a bad one is taken back."""

import copy
import socket
import time
from pathlib import Path
from typing import Any

import pytest
import yaml
from callcenter.qa.phone import Behaviour
from callcenter.qa.stage import until
from tests.calls.hotline import Hotline, ended

pytestmark = pytest.mark.calls

PACKETS_PER_S = 50
SITE = yaml.safe_load((Path(__file__).parent / "site.yaml").read_text(encoding="utf-8"))


def changed() -> dict[str, Any]:
    """The site with a second number, queue and agent, and a new prompt."""
    site = copy.deepcopy(SITE)
    site["prompts"] = {"bye": {"text": "Thank you for calling."}}
    site["numbers"]["7002"] = {"to": "queue:second"}
    site["queues"]["second"] = {**SITE["queues"]["desk"], "overflow": "play:bye"}
    site["agents"]["1002"] = {"name": "Bob"}
    return site


async def test_a_call_that_is_up_goes_on_and_the_new_site_works(hotline: Hotline) -> None:
    agent = await hotline.agent("1001")
    callers = await hotline.callers("7001")
    talk = await hotline.offered(agent)
    await until(lambda: talk.audio.packets > PACKETS_PER_S, "they talk")
    packets, started = talk.audio.packets, time.monotonic()
    await hotline.deploy(changed())
    seconds = time.monotonic() - started
    assert talk.up
    assert talk.audio.packets - packets > 0.9 * PACKETS_PER_S * seconds

    second = await hotline.agent("1002", Behaviour(talk_s=0.3))
    new = await hotline.callers("7002")
    assert (await new.result()).ok == 1
    assert len(second.offers) == 1
    await agent.hang_up(talk)
    assert (await callers.result()).ok == 1


async def test_a_port_that_is_taken_brings_the_old_site_back(hotline: Hotline) -> None:
    with (
        socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as udp,
        socket.socket(socket.AF_INET, socket.SOCK_STREAM) as tcp,
    ):
        udp.bind(("127.0.0.1", 0))
        tcp.bind(udp.getsockname())
        told = await hotline.deploy(SITE, code=2, sip_port=udp.getsockname()[1])
    assert "Address already in use" in told
    assert "the old ones are back" in told
    hotline.foreseen += ["pjsip", "Could not create an object", "shutting down"]
    await hotline.stage.controller_at_work()
    agent = await hotline.agent("1001", Behaviour(talk_s=0.3))
    assert (await (await hotline.callers("7001")).result()).ok == 1
    await ended(agent.offers[0])
