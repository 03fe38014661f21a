"""Parts of a site that belong to the machine: Asterisk, network, trunks, speech, storage."""

from ipaddress import IPv4Address
from typing import Literal

from pydantic import Field

from callcenter.site.part import Part, SecretRef
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
    """Recording of talks (录音)."""

    enabled: Flag = Field(True, description="Switch for the whole site.")
    keep: Duration = Field(400 * 86400.0, description="Kept so long; a year at least is usual.")


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
