"""The lists in Asterisk's database are what the log says, whoever brings them and in what order."""

import asyncio
from pathlib import Path
from typing import Any

import pytest
from callcenter.pbx.errors import PbxLost
from callcenter.pbx.number_log import NumberLog
from callcenter.pbx.number_sync import bring_lists
from callcenter.site.listed import Entry, ListKey

BLACK = ListKey("blacklist")


class Database:
    """Asterisk's database behind AMI; it takes its time, and may break off."""

    def __init__(self) -> None:
        self.rows: dict[str, str] = {"/Queue/x": "1001", "/cc-blacklist/n999": "0|"}
        self.log: list[str] = []
        self.breaks_after = 10**9

    async def command(self, text: str) -> list[str]:
        assert text == "database show"
        shown = [f"{path:<50}: {value:<25}" for path, value in self.rows.items()]
        await asyncio.sleep(0.01)
        return [*shown, f"{len(shown)} results found."]

    async def action(self, name: str, **fields: str) -> None:
        await asyncio.sleep(0)
        self.breaks_after -= 1
        if self.breaks_after < 0:
            raise PbxLost("gone")
        path = f"/{fields['Family']}/{fields['Key']}"
        self.log.append(f"{name} {path}")
        if name == "DBPut":
            self.rows[path] = fields["Val"]
        else:
            del self.rows[path]


def add(node: Path, *forms: str, do: str = "add") -> None:
    with NumberLog(node).writing() as log:
        log.add(do, BLACK, [Entry(BLACK, form) for form in forms], "")


def ours(database: Any) -> dict[str, str]:
    return {p.removeprefix("/cc-blacklist/"): v for p, v in database.rows.items() if "cc-" in p}


async def test_what_is_missing_is_put_and_what_is_too_much_is_deleted(tmp_path: Path) -> None:
    database: Any = Database()
    add(tmp_path, "138*", "13900139000")
    assert await bring_lists(database, tmp_path) == 4
    assert ours(database) == {"p138": "0|", "n13900139000": "0|", "lengths": "3"}
    assert database.rows["/Queue/x"] == "1001"
    assert await bring_lists(database, tmp_path) == 0


async def test_a_row_is_there_as_long_as_it_is_looked_for(tmp_path: Path) -> None:
    database: Any = Database()
    add(tmp_path, "138*")
    await bring_lists(database, tmp_path)
    add(tmp_path, "138*", do="remove")
    await bring_lists(database, tmp_path)
    log = database.log
    place = {line: log.index(f"{line}") for line in log}
    assert place["DBPut /cc-blacklist/p138"] < place["DBPut /cc-blacklist/lengths"]
    assert place["DBDel /cc-blacklist/lengths"] < place["DBDel /cc-blacklist/p138"]


async def test_two_at_the_same_time_do_not_undo_each_other(tmp_path: Path) -> None:
    database: Any = Database()
    add(tmp_path, "138*")

    async def another(form: str) -> None:
        await asyncio.to_thread(add, tmp_path, form)
        await bring_lists(database, tmp_path)

    await asyncio.gather(
        bring_lists(database, tmp_path), *(another(f"{n}*") for n in range(140, 150))
    )
    assert set(ours(database)) == {"p138", *(f"p{n}" for n in range(140, 150)), "lengths"}


@pytest.mark.parametrize("after", range(5))
async def test_what_was_broken_off_is_finished_by_the_next(tmp_path: Path, after: int) -> None:
    database: Any = Database()
    add(tmp_path, "138*", "1380013*", "anonymous")
    database.breaks_after = after
    with pytest.raises(PbxLost):
        await bring_lists(database, tmp_path)
    database.breaks_after = 10**9
    await bring_lists(database, tmp_path)
    assert ours(database) == {"p138": "0|", "p1380013": "0|", "n": "0|", "lengths": "7-3"}
