"""Finds in Asterisk's log what it did not take of its configuration.

A reload answers "Success" whatever it left out, so the log is the only witness.
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

from callcenter.pbx.deploy import conf

_LINE = re.compile(
    r"^\[[^\]]*\] (?P<level>WARNING|ERROR)\[\d+\](?P<call>\[C-[0-9a-f]+\])? "
    r"(?P<source>[\w./-]+\.c): (?P<words>.*)$"
)
_READERS = re.compile(
    r"config|config_options|res_sorcery_config|sorcery|pbx_config|app_queue|app_voicemail|"
    r"res_musiconhold|format_cap|http|manager|acl|named_acl|cel|cdr|cel_custom|cdr_csv|logger|"
    r"loader|features_config|indications|ari/config|"
    r"res_pjsip/(?:pjsip_configuration|config_\w+|location)"
)
"""The parts of Asterisk that read configuration. Others warn of calls and networks at any time."""
_AT_WORK = re.compile(r"Unable to process manager action")
"""What they say of their other work: a client that came back while Asterisk was going down."""
_BIND = "Address already in use"
_PLACE = re.compile(
    r"(?:at |in |, |on )line (?P<line>\d+)(?: of (?:/etc/asterisk/)?(?P<file>\S*))?"
)
_FILE = re.compile(r"\b[\w-]+\.conf\b")
_OBJECT = re.compile(r"of type '([^']+)' with id '([^']+)'")
_NAMED = re.compile(r"(?:queue|category|class) '([^']+)'")
_OPTION = re.compile(r"(?i)(\s*(?:\w*password|secret|md5_cred|dbpass)\s*=>?\s*)\S.*")
_BOX = re.compile(r"(\s*(?!exten|same|include|member)[\w-]+\s*=>\s*)\d+(,.*)?")
_FILE_OF = {
    "app_queue": "queues.conf",
    "app_voicemail": "voicemail.conf",
    "pbx_config": "extensions.conf",
    "res_musiconhold": "musiconhold.conf",
}
"""Where a part's file is named otherwise than the part."""


@dataclass(frozen=True, slots=True)
class LogLine:
    """A warning or an error."""

    level: str
    source: str
    words: str
    in_call: bool

    @property
    def is_reader(self) -> bool:
        """Said while reading configuration, or while opening a port that it asks for."""
        reader = _READERS.fullmatch(self.source.removesuffix(".c")) is not None
        at_work = self.in_call or _AT_WORK.match(self.words) is not None
        return (reader and not at_work) or self.words.endswith(_BIND)

    @property
    def is_port_taken(self) -> bool:
        """A port of ours is somebody else's."""
        return self.words.endswith(_BIND)


@dataclass(frozen=True, slots=True)
class Refusal:
    """Something that Asterisk did not take: its words, and the generated line if it named one.

    `file` is empty and `line` 0 where Asterisk named none. `text` never shows a secret.
    """

    words: str
    file: str = ""
    line: int = 0
    text: str = ""

    def __str__(self) -> str:
        place = f"{self.file}:{self.line}: " if self.line else f"{self.file}: " if self.file else ""
        return f"{place}{self.words}" + (f"  [{self.text}]" if self.text else "")


def problems(text: str) -> list[LogLine]:
    """The warnings and errors of a log."""
    matches = (_LINE.match(line) for line in text.splitlines())
    return [
        LogLine(m["level"], m["source"], m["words"].strip(), m["call"] is not None)
        for m in matches
        if m is not None
    ]


def refusals(lines: Iterable[LogLine], files: Mapping[str, str]) -> list[Refusal]:
    """What the lines refuse, each once, with its place in the generated files.

    Where Asterisk leaves the file's name out ("at line 3 of "), the next message has it.
    """
    found: dict[Refusal, None] = {}
    waiting = ""
    for line in lines:
        if waiting:
            found[_locate(f"{waiting} {_file(line)}".strip(), line, files)] = None
        waiting = line.words if line.words.endswith(" of") else ""
        if not waiting:
            found[_locate(line.words, line, files)] = None
    if waiting:
        found[Refusal(waiting)] = None
    return list(found)


def read_from(log: Path, position: int) -> str:
    """What was written to a log since it was `position` bytes long; all, where it was rotated."""
    if not log.exists():
        return ""
    size = log.stat().st_size
    with log.open("rb") as file:
        file.seek(position if position <= size else 0)
        return file.read().decode("utf-8", "replace")


def masked(line: str) -> str:
    """A line of a generated file without its secret: passwords and voicemail PINs."""
    if match := _OPTION.fullmatch(line) or _BOX.fullmatch(line):
        rest = match[2] or "" if match.re is _BOX else ""
        return f"{match[1]}****{rest}"
    return line


def _file(line: LogLine) -> str:
    if match := _FILE.search(line.words):
        return match[0]
    part = line.source.removesuffix(".c")
    return _FILE_OF.get(part, f"{part}.conf")


def _locate(words: str, said_by: LogLine, files: Mapping[str, str]) -> Refusal:
    place = _PLACE.search(words)
    file = (place and place["file"]) or _file(said_by)
    if file not in files:
        return Refusal(words)
    number = int(place["line"]) if place else _header(files[file], words)
    return Refusal(words, file, number, masked(conf.line_of(files[file], number)))


def _header(text: str, words: str) -> int:
    """The line of the section that the words name, 0 where they name none."""
    if match := _OBJECT.search(words):
        named = conf.objects(text, match[1]).get(match[2])
        return named.line if named else 0
    match = _NAMED.search(words)
    return next((s.line for s in conf.sections(text) if match and s.name == match[1]), 0)
