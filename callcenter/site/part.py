"""What every part of a site has in common."""

from typing import Any, ClassVar

from pydantic import BaseModel, ConfigDict, Field

from callcenter.site.types import FilePath, Line

MADE = "made"


class Part(BaseModel):
    """Every part of a site: unknown keys are errors, values do not change."""

    model_config = ConfigDict(
        extra="forbid", frozen=True, validate_default=True, allow_inf_nan=False
    )

    short: ClassVar[str] = ""
    """The field that is meant where a text stands in the place of the part; empty: none."""


def is_made(part: type[Part], field: str) -> bool:
    """True for a field that no author writes."""
    extra = part.model_fields[field].json_schema_extra
    return isinstance(extra, dict) and MADE in extra


def made_by_us() -> Any:
    """A field for the tenant of a part: told by where the part stands, never written."""
    return Field("", description="Its tenant.", json_schema_extra={MADE: True})


class SecretRef(Part):
    """Where a secret that others gave us is found; it is never written in the site."""

    env: Line | None = Field(None, description="Name of an environment variable.")
    file: FilePath | None = Field(
        None,
        description="Path of a file whose first line is the secret; relative to the site's folder.",
    )
