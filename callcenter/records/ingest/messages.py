"""Messages in Asterisk's voicemail spool."""

from collections.abc import Container, Iterator
from pathlib import Path

from callcenter.records.journal.facts import VoicemailLeft

CONTEXT = "default"


def messages_of(spool: Path, box: str, call: str) -> list[VoicemailLeft]:
    """The messages that a call left in a box, in whichever of its folders they are by now.

    `spool` is the node's spool folder. The dialplan sets VM_CATEGORY to the call, which stands as
    `category` in the message's description.
    """
    return [m for m in messages(spool, box) if m.call == call]


def messages(spool: Path, box: str) -> Iterator[VoicemailLeft]:
    """All messages of a box. Descriptions that are being written or removed are left out."""
    root = spool / "voicemail"
    for description in sorted((root / CONTEXT / box).glob("*/msg*.txt")):
        told = _description(description)
        # The sound is moved into the folder before its description is.
        sound = description.with_suffix(".wav")
        if {"origtime", "msg_id", "duration"} <= told.keys() and sound.exists():
            yield VoicemailLeft(
                at=float(told["origtime"]),
                call=told.get("category", ""),
                box=box,
                message=told["msg_id"],
                file=str(sound.relative_to(root)),
                duration_s=float(told["duration"]),
            )


def _description(path: Path) -> dict[str, str]:
    try:
        text = path.read_text(encoding="utf-8", errors="replace")
    except FileNotFoundError:
        # Heard and deleted, or renumbered, between the listing and now.
        return {}
    pairs = (line.partition("=") for line in text.splitlines())
    return {key.strip(): value.strip() for key, equals, value in pairs if equals}


def remove_messages(spool: Path, box: str, wanted: Container[str]) -> int:
    """Remove these messages (their msg_id) of a box for good; how many. Raises OSError.

    Asterisk closes the gap in their numbers when the box is opened next.
    """
    root, count = spool / "voicemail", 0
    for message in list(messages(spool, box)):
        if message.message in wanted:
            sound = root / message.file
            for file in sound.parent.glob(f"{sound.stem}.*"):
                file.unlink(missing_ok=True)
            count += 1
    return count
