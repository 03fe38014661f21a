"""A node with the smallest configuration that boots, written by hand: no site, no rendering."""

from pathlib import Path

from callcenter.pbx.node import NodePaths, prepare
from callcenter.pbx.process import LOG, AsteriskProcess
from callcenter.pbx.root import ensure_root, needed_modules

_FILES = {
    "asterisk.conf": "[options]\nsystemname=small\n",
    "logger.conf": f"[general]\n[logfiles]\n{LOG} => notice,warning,error,verbose\n",
    "extensions.conf": "[globals]\n[small]\nexten => 100,1,Wait(60)\n same => n,Hangup()\n",
    "cel_custom.conf": "[mappings]\nsmall.csv => ${CSV_QUOTE(${eventtype})}\n",
    "cdr.conf": "[general]\n[csv]\nloguniqueid=yes\n",
    "indications.conf": "[general]\ncountry=us\n[us]\ndial=350+440\n",
    "musiconhold.conf": "[default]\nmode=files\ndirectory=/usr/share/asterisk/moh\n",
}
_EMPTY = ("acl", "pjsip", "stasis", "udptl", "ccss", "websocket_client")
_GENERAL = (
    "ari", "cel", "features", "http", "manager", "pjproject", "queues", "rtp", "voicemail",
)  # fmt: skip


def small_node(folder: Path, *, urgent: bool = False) -> AsteriskProcess:
    """An Asterisk that has not been started; its ports are all closed."""
    process = AsteriskProcess(ensure_root(), folder / "node", urgent=urgent)
    prepare(process.node, process.user)
    for name, text in _texts().items():
        file = process.node.etc / name
        file.write_text(text, encoding="utf-8")
        file.chmod(0o640)
    return process


def log_of(node: NodePaths) -> str:
    """Asterisk's log so far."""
    return (node.log / LOG).read_text(encoding="utf-8")


def _texts() -> dict[str, str]:
    loads = "".join(f"load={name}.so\n" for name in needed_modules())
    return (
        {f"{name}.conf": "" for name in _EMPTY}
        | {f"{name}.conf": "[general]\n" for name in _GENERAL}
        | {"modules.conf": f"[modules]\nautoload=no\n{loads}"}
        | _FILES
    )
