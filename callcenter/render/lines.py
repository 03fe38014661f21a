"""What the templates of SIP, queues and voicemail loop over."""

from collections.abc import Mapping
from dataclasses import dataclass
from ipaddress import ip_network
from urllib.parse import quote

from callcenter.render import builtin, phones
from callcenter.render.dialplan import Paths
from callcenter.render.escape import Label, Verbatim
from callcenter.render.times import whole_seconds
from callcenter.site.model import Queue, Site, Trunk
from callcenter.site.recording import may_record
from callcenter.site.secrets import agent_password, trunk_password, voicemail_pin
from callcenter.site.types import To

Secrets = Mapping[str, str]
"""Name -> value, as callcenter/site/secrets.py names them."""

_STRATEGY = "leastrecent"
"""The nearest that Asterisk has to each of ours, for the time without the controller."""


@dataclass(frozen=True, slots=True)
class TrunkView:
    """A trunk; `user` is the user name as a part of a SIP URI, empty without one."""

    name: str
    host: str
    port: int
    transport: str
    match: tuple[str, ...]
    codecs: tuple[str, ...]
    max_calls: int | None
    username: Verbatim
    user: str
    password: Verbatim | None
    register: bool


@dataclass(frozen=True, slots=True)
class AgentView:
    """An agent's phone."""

    number: str
    name: Label
    password: Verbatim
    team: str
    phones: str
    """Context of what he dials."""
    hints: str
    """Context of the lamps that he watches."""
    messages: str
    """Context of what he writes."""
    boxes: str
    """Voicemail boxes whose messages his phone's lamp shows, with commas between them."""


@dataclass(frozen=True, slots=True)
class QueueFileView:
    """A queue for the time without the controller; seconds are whole."""

    name: str
    strategy: str
    ring_timeout_s: int
    wrap_up_s: int
    max_length: int
    music: str
    leave_when_empty: bool
    keys: str
    """Context of the keys by which callers leave it, empty for none."""
    announce_every_s: int | None
    record: bool


@dataclass(frozen=True, slots=True)
class BoxFileView:
    """A voicemail box."""

    name: str
    pin: str
    label: Label
    max_s: int
    min_s: int


def trunks(site: Site, secrets: Secrets) -> list[TrunkView]:
    """The trunks. Raises KeyError for a missing secret."""
    return [_trunk(name, trunk, secrets) for name, trunk in sorted(site.trunks.items())]


def _trunk(name: str, trunk: Trunk, secrets: Secrets) -> TrunkView:
    password = secrets[trunk_password(name)] if trunk.secret is not None else None
    username = (trunk.username or "").strip()
    return TrunkView(
        name=name,
        host=trunk.host,
        port=trunk.port,
        transport=trunk.transport,
        match=trunk.match or (trunk.host,),
        codecs=trunk.codecs,
        max_calls=trunk.max_calls,
        username=Verbatim(username),
        user=quote(username, safe=""),
        password=None if password is None else Verbatim(password.strip()),
        register=trunk.register_,
    )


def agents(site: Site, secrets: Secrets) -> list[AgentView]:
    """The agents' phones. Raises KeyError for a missing secret."""
    return [
        AgentView(
            number,
            Label(agent.name),
            Verbatim(secrets[agent_password(number)]),
            agent.team or "",
            phones.phones(agent.tenant),
            phones.hints(agent.tenant),
            phones.messages(agent.tenant),
            _boxes(site, agent.team),
        )
        for number, agent in sorted(site.agents.items())
    ]


def _boxes(site: Site, team: str | None) -> str:
    boxes = sorted(site.voicemail.items())
    return ",".join(f"{name}@default" for name, box in boxes if box.team and box.team == team)


def queue_files(site: Site) -> list[QueueFileView]:
    """The native queues."""
    return [_queue_file(site, name, queue) for name, queue in sorted(site.queues.items())]


def _queue_file(site: Site, name: str, queue: Queue) -> QueueFileView:
    return QueueFileView(
        name=name,
        strategy=_STRATEGY,
        ring_timeout_s=whole_seconds(queue.ring_timeout),
        wrap_up_s=whole_seconds(queue.wrap_up),
        max_length=queue.max_length or 0,
        music=queue.music.of(site.language),
        leave_when_empty=queue.when_empty == "overflow",
        keys=f"cc-keys-{name}"
        if any(to.to is not To.CALLBACK for to in queue.keys.values())
        else "",
        announce_every_s=whole_seconds(queue.announce.every) if queue.announce else None,
        record=may_record(site, name),
    )


def box_files(site: Site, secrets: Secrets) -> list[BoxFileView]:
    """The voicemail boxes. Raises KeyError for a missing secret."""
    return [
        BoxFileView(
            name=name,
            pin=secrets[voicemail_pin(name)],
            label=Label(box.label or name),
            max_s=whole_seconds(box.max_length),
            min_s=whole_seconds(box.min_length),
        )
        for name, box in sorted(site.voicemail.items())
    ]


def networks(site: Site) -> list[str]:
    """Networks without NAT, host bits cleared as Asterisk wants them."""
    return [str(ip_network(text, strict=False)) for text in site.network.local_networks]


def waiting_prompts(paths: Paths) -> dict[str, str]:
    """Paths of what Asterisk's own queues say, in the caller's language."""
    return {
        "next": paths[builtin.position(1), ""],
        "wait": paths[builtin.PLEASE_WAIT, ""],
    }
