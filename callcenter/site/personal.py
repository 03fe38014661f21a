"""Parts of a site that belong to callers' data: how numbers are stored, how long rows are kept."""

from typing import Literal

from pydantic import Field

from callcenter.site.part import Part, SecretRef


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
