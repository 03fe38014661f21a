"""A tenant: a hotline of its own on an Asterisk that several share."""

from pydantic import Field

from callcenter.site.callers import Survey
from callcenter.site.part import Part
from callcenter.site.reception import AccessNumber, Hours, Menu, Music, NumberList, Prompt
from callcenter.site.routing import NotReadyLimit
from callcenter.site.staff import Agent, Queue, Voicemail
from callcenter.site.supervisors import Supervisor
from callcenter.site.types import Extension, FullName, Line


class Tenant(Part):
    """A tenant (租户). Its parts are written like those of a site, and name each other only.

    Two tenants may use the same names: what is written `queue:general` is the tenant's own queue,
    and listings call it `TENANT.general`. Numbers, extensions and numbers of voicemail boxes are
    dialled, so they are one plan for all. Trunks, feature codes, the calendar, speech, measures
    and records are the site's.
    """

    label: Line = Field("", description="Name for people, in listings and reports.")
    numbers: dict[Extension, AccessNumber] = Field({}, description="Access numbers.")
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
    not_ready_limits: dict[FullName, tuple[NotReadyLimit, ...]] = Field(
        {}, description="Team -> how many of it may be not ready at once."
    )
    supervisors: dict[Extension, Supervisor] = Field(
        {}, description="Supervisors by the extension of their phones."
    )
    voicemail: dict[FullName, Voicemail] = Field({}, description="Voicemail boxes.")
    surveys: dict[FullName, Survey] = Field({}, description="Surveys after the talk.")


SECTIONS = tuple(name for name, field in Tenant.model_fields.items() if field.default == {})
"""What a tenant may have of its own; each is a section of the site too."""
