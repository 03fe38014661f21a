"""The migrations make the tables that the program expects, on both databases."""

from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from callcenter.records.database.engine import (
    RecordsError,
    connect,
    database_url,
    head,
    migrate,
    open_for_reading,
    revision,
)
from callcenter.records.database.months import is_partition
from callcenter.records.tables.calls import METADATA, Call
from callcenter.records.tables.columns import iso
from sqlalchemy import select, text
from sqlmodel import Session, col

MIDNIGHT = 1764518400_000
"""2025-12-01 00:00 in Shanghai."""


def call(call_id: str, at: int) -> Call:
    return Call(
        call_id=call_id, direction="in", party_class="citizen", handled_by="controller",
        arrived_at=at, requested_at=at,
    )  # fmt: skip


def _is_whole(name: str | None, kind: str, _: object) -> bool:
    return kind != "table" or name is None or not is_partition(name)


def test_the_newest_revision_is_the_models_shape(database: str) -> None:
    engine = connect(database)
    assert revision(engine) is None
    assert migrate(engine) == head() == revision(engine)
    assert migrate(engine) == head()
    with engine.connect() as connection:
        # A month of a table is no table of its own.
        opts = {"compare_type": True, "include_name": _is_whole}
        context = MigrationContext.configure(connection, opts=opts)
        assert compare_metadata(context, METADATA) == []
    engine.dispose()


def test_callers_numbers_are_not_for_every_user_of_the_machine(tmp_path: Path) -> None:
    url = database_url("", tmp_path)
    migrate(connect(url))
    modes = [file.stat().st_mode & 0o007 for file in tmp_path.iterdir()]
    assert modes
    assert not any(modes)


def test_migrating_twice_is_harmless(database: str) -> None:
    engine = connect(database)
    assert migrate(engine) == migrate(engine)
    engine.dispose()


def test_times_keep_milliseconds_order_and_windows(database: str) -> None:
    engine = connect(database)
    migrate(engine)
    times = [MIDNIGHT - 1, MIDNIGHT, MIDNIGHT + 1]
    with Session(engine) as session:
        session.add_all([call(f"c{at}", at) for at in reversed(times)])
        session.commit()
        requested = col(Call.requested_at)
        rows = session.scalars(select(requested).order_by(requested)).all()
        assert rows == times
        window = select(requested).where(requested >= MIDNIGHT, requested < MIDNIGHT + 1)
        assert session.scalars(window).all() == [MIDNIGHT]
    engine.dispose()


def test_times_are_readable_in_the_database(database: str) -> None:
    engine = connect(database)
    migrate(engine)
    with Session(engine) as session:
        session.add(call("c", MIDNIGHT + 7))
        session.commit()
        (raw,) = session.execute(text("SELECT CAST(arrived_at AS VARCHAR) FROM call")).one()
    assert raw.startswith(("2025-11-30T16:00:00.007Z", "2025-11-30", "2025-12-01"))
    assert ".007" in raw
    engine.dispose()


def test_a_time_is_written_as_iso_8601() -> None:
    assert iso(MIDNIGHT) == "2025-11-30T16:00:00.000Z"


def test_reading_records_that_are_not_there_says_so(tmp_path: Path) -> None:
    with pytest.raises(RecordsError, match="no records yet"):
        open_for_reading(database_url("", tmp_path))
    assert list(tmp_path.iterdir()) == []


def test_reading_records_of_another_revision_names_the_remedy(database: str) -> None:
    connect(database).connect().close()
    with pytest.raises(RecordsError, match="records migrate"):
        open_for_reading(database)
    migrate(connect(database))
    open_for_reading(database).dispose()


@pytest.mark.parametrize("url", ["mysql://x/y", "postgresql://x/y", "records.db"])
def test_a_database_we_do_not_support_is_refused(url: str, tmp_path: Path) -> None:
    with pytest.raises(RecordsError, match=r"storage\.database"):
        database_url(url, tmp_path)


def test_the_password_comes_from_the_secret(tmp_path: Path) -> None:
    url = database_url("postgresql+psycopg://cc@db/calls", tmp_path, "p@ss/word")
    assert url == "postgresql+psycopg://cc:p%40ss%2Fword@db/calls"
