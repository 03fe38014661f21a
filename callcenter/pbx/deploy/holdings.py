"""What the generated files say that Asterisk should hold, and what it does hold."""

import re
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, fields

from callcenter.pbx.ami.session import AmiSession
from callcenter.pbx.ami.wire import Message
from callcenter.pbx.deploy import conf
from callcenter.pbx.errors import PbxRefused
from callcenter.site.model import Site

_MODULE = re.compile(r"(\S+)\s.*\s(Running|Not Running)\s")
_APPLICATION = re.compile(r"\s*([^:\s]+): ")
_FUNCTION = re.compile(r"(\w+)\s+\w+\(")
_FUNCTION_USED = re.compile(r"\$\{([A-Z][A-Z0-9_]*)\(")
_NO_BOXES = {"general", "zonemessages"}


@dataclass(frozen=True, slots=True)
class Holdings:
    """The things that make a hotline. A set is compared both ways, so nothing old may be left."""

    priorities: frozenset[tuple[str, str, int]] = frozenset()
    """(context, extension, number of its priorities and hints)."""
    endpoints: frozenset[str] = frozenset()
    aors: frozenset[str] = frozenset()
    auths: frozenset[str] = frozenset()
    queues: frozenset[str] = frozenset()
    boxes: frozenset[str] = frozenset()
    """`BOX@CONTEXT` of voicemail."""
    music: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Abilities:
    """What the files use of Asterisk; it may have more."""

    modules: frozenset[str] = frozenset()
    applications: frozenset[str] = frozenset()
    functions: frozenset[str] = frozenset()


def expected(files: Mapping[str, str]) -> Holdings:
    """What these files make of an Asterisk."""
    pjsip = files.get("pjsip.conf", "")
    dialplan = conf.priorities(files.get("extensions.conf", ""))
    return Holdings(
        priorities=frozenset((*key, number) for key, number in dialplan.items()),
        endpoints=frozenset(conf.objects(pjsip, "endpoint")),
        aors=frozenset(conf.objects(pjsip, "aor")),
        auths=frozenset(conf.objects(pjsip, "auth")),
        queues=_named(files.get("queues.conf", "")),
        boxes=frozenset(_boxes(files.get("voicemail.conf", ""))),
        music=_named(files.get("musiconhold.conf", "")),
    )


def used(files: Mapping[str, str]) -> Abilities:
    """What these files need an Asterisk to be able to do."""
    modules = conf.sections(files.get("modules.conf", ""))
    dialplan = files.get("extensions.conf", "")
    return Abilities(
        modules=frozenset(
            option.value.removesuffix(".so") + ".so"
            for section in modules
            for option in section.options
            if option.key == "load"
        ),
        applications=frozenset(
            step.app.lower() for step in conf.steps(dialplan) if not step.hint and step.app
        ),
        functions=frozenset(_FUNCTION_USED.findall(dialplan)),
    )


def promised(site: Site, files: Mapping[str, str]) -> list[str]:
    """What the site names and the files do not hold; nothing, unless rendering is broken."""
    have = expected(files)
    boxes = {box.partition("@")[0] for box in have.boxes}
    named = {
        "agent": (site.agents.keys(), have.endpoints),
        "queue": (site.queues.keys(), have.queues),
        "voicemail box": (site.voicemail.keys(), boxes),
        "number": (site.numbers.keys(), {exten for _, exten, _ in have.priorities}),
    }
    return [
        f"{kind} {name} of the site is not in the generated files"
        for kind, (wanted, found) in named.items()
        for name in sorted(wanted - found)
    ]


def differences(want: Holdings, have: Holdings) -> list[str]:
    """What is missing and what is too much, one line each."""
    lines = []
    for part in fields(Holdings):
        wanted, held = getattr(want, part.name), getattr(have, part.name)
        lines += [f"{part.name}: {_text(item)} is not there" for item in sorted(wanted - held)]
        lines += [
            f"{part.name}: {_text(item)} should not be there" for item in sorted(held - wanted)
        ]
    return lines


async def held(ami: AmiSession) -> Holdings:
    """What an Asterisk holds now. Raises PbxLost."""
    dialplan = Counter(
        (event.get("Context"), event.get("Extension"))
        for event in await _listing(ami, "ShowDialPlan")
        # Other modules add contexts of their own, such as parking's.
        if event.get("Registrar") == "pbx_config" and event.get("Extension")
    )
    return Holdings(
        priorities=frozenset((*key, number) for key, number in dialplan.items()),
        endpoints=await _names(ami, "PJSIPShowEndpoints", "ObjectName"),
        aors=await _names(ami, "PJSIPShowAors", "ObjectName"),
        auths=await _names(ami, "PJSIPShowAuths", "ObjectName"),
        queues=frozenset(
            event.get("Queue")
            for event in await _listing(ami, "QueueStatus")
            if event.event == "QueueParams"
        ),
        boxes=frozenset(
            f"{event.get('VoiceMailbox')}@{event.get('VMContext')}"
            for event in await _listing(ami, "VoicemailUsersList")
        ),
        music=frozenset(
            line.removeprefix("Class:").strip()
            for line in await ami.command("moh show classes")
            if line.startswith("Class:")
        ),
    )


async def lacking(ami: AmiSession, need: Abilities) -> list[str]:
    """Which of the modules, applications and functions this Asterisk has not."""
    modules = [_MODULE.match(line) for line in await ami.command("module show")]
    running = {m[1] for m in modules if m and m[2] == "Running"}
    applications = [_APPLICATION.match(x) for x in await ami.command("core show applications")]
    functions = [_FUNCTION.match(x) for x in await ami.command("core show functions")]
    return (
        [f"module {name} is not running" for name in sorted(need.modules - running)]
        + [
            f"there is no application {name}"
            for name in sorted(need.applications - {m[1].lower() for m in applications if m})
        ]
        + [
            f"there is no function {name}"
            for name in sorted(need.functions - {m[1] for m in functions if m})
        ]
    )


def _named(text: str) -> frozenset[str]:
    return frozenset(s.name for s in conf.sections(text) if not s.template) - {"general"}


def _boxes(text: str) -> Iterator[str]:
    for section in conf.sections(text):
        if section.name not in _NO_BOXES:
            yield from (f"{option.key}@{section.name}" for option in section.options)


def _text(item: str | tuple[str | int, ...]) -> str:
    if isinstance(item, str):
        return item
    context, exten, number = item
    return f"[{context}] {exten} with {number} steps"


async def _listing(ami: AmiSession, action: str) -> list[Message]:
    try:
        return await ami.listing(action)
    except PbxRefused as refused:
        # How an empty list is answered, and how if the module that would know does not run.
        if re.match(r"No \w+ found|Invalid/unknown command", str(refused)):
            return []
        raise


async def _names(ami: AmiSession, action: str, header: str) -> frozenset[str]:
    return frozenset(event.get(header) for event in await _listing(ami, action))
