"""Facts of the contract: exemptions, frozen forecasts, corrections. Each is told by people.

None of them changes what was written before: what is withdrawn or corrected stays readable.
Times are epoch seconds (UTC).
"""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class ExemptionAdded:
    """An exemption (豁免) was approved."""

    at: float
    exemption: str
    """Its own name."""
    kind: str
    """`force_majeure`, `outage`, `policy` or `emergency`."""
    since: float
    until: float
    aftermath: float
    """End of the aftermath (后续影响时段); `until` where none was approved."""
    approver: str
    """Who approved it, at the client's."""
    evidence: str
    """The paper or file that proves it."""
    by: str
    """Who entered it."""


@dataclass(frozen=True, slots=True)
class ExemptionWithdrawn:
    """An exemption does not hold any more."""

    at: float
    exemption: str
    why: str
    by: str


@dataclass(frozen=True, slots=True)
class ForecastFrozen:
    """Requests that are expected, hour by hour; fixed at `at`, whatever is entered later."""

    at: float
    first: float
    """Start of the first hour."""
    requests: tuple[int, ...]
    """Of that hour and those that follow it."""
    source: str
    """Where the numbers are from: a file, or the days they were computed of."""
    by: str


@dataclass(frozen=True, slots=True)
class CallCorrected:
    """A field of a call's row was wrong; it was this until now, and is that from now on."""

    at: float
    call: str
    field: str
    value: str
    """Empty for none."""
    why: str
    by: str


ContractFact = ExemptionAdded | ExemptionWithdrawn | ForecastFrozen | CallCorrected
