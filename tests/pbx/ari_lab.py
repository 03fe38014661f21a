"""An Asterisk with ARI and calls of its own, for tests of the session: no site, no rendering."""

from dataclasses import dataclass
from pathlib import Path

from callcenter.pbx.deploy.candidate import free_ports
from callcenter.pbx.node import NodePaths
from callcenter.pbx.process import AsteriskProcess
from callcenter.pbx.root import needed_modules
from tests.pbx.lab import boot, lab_files, lay_out

APP = "callcenter"
USER, SECRET = "callcenter", "only-for-this-test"
AGENT, AGENT_SECRET = "1001", "agents-secret"

_LOADS = "".join(f"load={name}.so\n" for name in needed_modules())
_EMPTY = ("cel_custom.conf", "websocket_client.conf")


@dataclass
class AriLab:
    """A node, and where it listens."""

    http_port: int
    sip_port: int
    process: AsteriskProcess


def ari_lab(path: Path) -> AriLab:
    """Extension 700 asks for the queue `sales`."""
    with free_ports() as free:
        http_port, sip_port, ami_port = next(free), next(free), next(free)
    lay_out(NodePaths(path), _files(http_port, sip_port, ami_port))
    return AriLab(http_port, sip_port, boot(path))


def _files(http_port: int, sip_port: int, ami_port: int) -> dict[str, str]:
    files = lab_files(sip_port, ami_port) | dict.fromkeys(_EMPTY, "")
    files["extensions.conf"] += (
        "exten => 700,1,Answer()\n same => n,Set(CC_QUEUE=sales)\n"
        f" same => n,Stasis({APP},queue,sales)\n same => n,Hangup()\n"
        "[cc-leg-gone]\nexten => s,1,Return()\n"
    )
    files["pjsip.conf"] = (
        "[global]\ntype=global\nendpoint_identifier_order=auth_username,username,ip\n\n"
        + files["pjsip.conf"]
        .replace("max_contacts=1", "max_contacts=1\nremove_existing=yes")
        .replace("aors=1001", "aors=1001\nset_var=PJSIP_TRANSFER_HANDLING()=ari-only")
    )
    return files | {
        "http.conf": f"[general]\nenabled=yes\nbindaddr=127.0.0.1\nbindport={http_port}\n",
        "ari.conf": (
            "[general]\nenabled=yes\nchannelvars=CC_QUEUE,CC_LEG\n"
            f"[{USER}]\ntype=user\npassword={SECRET}\n"
        ),
        "modules.conf": f"[modules]\nautoload=no\n{_LOADS}",
    }
