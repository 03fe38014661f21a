"""Parts of a site that belong to the machine: Asterisk, network, trunks, speech, storage."""

from ipaddress import IPv4Address
from typing import Annotated, Literal

from pydantic import Field

from callcenter.site.part import Part, SecretRef
from callcenter.site.spans import SpanText
from callcenter.site.types import (
    AddressRange,
    Duration,
    FilePath,
    Flag,
    Host,
    Line,
    Port,
    SystemUser,
)

Share = Annotated[int, Field(ge=0, le=100)]
"""A part of all calls, in percent."""


class Node(Part):
    """The machine's Asterisk."""

    asterisk: Literal["embedded", "system"] = Field(
        "embedded",
        description="`embedded`: our own, in a root file system of its own. `system`: the "
        "machine's Asterisk, taken over by `callcenter node adopt` after a full backup.",
    )
    path: FilePath = Field(
        "",
        description="Where this site's state lives: configuration, journal, records, recordings, "
        "voicemail, logs. Default: /var/lib/callcenter/SITE.",
    )
    user: SystemUser = Field("callcenter", description="The system user that Asterisk runs as.")
    real_time: Flag = Field(
        True,
        description="Asterisk and the controller go before the machine's other work (real-time "
        "priority), where the machine allows it.",
    )


class Rtp(Part):
    """The range of RTP ports."""

    first: Port = Field(10000, description="First UDP port for audio.")
    last: Port = Field(19999, description="Last UDP port for audio; four ports a call.")


class Tls(Part):
    """SIP over TLS, and secure WebSocket for browsers."""

    port: Port = Field(5061, description="TCP port of SIP over TLS.")
    certificate: FilePath = Field(description="Path of the certificate chain (PEM).")
    key: FilePath = Field(description="Path of the private key (PEM); only Asterisk may read it.")
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
    local_networks: tuple[AddressRange, ...] = Field(
        (), description="Networks reached without that NAT, such as 10.0.0.0/8."
    )
    sip_port: Port = Field(5060, description="UDP and TCP port of SIP.")
    tls: Tls | None = Field(None, description="SIP over TLS, where wanted.")
    rtp: Rtp = Field(Rtp(), description="Ports for audio.")
    http_port: Port = Field(8088, description="Local port of ARI.")
    ami_port: Port = Field(5038, description="Local port of AMI.")


class Trunk(Part):
    """A line to the operator."""

    host: Host = Field(description="The operator's SIP address: name or IPv4 address.")
    port: Port = Field(5060, description="The operator's SIP port.")
    transport: Literal["udp", "tcp", "tls"] = Field("udp", description="Transport of SIP.")
    match: tuple[AddressRange, ...] = Field(
        (), description="Addresses or networks its calls come from; default: `host`."
    )
    username: Line | None = Field(None, description="User name, where the operator asks for one.")
    secret: SecretRef | None = Field(None, description="Password to that user name.")
    register_: Flag = Field(False, alias="register", description="Register with the operator.")
    codecs: tuple[Literal["alaw", "ulaw", "g722", "opus"], ...] = Field(
        ("alaw", "ulaw"), description="Codecs, best first.", min_length=1
    )
    max_calls: int | None = Field(None, ge=1, description="Calls at once that the line carries.")


class Recording(Part):
    """Recording of talks (录音): stereo, caller left, agent right. docs/recordings.md."""

    enabled: Flag = Field(True, description="Switch for the whole site.")
    directions: tuple[Literal["in", "out", "internal"], ...] = Field(
        ("in", "out"), description="Calls that are recorded: callers', agents' to outside, others'."
    )
    share: Share = Field(
        100, description="Percent of calls, where their queue says nothing else (抽样比例)."
    )
    announce: Flag = Field(
        False,
        description="Tell callers, once, before the first queue that may record them. A prompt of "
        "the site named `recorded` takes the place of the built-in one.",
    )
    format: Literal["flac", "wav"] = Field(
        "flac", description="How files are kept; both hold every sample as it was."
    )
    keep: Duration = Field(
        400 * 86400.0, description="Kept so long, then destroyed; 365d at least (录音保存期限)."
    )
    short_keep: Flag = Field(
        False, description="Allows `keep` below 365d: for sites that only test."
    )


class Housekeeping(Part):
    """What the controller clears away by itself, at night."""

    window: SpanText = Field(
        "Mon-Sun 02:30-05:00",
        description="Begins when this begins, and destroys nothing after its end.",
    )
    logs: Duration = Field(90 * 86400.0, description="Rotated logs are kept so long.", ge=86400)
    events: Duration = Field(
        30 * 86400.0, description="Asterisk's event files (CEL), read and rotated.", ge=86400
    )
    journal: Duration = Field(
        30 * 86400.0, description="Journal files whose facts are all in the tables.", ge=86400
    )
    prompts: Duration = Field(
        30 * 86400.0, description="Prompts that no deployment names any more.", ge=86400
    )


class Speech(Part):
    """How text becomes speech at deployment."""

    command: tuple[Line, ...] = Field(
        ("espeak-ng", "-v", "{voice}", "-s", "{speed}", "-w", "{output}", "-f", "{input}"),
        description="Command that reads a text file (`{input}`) and writes a wav file "
        "(`{output}`); `{voice}` and `{speed}` are those below.",
        min_length=1,
    )
    voices: dict[Literal["zh", "en"], Line] = Field(
        {"zh": "cmn", "en": "en"}, description="Language -> the command's voice."
    )
    speed: int = Field(160, ge=80, le=400, description="Words a minute.")


class Storage(Part):
    """Where records go."""

    database: Line = Field(
        "", description="SQLAlchemy URL; default: SQLite in the node's path. postgresql+psycopg://…"
    )
    database_secret: SecretRef | None = Field(None, description="Password for that URL.")
