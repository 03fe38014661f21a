"""Parts of a site that agents' phones use: codes, codes within a talk, numbers outside."""

from typing import Annotated

from pydantic import AfterValidator, Field

from callcenter.site.part import Part
from callcenter.site.supervisors import SuperviseCodes
from callcenter.site.types import (
    Duration,
    Extension,
    FeatureCode,
    Flag,
    Line,
    Name,
    matching,
)

TalkCode = Annotated[
    str,
    AfterValidator(
        matching(r"[*][0-9]{1,3}", "E_NUMBER", "a code in a talk", "write * and 1 to 3 digits")
    ),
]
"""What an agent keys in during a talk, such as `*21`."""

DialPattern = Annotated[
    str,
    AfterValidator(
        matching(
            r"[0-9XZN]{1,15}\.?",
            "E_NUMBER",
            "a pattern of numbers",
            "use digits, X, Z, N, and . at the end",
        )
    ),
]
"""Numbers outside, such as `1XXXXXXXXXX` or `9.`."""

Prefix = Annotated[
    str,
    AfterValidator(matching(r"[0-9+*#]{0,15}", "E_NUMBER", "a prefix", "use 0-9, +, * and #")),
]
"""Digits put in front of a number."""


class InTalk(Part):
    """What an agent keys in during a talk. A number that follows ends with `#`."""

    enabled: Flag = Field(True, description="Listen for these codes during talks.")
    hold: TalkCode = Field("*20", description="Hold with music (保持); again: retrieve (恢复).")
    transfer: TalkCode = Field(
        "*21",
        description="Blind transfer (盲转); a number and `#` follow, or `*#` for the caller's own.",
    )
    consult: TalkCode = Field("*22", description="Consult (咨询); a number and `#` follow.")
    swap: TalkCode = Field("*23", description="Between caller and consulted party (切换).")
    complete: TalkCode = Field("*24", description="Hand the caller to the consulted (完成转接).")
    back: TalkCode = Field("*25", description="End the consult, back to the caller (取消咨询).")
    three_way: TalkCode = Field("*26", description="Talk in three (三方通话).")
    survey: TalkCode = Field("*27", description="Hand the caller to the survey (转满意度评价).")
    recording: TalkCode = Field("*28", description="Pause the recording; again: resume (录音暂停).")
    malicious: TalkCode = Field("*29", description="Mark a malicious caller (恶意来电).")
    escalate: TalkCode = Field("*30", description="Bring the supervisor in (求助班长).")
    pause: Duration = Field(5.0, description="Longest pause between two keys.", ge=1, le=30)


class FeatureCodes(Part):
    """What agents dial on their phones."""

    sign_in: FeatureCode = Field(
        "*11",
        description="Sign in (签入) and be ready. Followed by a number, such as *111001: that "
        "agent signs in on this phone, and keys in his PIN.",
    )
    sign_out: FeatureCode = Field("*10", description="Sign out (签出).")
    ready: FeatureCode = Field("*12", description="Ready (示闲); ends wrap-up and not ready.")
    not_ready: FeatureCode = Field(
        "*13", description="Not ready (示忙); the reason's key may follow, such as *131."
    )
    extend: FeatureCode = Field("*14", description="More after-call work (延长话后处理).")
    figures: FeatureCode = Field("*15", description="Hear one's own figures of the day (当日统计).")
    pickup: FeatureCode = Field("*16", description="Take a team-mate's ringing call (代答).")
    voicemail: FeatureCode = Field("*97", description="Hear a voicemail box; its number follows.")
    in_talk: InTalk = Field(InTalk(), description="Keys during a talk.")
    supervise: SuperviseCodes = Field(SuperviseCodes(), description="Codes of supervisors (班长).")


class Permit(Part):
    """Numbers outside that may be called, and how they are dialled on the line."""

    pattern: DialPattern = Field(
        description="Digits as the agent dials them; X is any digit, Z 1 to 9, N 2 to 9; a final "
        "`.` is one or more digits: `1XXXXXXXXXX`, `9.`."
    )
    teams: tuple[Name, ...] = Field((), description="Only these teams; default: every agent.")
    strip: int = Field(0, ge=0, le=15, description="Digits taken off the front.")
    add: Prefix = Field("", description="Digits put in front after that.")
    trunks: tuple[Name, ...] = Field((), description="Trunks for these numbers; default: all.")
    note: Line = Field("", description="For the reader.")


class Outbound(Part):
    """Calls to the outside (外呼): from agents' phones, as transfers and as consults."""

    trunks: tuple[Name, ...] = Field(
        (), description="Trunks in the order in which they are tried: main, then standby."
    )
    permit: tuple[Permit, ...] = Field(
        (), description="Permitted numbers; the first that fits holds. None: no calls outside."
    )
    caller_id: Extension | None = Field(
        None, description="Number shown outside; default: `main_number`."
    )
    ring_timeout: Duration = Field(45.0, description="A number rings so long.", ge=5, le=180)
