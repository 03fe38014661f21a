"""Exemptions (豁免): calls that the contract leaves out, and both rates, raw and assessed.

Nothing is exempt by itself but volume above a forecast that was frozen before its hour; all else
is an approved record. Raw figures are always shown beside the assessed ones.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum

from callcenter.kpi.tally import Tally
from callcenter.kpi.windows import Grain, Window

_HOUR_MS = 3_600_000
FORECAST = "forecast"
"""Reason of an exemption for volume above the forecast; others carry the kind of their record."""


@dataclass(frozen=True, slots=True)
class Exemption:
    """An approved record: force majeure, an outage, a change of policy (不可抗力, 故障, 政策)."""

    kind: str
    start_ms: int
    end_ms: int
    """End of the aftermath (后续影响时段), or of the event where none was approved."""

    def covers(self, at_ms: int) -> bool:
        """True for a request at that time."""
        return self.start_ms <= at_ms < self.end_ms

    def touches(self, window: Window) -> bool:
        """True when any part of the window is exempt."""
        return self.start_ms < window.end_ms and window.start_ms < self.end_ms


@dataclass(frozen=True, slots=True)
class Forecast:
    """Requests expected of one hour, for the whole floor (全台)."""

    hour_ms: int
    requests: int
    frozen_ms: int
    """When it was fixed; a forecast that was fixed in its hour or later exempts nothing."""

    @property
    def holds(self) -> bool:
        """True when it was frozen before the hour began."""
        return self.frozen_ms < self.hour_ms


class Granularity(StrEnum):
    """What an approved record takes out."""

    CALL = "call"
    """The calls whose request lies in it."""
    WINDOW = "window"
    """Every hour that it touches, as a whole."""


@dataclass(frozen=True, slots=True)
class ExemptRules:
    """What the contract exempts, and how."""

    exemptions: Sequence[Exemption] = ()
    forecasts: Mapping[int, Forecast] = field(default_factory=dict)
    """By the start of the hour, in milliseconds."""
    over_percent: int = 10
    """Volume up to this much above the forecast has to be carried; more is exempt."""
    propagate: bool = True
    """Calls that are exempt in a small window leave the larger ones too."""
    granularity: Granularity = Granularity.CALL

    def over_forecast(self, window: Window, requests: int) -> bool:
        """True when the window's volume is above its forecast by more than the contract's part.

        Compared as integers; a window with an hour without a forecast is never exempt.
        """
        hours = range(window.start_ms, window.end_ms, _HOUR_MS)
        expected = 0
        for hour in hours:
            forecast = self.forecasts.get(hour)
            if forecast is None or not forecast.holds:
                return False
            expected += forecast.requests
        return 100 * requests > (100 + self.over_percent) * expected


@dataclass(frozen=True, slots=True)
class Assessment:
    """One window, with and without what is exempt."""

    window: Window
    raw: Tally
    assessed: Tally
    reasons: tuple[str, ...]
    """Why calls were left out, each once; empty where none was."""

    @property
    def partial(self) -> bool:
        """True when a part of the window is exempt."""
        return bool(self.reasons) and self.assessed.requests > 0

    @property
    def exempt(self) -> bool:
        """True when nothing of the window is assessed (整段豁免)."""
        return bool(self.reasons) and self.assessed.requests == 0


_TESTED = (Grain.HOUR, Grain.FOUR_HOURS, Grain.DAY)
"""Windows whose own volume is tested against the forecast, the smaller first."""


def tested_for(grain: Grain, exempt: ExemptRules) -> Iterable[Grain]:
    """The sizes whose surges leave windows of this size: its own and, propagated, the smaller."""
    if grain not in _TESTED:
        return _TESTED if exempt.propagate else ()
    own = _TESTED.index(grain)
    return _TESTED[: own + 1] if exempt.propagate else (grain,)
