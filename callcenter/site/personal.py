"""Parts of a site that belong to callers' data: how numbers are stored, how long rows are kept."""

from typing import Literal

from pydantic import Field

from callcenter.site.part import Part, SecretRef
from callcenter.site.types import Duration, SystemUser

_DAY = 86400.0


class Keep(Part):
    """How long rows are kept (保存期限). Recordings: `recording.keep`; journal and Asterisk's own
    files: `housekeeping`."""

    calls: Duration = Field(
        1830 * _DAY,
        ge=31 * _DAY,
        description="Calls, their numbers and all that belongs to them, agents' times; the counts "
        "of their hours stay for ever.",
    )
    messages: Duration = Field(
        400 * _DAY, ge=_DAY, description="Files of messages that somebody has handled."
    )
    audit: Duration = Field(
        1830 * _DAY, ge=180 * _DAY, description="What supervisors and administrators did."
    )


class Records(Part):
    """Callers' data in the records (个人信息保护). docs/personal-data.md."""

    numbers: Literal["plain", "encrypted", "hashed"] = Field(
        "plain",
        description="How callers' numbers are stored in tables and journal: as they are, "
        "`encrypted` (加密), or `hashed` (散列): found again by the whole number, never read. "
        "`callcenter records convert` changes what is there.",
    )
    key: SecretRef | None = Field(
        None,
        description="Where the key for that is; default: made on the machine, kept in "
        "`secrets.yaml`. Without it encrypted numbers are lost.",
    )
    unmasked: tuple[SystemUser, ...] | None = Field(
        None,
        description="System users who may see whole numbers (`--full-numbers`, exports of "
        "callers); default: whoever may give the commands. All others see masked ones (号码脱敏).",
    )
    keep: Keep = Field(Keep(), description="How long they are kept.")
