"""How well waits were foretold: the error of the estimated wait. Formulas: docs/kpi.md."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from callcenter.kpi.numbers import Mean, Ratio
from callcenter.kpi.table import Chart, Table, Value

NEAR_MS = 60_000
"""An error of at most this counts as near."""


@dataclass(slots=True)
class Errors:
    """Estimates of one queue against the waits that followed."""

    count: int = 0
    foretold_ms: int = 0
    waited_ms: int = 0
    absolute_ms: int = 0
    """Sum of the errors' sizes."""
    near: int = 0
    worst_ms: int = 0
    """The largest error, with its sign: above zero, too long a wait was foretold."""

    def add(self, foretold_ms: int, waited_ms: int) -> None:
        """One wait that ended with an answer."""
        error = foretold_ms - waited_ms
        self.count += 1
        self.foretold_ms += foretold_ms
        self.waited_ms += waited_ms
        self.absolute_ms += abs(error)
        self.near += abs(error) <= NEAR_MS
        self.worst_ms = max(self.worst_ms, error, key=abs)

    @property
    def mean_absolute(self) -> Mean:
        """MAE: the mean of |foretold - waited|."""
        return Mean(self.absolute_ms, self.count)

    @property
    def bias(self) -> Mean:
        """The mean of (foretold - waited): above zero, too long a wait is foretold."""
        return Mean(self.foretold_ms - self.waited_ms, self.count)

    @property
    def foretold(self) -> Mean:
        """Mean foretold wait."""
        return Mean(self.foretold_ms, self.count)

    @property
    def waited(self) -> Mean:
        """Mean wait of the same calls."""
        return Mean(self.waited_ms, self.count)

    @property
    def near_share(self) -> Ratio:
        """Share of estimates that were at most a minute wrong."""
        return Ratio(self.near, self.count)


COLUMNS = (
    "queue", "name", "calls", "foretold", "waited", "mean_error", "bias", "worst_error", "near",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Estimate:
    """A wait that was foretold, and what it was; durations in milliseconds."""

    queue: str
    foretold_ms: int
    waited_ms: int


def errors_by_queue(estimates: Iterable[Estimate]) -> Mapping[str, Errors]:
    """Queue -> its errors; queues by name."""
    found: dict[str, Errors] = {}
    for each in estimates:
        found.setdefault(each.queue, Errors()).add(each.foretold_ms, each.waited_ms)
    return dict(sorted(found.items()))


def by_queue(estimates: Iterable[Estimate], names: Mapping[str, str]) -> Table:
    """预计等待误差: by queue, and all together. `names`: queue -> its name for people."""
    told = list(estimates)
    total = Errors()
    for each in told:
        total.add(each.foretold_ms, each.waited_ms)
    rows = [
        (queue, names.get(queue, ""), *_values(errors))
        for queue, errors in errors_by_queue(told).items()
    ]
    return Table(
        "report_estimated_wait",
        COLUMNS,
        rows,
        ("", "", *_values(total)),
        remarks=("remark_estimates",),
        charts=(Chart("report_estimated_wait", ("foretold", "waited"), bars=True),),
    )


def _values(errors: Errors) -> tuple[Value, ...]:
    return (
        errors.count, errors.foretold, errors.waited, errors.mean_absolute, errors.bias,
        errors.worst_ms if errors.count else None, errors.near_share,
    )  # fmt: skip
