"""Looks for names in generated files that lead nowhere, before any Asterisk reads them."""

import re
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

from callcenter.pbx.deploy import conf
from callcenter.pbx.deploy.asterisk_log import Refusal, masked
from callcenter.pbx.files import to_bytes

IsThere = Callable[[str], bool]
"""Does Asterisk find this audio file? It is named as Asterisk plays it, without extension."""

_FINDING = re.compile(r"(?P<file>\S+):(?P<line>\d+) (?P<code>[EW]_\w+): (?P<words>.*)")
_LEFT_OUT = {"E_APP_MISSING", "E_VAR_BAD_TOKENS"}
"""asterisklint's list of applications is of 2022, the candidate knows what this Asterisk has; and
it takes the hyphen in a variable's name, which Asterisk allows, for a fault."""
_TOLD = ("E_", "W_DP_GOTO")
_CODECS = {"alaw", "ulaw", "g722", "opus", "gsm", "g726", "slin"}
_AUDIO = re.compile(r"/var/lib/asterisk/[\w./-]+")


def dead_ends(files: Mapping[str, str], is_there: IsThere) -> list[Refusal]:
    """Every name that leads nowhere, with its place."""
    return [
        *_wrong_dialplan(files),
        *_unknown_names(files),
        *_missing_audio(files, is_there),
    ]


def _wrong_dialplan(files: Mapping[str, str]) -> Iterator[Refusal]:
    """What asterisklint finds in the dialplan: lines it can't read, Gotos without a target."""
    text = files.get("extensions.conf", "")
    with tempfile.TemporaryDirectory() as folder:
        (Path(folder) / "extensions.conf").write_bytes(to_bytes(text))
        lint = subprocess.run(
            [
                sys.executable,
                "-c",
                "import os, sys; from asterisklint.main import main; "
                "sys.exit(main(sys.argv[1:], os.environ))",
                *("dialplan-check", "extensions.conf"),
            ],
            cwd=folder,
            capture_output=True,
            text=True,
            check=False,
        )
    for match in filter(None, map(_FINDING.fullmatch, lint.stderr.splitlines())):
        if match["code"].startswith(_TOLD) and match["code"] not in _LEFT_OUT:
            yield _at("extensions.conf", text, int(match["line"]), match["words"])


def _unknown_names(files: Mapping[str, str]) -> Iterator[Refusal]:
    dialplan = files.get("extensions.conf", "")
    contexts = conf.contexts(dialplan)
    queues = {s.name for s in conf.sections(files.get("queues.conf", ""))}
    boxes = {
        f"{option.key}@{section.name}"
        for section in conf.sections(files.get("voicemail.conf", ""))
        for option in section.options
    }
    for step in conf.steps(dialplan):
        name = step.data.partition(",")[0]
        if "${" in name:
            continue  # decided by the call
        if step.app.lower() == "queue" and name not in queues:
            yield _at("extensions.conf", dialplan, step.line, f"there is no queue {name}")
        if step.app.lower() == "voicemail":
            for box in name.split("&"):
                if (box if "@" in box else f"{box}@default") not in boxes:
                    yield _at("extensions.conf", dialplan, step.line, f"there is no box {box}")
    yield from _unknown_in_pjsip(files.get("pjsip.conf", ""), contexts)


def _unknown_in_pjsip(text: str, contexts: set[str]) -> Iterator[Refusal]:
    known = {
        "context": contexts,
        "subscribe_context": contexts,
        "aors": set(conf.objects(text, "aor")),
        "auth": set(conf.objects(text, "auth")),
        "outbound_auth": set(conf.objects(text, "auth")),
        "transport": set(conf.objects(text, "transport")),
        "allow": _CODECS | {"all"},
    }
    told = set()
    for section in conf.sections(text):
        for option in section.options:
            names = [name.strip(" !") for name in option.value.split(",")]
            for name in names if section.get("type") == "endpoint" else ():
                unknown = option.key in known and name not in known[option.key]
                if unknown and (option.line, name) not in told:
                    told.add((option.line, name))
                    yield _at("pjsip.conf", text, option.line, f"there is no {option.key} {name}")


def _missing_audio(files: Mapping[str, str], is_there: IsThere) -> Iterator[Refusal]:
    text = files.get("extensions.conf", "")
    missing: dict[str, int] = {}
    for step in conf.steps(text):
        names = set(_AUDIO.findall(step.data))
        if step.app.lower() in {"playback", "background"}:
            names |= {n for n in step.data.partition(",")[0].split("&") if n and "$" not in n}
        for name in sorted(names):
            if name not in missing and not is_there(name):
                missing[name] = step.line
    for name, line in missing.items():
        yield _at("extensions.conf", text, line, f"there is no audio file {name}")


def _at(file: str, text: str, line: int, words: str) -> Refusal:
    return Refusal(words, file, line, masked(conf.line_of(text, line)))
