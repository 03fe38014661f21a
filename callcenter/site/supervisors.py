"""Supervisors: who they are, what they may do and to whom, and the codes that they dial."""

from typing import Literal, get_args

from pydantic import Field

from callcenter.site.part import Part, made_by_us
from callcenter.site.types import FeatureCode, NameRef

Act = Literal[
    "listen",
    "whisper",
    "barge",
    "take_over",
    "force",
    "hang_up",
    "move",
    "skills",
    "overflow",
    "emergency",
]
"""What a supervisor does. `force` is ready, not ready and sign-out of an agent."""

ACTS: tuple[Act, ...] = get_args(Act)


class Supervisor(Part):
    """A supervisor (班长). His number is an agent's, whose phone and PIN he uses.

    He need not sign in; one who never does gets no calls of queues.
    """

    teams: tuple[NameRef, ...] = Field(
        (), description="The teams (班组) that are his; default: every agent, of his tenant only."
    )
    may: tuple[Act, ...] = Field(
        ACTS,
        description="What he may do. `force`: make agents ready, not ready, sign them out.",
    )
    tenant: str = made_by_us()


class SuperviseCodes(Part):
    """What supervisors dial. An agent's number follows where nothing else is said."""

    listen: FeatureCode = Field("*41", description="Listen (监听) to an agent's talk.")
    whisper: FeatureCode = Field("*42", description="Whisper (密语): the agent alone hears it.")
    barge: FeatureCode = Field("*43", description="Barge in (强插): both hear it.")
    take_over: FeatureCode = Field("*44", description="Take the call over (接管) from the agent.")
    force_ready: FeatureCode = Field("*45", description="Make an agent ready (强制示闲).")
    force_not_ready: FeatureCode = Field("*46", description="Make an agent not ready (强制示忙).")
    emergency: FeatureCode = Field(
        "*47",
        description="Emergency closure (紧急关闭): `1` follows to close, `0` to open again; then "
        "perhaps a queue's number. Without one: every queue that is his.",
    )
    force_sign_out: FeatureCode = Field("*48", description="Sign an agent out (强制签出).")
    hang_up: FeatureCode = Field("*49", description="End an agent's call (强拆).")
    move: FeatureCode = Field(
        "*50",
        description="Move the call that is next in a queue to another (调队): `*50QUEUE*QUEUE`, by "
        "the queues' numbers.",
    )
    skill: FeatureCode = Field(
        "*51",
        description="Change a skill at once (改技能): `*51AGENT*SKILL*LEVEL`. SKILL is its place "
        "among the `skills` of the site, or of the tenant, from 1; LEVEL 0 takes it away. "
        "`*51AGENT` alone brings back what is deployed.",
    )
    overflow: FeatureCode = Field(
        "*52",
        description="Change a queue's overflow at once (改溢出): `*52QUEUE*QUEUE`, by the queues' "
        "numbers. `*52QUEUE` alone brings back what is deployed.",
    )
