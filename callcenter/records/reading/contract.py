"""Reads exemptions, forecasts and corrections: what holds, and what was entered before."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager

from sqlmodel import Session, col, select

from callcenter.kpi.exempt import Exemption, Forecast
from callcenter.kpi.windows import Window
from callcenter.records.database.engine import Url
from callcenter.records.database.sessions import reading_at
from callcenter.records.proof.identities import faults_of
from callcenter.records.tables.calls import Call, Correction, ForecastHour
from callcenter.records.tables.calls import Exemption as ExemptionRow

EMERGENCY = "emergency"
"""A surge that was declared: it may leave a month out of a year, but exempts no call by itself."""


class Contract:
    """What the contract exempts and expects."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def exemption_rows(self) -> list[ExemptionRow]:
        """Everything that was ever entered, in order."""
        return list(self._session.exec(select(ExemptionRow).order_by(col(ExemptionRow.id))))

    def holding(self) -> dict[str, ExemptionRow]:
        """The exemptions that hold, by name."""
        rows = {row.exemption: row for row in self.exemption_rows()}
        return {name: row for name, row in rows.items() if not row.withdrawn}

    def exemptions(self, period: Window) -> list[Exemption]:
        """Those that touch the period and exempt calls."""
        found = [
            Exemption(row.kind, row.since, row.aftermath)
            for row in self.holding().values()
            if row.kind != EMERGENCY
        ]
        return [each for each in found if each.touches(period)]

    def emergencies(self) -> list[Exemption]:
        """Surges that were declared."""
        return [
            Exemption(row.kind, row.since, row.aftermath)
            for row in self.holding().values()
            if row.kind == EMERGENCY
        ]

    def forecasts(self, period: Window) -> Mapping[int, Forecast]:
        """Hour -> its forecast: the last one frozen before the hour; else the first one after,
        which exempts nothing."""
        found: dict[int, Forecast] = {}
        for row in self.forecast_rows(period):
            each = Forecast(row.hour, row.requests, row.frozen_at)
            if each.holds or row.hour not in found:
                found[row.hour] = each
        return found

    def forecast_rows(self, period: Window) -> list[ForecastHour]:
        """Everything that was ever frozen for hours of the period, in order."""
        hour = col(ForecastHour.hour)
        query = select(ForecastHour).where(hour >= period.start_ms, hour < period.end_ms)
        return list(self._session.exec(query.order_by(hour, col(ForecastHour.id))))

    def corrections(self, call: str) -> list[Correction]:
        """All that was put right about a call, in order."""
        query = select(Correction).where(Correction.call_id == call)
        return list(self._session.exec(query.order_by(col(Correction.id))))

    def would_break(self, call: str, field: str, value: object) -> list[str] | None:
        """What a correction would break in the records; None where there is no such call."""
        row = self._session.get(Call, call)
        if row is None:
            return None
        before = set(faults_of(row))
        self._session.expunge(row)
        setattr(row, field, value)
        return [f"{fault.rule}: {fault.found}" for fault in faults_of(row) if fault not in before]


@contextmanager
def open_contract(url: Url) -> Iterator[Contract]:
    """The contract's records at that URL. Raises RecordsError."""
    with reading_at(url) as session:
        yield Contract(session)
