"""A hand-written configuration that takes calls, with no site and no rendering, for tests."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path

from callcenter.pbx.ami.session import AmiSession
from callcenter.pbx.deploy.bring import DeployResult, Release, Restart, Target, bring
from callcenter.pbx.deploy.candidate import free_ports
from callcenter.pbx.node import NodePaths, prepare
from callcenter.pbx.process import AsteriskProcess
from callcenter.pbx.root import ensure_root

USER = "callcenter"
AMI_USER = "callcenter"
AMI_SECRET = "only-for-this-test"

_MODULES = [
    "app_dial",
    "app_echo",
    "app_mixmonitor",
    "app_playback",
    "app_queue",
    "app_stack",
    "app_userevent",
    "app_voicemail",
    "bridge_builtin_features",
    "bridge_simple",
    "bridge_softmix",
    "chan_bridge_media",
    "chan_pjsip",
    "codec_alaw",
    "codec_ulaw",
    "format_pcm",
    "format_wav",
    "func_callerid",
    "func_channel",
    "func_strings",
    "pbx_config",
    "res_http_websocket",
    "res_musiconhold",
    "res_mutestream",
    "res_pjproject",
    "res_pjsip",
    "res_pjsip_authenticator_digest",
    "res_pjsip_endpoint_identifier_ip",
    "res_pjsip_endpoint_identifier_user",
    "res_pjsip_outbound_authenticator_digest",
    "res_pjsip_outbound_registration",
    "res_pjsip_pubsub",
    "res_pjsip_registrar",
    "res_pjsip_sdp_rtp",
    "res_pjsip_session",
    "res_rtp_asterisk",
    "res_sorcery_astdb",
    "res_sorcery_config",
    "res_sorcery_memory",
]
_EMPTY = [
    "acl",
    "ccss",
    "cdr",
    "cel",
    "cli",
    "cli_aliases",
    "cli_permissions",
    "codecs",
    "dnsmgr",
    "extconfig",
    "features",
    "pjproject",
    "pjsip_notify",
    "queuerules",
    "rtp",
    "sorcery",
    "stasis",
    "udptl",
]


def lab_files(sip_port: int, ami_port: int) -> dict[str, str]:
    """The configuration: extension 600 echoes, agent 1001, queue `sales`, box 9001."""
    return dict.fromkeys((f"{name}.conf" for name in _EMPTY), "") | {
        "asterisk.conf": "[options]\nsystemname=lab\n",
        "extensions.conf": (
            "[general]\n\n[globals]\n\n[calls]\n"
            "exten => 600,1,Answer()\n same => n,Echo()\n same => n,Hangup()\n"
            "exten => 601,1,Queue(sales)\n same => n,VoiceMail(9001@default,u)\n"
        ),
        "http.conf": "[general]\nenabled=no\n",
        "indications.conf": (
            "[general]\ncountry=us\n\n[us]\ndescription=US\nringcadence=2000,4000\n"
            "dial=350+440\nbusy=480+620/500,0/500\nring=440+480/2000,0/4000\n"
            "congestion=480+620/250,0/250\n"
        ),
        "logger.conf": "[general]\n[logfiles]\nmessages.log = notice,warning,error\n",
        "manager.conf": (
            f"[general]\nenabled=yes\nbindaddr=127.0.0.1\nport={ami_port}\n\n"
            f"[{AMI_USER}]\nsecret={AMI_SECRET}\nread=all\nwrite=all\nwritetimeout=1000\n"
        ),
        "modules.conf": "[modules]\nautoload=no\n"
        + "".join(f"load={name}.so\n" for name in _MODULES),
        "musiconhold.conf": "[default]\nmode=files\ndirectory=/usr/share/asterisk/moh\n",
        "pjsip.conf": (
            f"[udp]\ntype=transport\nprotocol=udp\nbind=127.0.0.1:{sip_port}\n\n"
            "[1001]\ntype=endpoint\ncontext=calls\ndisallow=all\nallow=alaw,ulaw\n"
            "auth=1001\naors=1001\n\n"
            "[1001]\ntype=auth\nauth_type=digest\nusername=1001\npassword=agents-secret\n\n"
            "[1001]\ntype=aor\nmax_contacts=1\n\n"
            "[caller]\ntype=endpoint\ncontext=calls\ndisallow=all\nallow=alaw,ulaw\n\n"
            "[caller]\ntype=identify\nendpoint=caller\nmatch=127.0.0.1\n"
        ),
        "queues.conf": "[general]\npersistentmembers=yes\n\n[sales]\nstrategy=rrmemory\n",
        "voicemail.conf": "[general]\nformat=wav\n\n[default]\n9001 => 4711,Night\n",
    }


def free_pair() -> tuple[int, int]:
    """Two ports that nobody uses."""
    with free_ports() as free:
        return next(free), next(free)


def lay_out(node: NodePaths, files: Mapping[str, str]) -> None:
    """Put files where Asterisk reads them, with no deployment."""
    prepare(node, USER)
    for name, text in files.items():
        (node.etc / name).write_text(text, encoding="utf-8")
        (node.etc / name).chmod(0o640)


def boot(path: Path) -> AsteriskProcess:
    """The Asterisk of a node that has its files, booted."""
    process = AsteriskProcess(ensure_root(), path, USER)
    process.start()
    process.wait_booted()
    return process


async def until(condition: Callable[[], Awaitable[bool]], within_s: float = 20.0) -> None:
    """Wait for a condition. Raises TimeoutError where it does not come true in time."""
    async with asyncio.timeout(within_s):
        while True:
            if await condition():
                return
            await asyncio.sleep(0.02)


@dataclass
class Lab:
    """A node with the lab's files, for deployments."""

    node: NodePaths
    sip_port: int
    ami_port: int
    said: list[str] = field(default_factory=list)

    @property
    def files(self) -> dict[str, str]:
        """The lab's files; change them and deploy."""
        return lab_files(self.sip_port, self.ami_port)

    async def deploy(
        self, files: Mapping[str, str], restart: Restart = Restart.IDLE_ONLY, site: str = "{}"
    ) -> DeployResult:
        """A deployment of these files."""
        return await bring(
            Release(files, "/the/site", {"site.json": site}),
            Target(self.node, ensure_root(), USER),
            restart=restart,
            say=self.said.append,
        )

    async def ami(self) -> AmiSession:
        """A session with the node's Asterisk."""
        return await AmiSession.connect(self.ami_port, AMI_USER, AMI_SECRET)


def new_lab(path: Path) -> Lab:
    """A node in this folder, with nothing deployed."""
    return Lab(NodePaths(path), *free_pair())


class MuteServer:
    """Takes connections and never answers on them."""

    def __init__(self) -> None:
        self.port = 0
        self._writers: list[asyncio.StreamWriter] = []
        self._came = asyncio.Condition()

    async def take(self, _: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """One more connection, kept open."""
        async with self._came:
            self._writers.append(writer)
            self._came.notify_all()

    async def accepted(self, count: int, within_s: float) -> None:
        """Wait for this many connections."""
        async with asyncio.timeout(within_s), self._came:
            await self._came.wait_for(lambda: len(self._writers) >= count)

    def drop_all(self) -> None:
        """End the connections."""
        for writer in self._writers:
            writer.close()


@asynccontextmanager
async def mute_server() -> AsyncIterator[MuteServer]:
    """One that listens on a free port."""
    mute = MuteServer()
    async with await asyncio.start_server(mute.take, "127.0.0.1", 0) as listening:
        mute.port = listening.sockets[0].getsockname()[1]
        yield mute
        mute.drop_all()
