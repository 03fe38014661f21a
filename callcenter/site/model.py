"""The site: all that a hotline is, as one checked value.

Every field's description goes into docs/site.md as it stands here. What one field alone can
tell is checked by its type; what needs several (a queue that a menu names, say) is checked in
checks/.
"""

from typing import Literal

from pydantic import Field

from callcenter.site.callers import Callback, Question, QuestionPrompt, Survey
from callcenter.site.machine import (
    Housekeeping,
    Network,
    Node,
    Recording,
    Rtp,
    Speech,
    Storage,
    Tls,
    Trunk,
)
from callcenter.site.part import Part, SecretRef
from callcenter.site.personal import Records
from callcenter.site.phones import FeatureCodes, InTalk, Outbound, Permit
from callcenter.site.reception import (
    AccessNumber,
    Calendar,
    Holiday,
    Hours,
    KeyChoice,
    Menu,
    Music,
    NumberList,
    Prompt,
)
from callcenter.site.reporting import Live, ScheduledReport, Smtp, Stream
from callcenter.site.routing import Announce, NotReadyLimit, Overflow, Relax, Sticky
from callcenter.site.staff import (
    Agent,
    Measures,
    Misses,
    Queue,
    Thresholds,
    Voicemail,
)
from callcenter.site.supervisors import SuperviseCodes, Supervisor
from callcenter.site.tenant import Tenant
from callcenter.site.types import (
    Digit,
    Extension,
    FullName,
    Line,
    Name,
    TenantName,
    TimeZone,
)


class Site(Part):
    """A hotline."""

    site: Name = Field(description="Name of the site.")
    timezone: TimeZone = Field(
        "Asia/Shanghai", description="Time zone of hours and reports (IANA)."
    )
    language: Literal["zh", "en"] = Field("zh", description="Language of prompts by default.")
    main_number: Extension | None = Field(
        None, description="Shown as caller id on calls to the outside."
    )
    node: Node = Field(Node(), description="The Asterisk.")
    network: Network = Field(Network(), description="Addresses and ports.")
    trunks: dict[Name, Trunk] = Field({}, description="Lines to the operators.")
    numbers: dict[Extension, AccessNumber] = Field({}, description="Access numbers.")
    calendar: Calendar = Field(Calendar(), description="Holidays and made-up working days.")
    hours: dict[FullName, Hours] = Field({}, description="Opening hours.")
    prompts: dict[FullName, Prompt] = Field({}, description="What is played.")
    menus: dict[FullName, Menu] = Field({}, description="IVR menus.")
    music: dict[FullName, Music] = Field({}, description="Classes of music on hold.")
    number_lists: dict[FullName, NumberList] = Field(
        {}, description="Lists of callers' numbers with a priority."
    )
    skills: dict[FullName, Line] = Field({}, description="Skill -> name for people.")
    queues: dict[FullName, Queue] = Field({}, description="Queues.")
    agents: dict[Extension, Agent] = Field({}, description="Agents by their extension.")
    not_ready_reasons: dict[Digit, Name] = Field(
        {"1": "break", "2": "meeting", "3": "training"},
        description="Key after the not-ready code -> reason.",
    )
    not_ready_limits: dict[FullName, tuple[NotReadyLimit, ...]] = Field(
        {}, description="Team -> how many of it may be not ready at once."
    )
    misses: Misses = Field(Misses(), description="Agents who do not take calls.")
    supervisors: dict[Extension, Supervisor] = Field(
        {}, description="Supervisors by the extension of their phones."
    )
    voicemail: dict[FullName, Voicemail] = Field({}, description="Voicemail boxes.")
    surveys: dict[FullName, Survey] = Field({}, description="Surveys after the talk (满意度评价).")
    tenants: dict[TenantName, Tenant] = Field(
        {}, description="Tenants (租户) who share this Asterisk, and what is each one's own."
    )
    feature_codes: FeatureCodes = Field(FeatureCodes(), description="Codes on agents' phones.")
    outbound: Outbound = Field(Outbound(), description="Calls to the outside.")
    recording: Recording = Field(Recording(), description="Recording.")
    housekeeping: Housekeeping = Field(Housekeeping(), description="Clearing away, at night.")
    speech: Speech = Field(Speech(), description="Text to speech.")
    storage: Storage = Field(Storage(), description="Records.")
    records: Records = Field(Records(), description="Callers' data in the records.")
    measures: Measures = Field(Measures(), description="Measures and thresholds.")
    reports: dict[Name, ScheduledReport] = Field(
        {}, description="Reports that are made by themselves (定时报表)."
    )
    smtp: Smtp | None = Field(None, description="The mail server that takes reports.")
    live: Live = Field(Live(), description="The running controller.")


__all__ = [
    "AccessNumber",
    "Agent",
    "Announce",
    "Calendar",
    "Callback",
    "FeatureCodes",
    "Holiday",
    "Hours",
    "Housekeeping",
    "InTalk",
    "KeyChoice",
    "Live",
    "Measures",
    "Menu",
    "Misses",
    "Music",
    "Network",
    "Node",
    "NotReadyLimit",
    "NumberList",
    "Outbound",
    "Overflow",
    "Part",
    "Permit",
    "Prompt",
    "Question",
    "QuestionPrompt",
    "Queue",
    "Recording",
    "Records",
    "Relax",
    "Rtp",
    "ScheduledReport",
    "SecretRef",
    "Site",
    "Smtp",
    "Speech",
    "Sticky",
    "Storage",
    "Stream",
    "SuperviseCodes",
    "Supervisor",
    "Survey",
    "Tenant",
    "Thresholds",
    "Tls",
    "Trunk",
    "Voicemail",
]
