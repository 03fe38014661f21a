"""Messages in Asterisk's voicemail boxes: moved by Asterisk itself, so that lamps follow."""

from callcenter.pbx.control import NoAsterisk, command
from callcenter.pbx.node import NodePaths

_CONTEXT = "default"
_NEW, _OLD = "INBOX", "Old"


class NotMoved(Exception):
    """The message is where it was; the text tells why."""


def mark_heard(node: NodePaths, box: str, message: str) -> None:
    """Move a message to the box's old ones; nothing to do where it is no longer new.

    Asterisk does it, under its own lock: phones with the box's lamp are told. Raises NotMoved.
    """
    if not _is_new(node, box, message):
        return
    words = f"voicemail move {box} {_CONTEXT} {_NEW} {message} {_OLD}"
    try:
        said = command(node.run, words)
    except NoAsterisk:
        raise NotMoved(
            f"the message lamp of box {box} cannot be told: Asterisk does not run; start it first"
        ) from None
    if _is_new(node, box, message):
        raise NotMoved(f"Asterisk did not move message {message}: {said.strip()}")


def _is_new(node: NodePaths, box: str, message: str) -> bool:
    """True while a description among the new messages bears this id."""
    folder = node.spool / "voicemail" / _CONTEXT / box / _NEW
    for description in folder.glob("msg*.txt"):
        try:
            text = description.read_text(encoding="utf-8", errors="replace")
        except FileNotFoundError:
            continue  # renumbered, or moved by somebody who listens
        if f"msg_id={message}" in text.splitlines():
            return True
    return False
