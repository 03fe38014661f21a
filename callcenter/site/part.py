"""What every part of a site has in common."""

from pydantic import BaseModel, ConfigDict, Field

from callcenter.site.types import FilePath, Line


class Part(BaseModel):
    """Every part of a site: unknown keys are errors, values do not change."""

    model_config = ConfigDict(
        extra="forbid", frozen=True, validate_default=True, allow_inf_nan=False
    )


class SecretRef(Part):
    """Where a secret that others gave us is found; it is never written in the site."""

    env: Line | None = Field(None, description="Name of an environment variable.")
    file: FilePath | None = Field(
        None,
        description="Path of a file whose first line is the secret; relative to the site's folder.",
    )
