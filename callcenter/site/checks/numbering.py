"""Numbers, codes, names and ports that get in each other's way."""

from collections.abc import Iterator

from callcenter.site.checks.problem import Problem
from callcenter.site.findings import Path, dotted
from callcenter.site.model import Site

# [general] of a file holds settings for all. One letter is what Asterisk dials by itself: h when a
# call ends, i for a wrong key, t for none, e for any of these, a and o out of voicemail.
_RESERVED = {
    "queues": frozenset({"general", *"ehit"}),
    "music": frozenset({"general"}),
    "prompts": frozenset("ehit"),
    "voicemail": frozenset("aehiot"),
    "surveys": frozenset("ehit"),
}
_ALIKE = ("queues", "voicemail", "prompts", "menus", "surveys", "tenants")
_PORTS_A_CALL = 4


def numbering(site: Site) -> Iterator[Problem]:
    """Collisions of what is dialled, of names and of ports."""
    yield from _dialled_twice(site)
    yield from _reserved_names(site)
    yield from _alike_names(site)
    yield from _not_ready_reasons(site)
    yield from _keys_in_talk(site)
    yield from _ports(site)
    yield from _rtp(site)


def dial_plan(site: Site) -> Iterator[tuple[str, Path, str]]:
    """What can be dialled, where it is defined, and what it is."""
    for number in site.numbers:
        yield number, ("numbers", number), "an access number"
    for number in site.agents:
        yield number, ("agents", number), "an agent"
    yield from _transfer_numbers(site)
    codes = site.feature_codes
    for field in type(codes).model_fields:
        code = getattr(codes, field)
        if isinstance(code, str):
            yield code, ("feature_codes", field), f"the code {field}"
    for field in type(codes.supervise).model_fields:
        path: Path = ("feature_codes", "supervise", field)
        yield getattr(codes.supervise, field), path, f"the supervisors' code {field}"
    for key, reason in site.not_ready_reasons.items():
        what = f"the code not_ready for {reason}"
        yield codes.not_ready + key, ("not_ready_reasons", key), what
    for box, voicemail in site.voicemail.items():
        if voicemail.number is not None:
            what = f"the code of voicemail {box}"
            yield codes.voicemail + voicemail.number, ("voicemail", box, "number"), what


def _transfer_numbers(site: Site) -> Iterator[tuple[str, Path, str]]:
    for name, queue in site.queues.items():
        if queue.number is not None:
            yield queue.number, ("queues", name, "number"), f"the number of queue {name}"
    for name, menu in site.menus.items():
        if menu.number is not None:
            yield menu.number, ("menus", name, "number"), f"the number of menu {name}"
    for name, survey in site.surveys.items():
        if survey.number is not None:
            yield survey.number, ("surveys", name, "number"), f"the number of survey {name}"


def _dialled_twice(site: Site) -> Iterator[Problem]:
    taken: dict[str, str] = {}
    for dialled, path, what in dial_plan(site):
        if dialled in taken:
            message = f"{dotted(path)}: {dialled} is {what} and also {taken[dialled]}"
            yield Problem("E_COLLISION", path, message, "give one of them another number")
        taken.setdefault(dialled, what)


def _reserved_names(site: Site) -> Iterator[Problem]:
    for section, reserved in _RESERVED.items():
        for name in sorted(reserved.intersection(getattr(site, section))):
            message = f"{section}.{name}: Asterisk keeps the name {name} for itself"
            yield Problem("E_RESERVED", (section, name), message, "choose another name")
    for name in site.trunks.keys() & site.agents.keys():
        message = f"trunks.{name}: an agent has the same name, and both are SIP endpoints"
        yield Problem("E_COLLISION", ("trunks", name), message, "choose another name")


def _alike_names(site: Site) -> Iterator[Problem]:
    """Names that differ in hyphens only: Asterisk dials names, and a hyphen is nothing to dial."""
    for section in _ALIKE:
        seen: dict[str, str] = {}
        for name in getattr(site, section):
            first = seen.setdefault(name.replace("-", ""), name)
            if first != name:
                message = f"{section}.{name}: to Asterisk it is the same name as {first}"
                yield Problem("E_COLLISION", (section, name), message, "use another word, or _")


def _not_ready_reasons(site: Site) -> Iterator[Problem]:
    seen: set[str] = set()
    for key, reason in site.not_ready_reasons.items():
        if reason in seen:
            message = f"not_ready_reasons.{key}: the reason {reason} has a key already"
            yield Problem("E_COLLISION", ("not_ready_reasons", key), message, "drop one of the two")
        seen.add(reason)


def _keys_in_talk(site: Site) -> Iterator[Problem]:
    """A code in a talk acts with its last key, so none may begin with another."""
    keys = site.feature_codes.in_talk
    codes = [(n, c) for n in type(keys).model_fields if isinstance(c := getattr(keys, n), str)]
    for number, (name, code) in enumerate(codes):
        for other, taken in codes[:number]:
            if code.startswith(taken) or taken.startswith(code):
                path: Path = ("feature_codes", "in_talk", name)
                message = f"{dotted(path)}: {code} and {taken} ({other}) begin alike"
                yield Problem("E_COLLISION", path, message, "give one of them another code")


def _ports(site: Site) -> Iterator[Problem]:
    network = site.network
    ports: list[tuple[Path, int]] = [(("network", "sip_port"), network.sip_port)]
    if network.tls is not None:
        ports.append((("network", "tls", "port"), network.tls.port))
        if network.tls.wss_port is not None:
            ports.append((("network", "tls", "wss_port"), network.tls.wss_port))
    ports.append((("network", "http_port"), network.http_port))
    ports.append((("network", "ami_port"), network.ami_port))
    taken: dict[int, Path] = {}
    for path, port in ports:
        if port in taken:
            message = f"{dotted(path)}: {port} is also {dotted(taken[port])}"
            yield Problem("E_COLLISION", path, message, "choose another port")
        taken.setdefault(port, path)


def _rtp(site: Site) -> Iterator[Problem]:
    first, last = site.network.rtp.first, site.network.rtp.last
    path: Path = ("network", "rtp")
    size = last - first + 1
    if size < _PORTS_A_CALL:
        message = f"network.rtp: {first} to {last} leaves no room for one call"
        yield Problem("E_RANGE", path, message, "make last at least first + 3")
        return
    if first <= site.network.sip_port <= last:
        message = f"network.rtp: the range holds sip_port {site.network.sip_port}"
        yield Problem("E_COLLISION", path, message, "move one of them")
    calls = max(len(site.agents), sum(t.max_calls or 0 for t in site.trunks.values()))
    if size < _PORTS_A_CALL * calls:
        message = f"network.rtp: {size} ports carry {size // _PORTS_A_CALL} calls of {calls}"
        yield Problem("W_RANGE", path, message, f"make the range {_PORTS_A_CALL * calls} ports")
