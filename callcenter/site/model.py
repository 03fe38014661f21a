"""The site: all that a hotline is, as one checked value.

Every field's description goes into docs/site.md as it stands here. What one field alone can
tell is checked here; what needs several (a queue that a menu names, say) is checked in check.py.
"""

from datetime import date
from ipaddress import IPv4Address
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

from callcenter.site.types import (
    Destination,
    Duration,
    Extension,
    FeatureCode,
    Level,
    Line,
    Name,
    Port,
)


class Part(BaseModel):
    """Every part of a site: unknown keys are errors, values do not change."""

    model_config = ConfigDict(extra="forbid", frozen=True, validate_default=True)


class Node(Part):
    """The machine's Asterisk."""

    asterisk: Literal["embedded", "system"] = Field(
        "embedded",
        description="`embedded`: our own, in a root file system of its own. `system`: the "
        "machine's Asterisk, taken over by `callcenter node adopt` after a full backup.",
    )
    path: str = Field(
        "",
        description="Where this site's state lives: configuration, journal, records, recordings, "
        "voicemail, logs. Default: /var/lib/callcenter/SITE.",
    )
    user: str = Field("callcenter", description="The system user that Asterisk runs as.")


class Rtp(Part):
    """The range of RTP ports."""

    first: Port = Field(10000, description="First UDP port for audio.")
    last: Port = Field(19999, description="Last UDP port for audio; four ports a call.")


class Tls(Part):
    """SIP over TLS, and secure WebSocket for browsers."""

    port: Port = Field(5061, description="TCP port of SIP over TLS.")
    certificate: str = Field(description="Path of the certificate chain (PEM).")
    key: str = Field(description="Path of the private key (PEM); only Asterisk may read it.")
    wss_port: Port | None = Field(None, description="Port of SIP over secure WebSocket.")


class Network(Part):
    """Addresses and ports. ARI and AMI listen on 127.0.0.1 only."""

    address: IPv4Address = Field(
        IPv4Address("127.0.0.1"),
        description="The address on which phones and trunks reach this machine.",
    )
    external_address: IPv4Address | None = Field(
        None, description="The address seen from outside, where NAT lies between."
    )
    local_networks: tuple[str, ...] = Field(
        (), description="Networks reached without that NAT, such as 10.0.0.0/8."
    )
    sip_port: Port = Field(5060, description="UDP and TCP port of SIP.")
    tls: Tls | None = Field(None, description="SIP over TLS, where wanted.")
    rtp: Rtp = Field(Rtp(), description="Ports for audio.")
    http_port: Port = Field(8088, description="Local port of ARI.")
    ami_port: Port = Field(5038, description="Local port of AMI.")


class SecretRef(Part):
    """Where a secret that others gave us is found; it is never written in the site."""

    env: str | None = Field(None, description="Name of an environment variable.")
    file: str | None = Field(None, description="Path of a file whose first line is the secret.")


class Trunk(Part):
    """A line to the operator."""

    host: str = Field(description="The operator's SIP address: name or IP.", pattern=r"^[\w.-]+$")
    port: Port = Field(5060, description="The operator's SIP port.")
    transport: Literal["udp", "tcp", "tls"] = Field("udp", description="Transport of SIP.")
    match: tuple[str, ...] = Field(
        (), description="Addresses or networks its calls come from; default: `host`."
    )
    username: str | None = Field(None, description="User name, where the operator asks for one.")
    secret: SecretRef | None = Field(None, description="Password to that user name.")
    register_: bool = Field(False, alias="register", description="Register with the operator.")
    codecs: tuple[Literal["alaw", "ulaw", "g722", "opus"], ...] = Field(
        ("alaw", "ulaw"), description="Codecs, best first."
    )
    max_calls: int | None = Field(None, ge=1, description="Calls at once that the line carries.")


class AccessNumber(Part):
    """A number that callers dial (接入码)."""

    to: Destination = Field(description="Where its calls go.")
    hours: Name | None = Field(None, description="Opening hours; none is always open.")
    closed: Destination | None = Field(
        None, description="Where calls go outside the hours; needed with `hours`."
    )
    language: Literal["zh", "en"] | None = Field(
        None, description="Language of the prompts; default: the site's."
    )
    trunk: Name | None = Field(None, description="Only calls from this trunk; default: any.")


class Holiday(Part):
    """Days on which the hours do not hold."""

    first: date = Field(description="First day.")
    last: date | None = Field(None, description="Last day; default: one day.")
    name: Line = Field("", description="Name for the reader.")


class Calendar(Part):
    """Holidays, and the working days made up for them (调休)."""

    holidays: tuple[Holiday, ...] = Field((), description="Closed all day.")
    workdays: tuple[date, ...] = Field(
        (), description="Weekend days that are worked, with Monday's hours."
    )


class Hours(Part):
    """Opening hours in the site's time zone."""

    open: tuple[
        Annotated[
            str,
            Field(
                pattern=r"^(Mon|Tue|Wed|Thu|Fri|Sat|Sun)(-(Mon|Tue|Wed|Thu|Fri|Sat|Sun))? "
                r"([01]\d|2[0-3]):[0-5]\d-([01]\d|2[0-4]):[0-5]\d$"
            ),
        ],
        ...,
    ] = Field(description="Spans such as `Mon-Fri 08:30-12:00`; the end does not belong to it.")
    holidays: bool = Field(True, description="Closed on the calendar's holidays.")


class Prompt(Part):
    """Something that is played: a file, or text that is spoken at deployment."""

    text: Annotated[str, Field(max_length=2000)] | None = Field(
        None, description="Text to speak; any text, it is never read as configuration."
    )
    file: str | None = Field(
        None, description="Audio file beside the site (wav, any rate; converted to 8 kHz mono)."
    )
    language: Literal["zh", "en"] | None = Field(
        None, description="Language of the text; default: the site's."
    )


class Menu(Part):
    """An IVR menu (语音导航)."""

    prompt: Name = Field(description="The prompt that tells the keys.")
    keys: dict[Annotated[str, Field(pattern=r"^[0-9*#]$")], Destination] = Field(
        description="Key -> where it leads.", min_length=1
    )
    timeout: Duration = Field(
        5.0, description="Wait for a key after the prompt.", gt=0, le=60, validate_default=False
    )
    tries: int = Field(3, ge=1, le=9, description="Plays of the prompt before giving up.")
    invalid_prompt: Name | None = Field(
        None, description="Played after a wrong key; default: a built-in one."
    )
    on_invalid: Destination = Field(
        Destination.parse("hangup"), description="After `tries` wrong keys."
    )
    on_timeout: Destination = Field(
        Destination.parse("hangup"), description="After `tries` plays without a key."
    )


class Announce(Part):
    """Telling waiting callers their place."""

    first: Duration = Field(10.0, description="First announcement after this wait.", ge=1)
    every: Duration = Field(30.0, description="Then again after each.", ge=5)


class Queue(Part):
    """A queue (排队队列) and how its calls are distributed."""

    label: Line = Field("", description="Name for people, in listings and reports.")
    needs: dict[Name, Level] = Field(
        {}, description="Skill -> lowest level that serves; every agent where empty."
    )
    strategy: Literal["best-skill", "longest-idle", "narrowest"] = Field(
        "best-skill", description="Which able agent gets the call; see docs."
    )
    priority: int = Field(
        0, ge=-100, le=100, description="Higher is served first where agents are shared."
    )
    ring_timeout: Duration = Field(
        15.0, description="An agent's phone rings so long.", ge=1, le=120
    )
    wrap_up: Duration = Field(10.0, description="After-call work (话后处理).", ge=0, le=3600)
    max_wait: Duration | None = Field(None, description="Wait before overflow; none: for ever.")
    max_length: int | None = Field(None, ge=1, description="Waiting calls; more are refused.")
    overflow: Destination = Field(
        Destination.parse("hangup"),
        description="Where calls go after `max_wait`, above `max_length`, or with nobody signed in "
        "where `when_empty` is `overflow`.",
    )
    when_empty: Literal["wait", "overflow"] = Field(
        "wait", description="With nobody signed in who could serve: wait, or overflow at once."
    )
    music: Name | None = Field(None, description="Class of music; default: the built-in one.")
    announce: Announce | None = Field(Announce(), description="Position; `null` for none.")
    record: bool = Field(True, description="Record talks of this queue.")


class Agent(Part):
    """An agent (坐席). The password is made by the machine and kept in secrets.yaml."""

    name: Line = Field(description="Name for people.")
    skills: dict[Name, Level] = Field({}, description="Skill -> level, 1 to 10.")
    team: Name | None = Field(None, description="Team, for listings.")


class Voicemail(Part):
    """A voicemail box (留言信箱). Its PIN is made by the machine and kept in secrets.yaml."""

    label: Line = Field("", description="Name for people.")
    greeting: Name | None = Field(None, description="Prompt before the tone; default: built-in.")
    max_length: Duration = Field(180.0, description="Longest message.", ge=5, le=3600)
    min_length: Duration = Field(2.0, description="Shorter messages are dropped.", ge=1, le=30)


class FeatureCodes(Part):
    """What agents dial on their phones."""

    sign_in: FeatureCode = Field("*11", description="Sign in (签入) and be ready.")
    sign_out: FeatureCode = Field("*10", description="Sign out (签出).")
    ready: FeatureCode = Field("*12", description="Ready (示闲); ends wrap-up and not ready.")
    not_ready: FeatureCode = Field(
        "*13", description="Not ready (示忙); the reason's key may follow, such as *131."
    )
    voicemail: FeatureCode = Field("*97", description="Hear a voicemail box; its number follows.")


class Recording(Part):
    """Recording of talks (录音)."""

    enabled: bool = Field(True, description="Switch for the whole site.")
    keep: Duration = Field(400 * 86400.0, description="Kept so long; a year at least is usual.")


class Music(Part):
    """A class of music on hold."""

    files: tuple[str, ...] = Field(description="Audio files beside the site.", min_length=1)


class Speech(Part):
    """How text becomes speech at deployment."""

    command: tuple[str, ...] = Field(
        ("espeak-ng", "-v", "{voice}", "-s", "{speed}", "-w", "{output}", "-f", "{input}"),
        description="Command that reads a text file and writes a wav file.",
    )
    voices: dict[Literal["zh", "en"], str] = Field(
        {"zh": "cmn", "en": "en"}, description="Language -> the command's voice."
    )
    speed: int = Field(160, ge=80, le=400, description="Words a minute.")


class Storage(Part):
    """Where records go."""

    database: str = Field(
        "", description="SQLAlchemy URL; default: SQLite in the node's path. postgresql+psycopg://…"
    )
    database_secret: SecretRef | None = Field(None, description="Password for that URL.")


class Thresholds(Part):
    """Connection rate (接通率) that the contract asks for, in percent."""

    hour: float = Field(90, ge=0, le=100, description="Each hour.")
    four_hours: float = Field(95, ge=0, le=100, description="Each block of four hours.")
    day: float = Field(95, ge=0, le=100, description="Each day.")
    month: float = Field(99, ge=0, le=100, description="Each month.")


class Measures(Part):
    """Switches of the measures; docs/kpi.md tells the formulas."""

    service_level: Duration = Field(20.0, description="Answered within this wait counts.")
    short_abandon: Duration = Field(
        0.0, description="Abandons before this wait leave the denominator; 0s counts all."
    )
    thresholds: Thresholds = Field(Thresholds(), description="The contract's thresholds.")


class Misses(Part):
    """What happens when an agent does not take offered calls."""

    rest: Duration = Field(3.0, description="No offer for so long after a miss.", ge=0.5, le=300)
    limit: int = Field(3, ge=1, le=99, description="Misses in a row, then not ready.")


class Site(Part):
    """A hotline."""

    site: Name = Field(description="Name of the site.")
    timezone: str = Field("Asia/Shanghai", description="Time zone of hours and reports (IANA).")
    language: Literal["zh", "en"] = Field("zh", description="Language of prompts by default.")
    main_number: Extension | None = Field(
        None, description="Shown as caller id on calls to the outside."
    )
    node: Node = Field(Node(), description="The Asterisk.")
    network: Network = Field(Network(), description="Addresses and ports.")
    trunks: dict[Name, Trunk] = Field({}, description="Lines to the operators.")
    numbers: dict[Extension, AccessNumber] = Field({}, description="Access numbers.")
    calendar: Calendar = Field(Calendar(), description="Holidays and made-up working days.")
    hours: dict[Name, Hours] = Field({}, description="Opening hours.")
    prompts: dict[Name, Prompt] = Field({}, description="What is played.")
    menus: dict[Name, Menu] = Field({}, description="IVR menus.")
    music: dict[Name, Music] = Field({}, description="Classes of music on hold.")
    skills: dict[Name, Line] = Field({}, description="Skill -> name for people.")
    queues: dict[Name, Queue] = Field({}, description="Queues.")
    agents: dict[Extension, Agent] = Field({}, description="Agents by their extension.")
    not_ready_reasons: dict[Annotated[str, Field(pattern=r"^[0-9]$")], Name] = Field(
        {"1": "break", "2": "meeting", "3": "training"},
        description="Key after the not-ready code -> reason.",
    )
    misses: Misses = Field(Misses(), description="Agents who do not take calls.")
    voicemail: dict[Name, Voicemail] = Field({}, description="Voicemail boxes.")
    feature_codes: FeatureCodes = Field(FeatureCodes(), description="Codes on agents' phones.")
    recording: Recording = Field(Recording(), description="Recording.")
    speech: Speech = Field(Speech(), description="Text to speech.")
    storage: Storage = Field(Storage(), description="Records.")
    measures: Measures = Field(Measures(), description="Measures and thresholds.")
