"""What the cases of supervisors share: a talk that has begun, and the audit."""

import sqlite3
from contextlib import closing

from callcenter.qa.softphone_call import SoftCall
from callcenter.qa.stage import Late, until
from tests.calls.hotline import Hotline
from tests.calls.talking import Begin, talk

__all__ = ["Begin", "talk"]

SUPERVISOR_HZ = 1500.0


async def falls_silent(call: SoftCall, hz: float) -> None:
    """Wait until a tone is heard no more; what is on its way when it ends is still heard."""

    async def silent() -> bool:
        try:
            await call.hears_no(hz)
        except Late:
            return False
        return True

    await until(silent, f"{call} hears {hz:g} Hz no more", 20.0)


def acts(hotline: Hotline) -> list[tuple[str, str, str, str]]:
    """(who, act, target, result) of the case's audit, in order; ends of supervisions as `end`."""
    path = hotline.stage.node.path / "records.db"
    began = hotline.began
    with closing(sqlite3.connect(path)) as database:
        rows = database.execute(
            "SELECT who, act, target, result, detail FROM act WHERE at >= ? ORDER BY at, rowid",
            (began,),
        ).fetchall()
    return [
        (who, "end" if detail.startswith("over") else act, target, result)
        for who, act, target, result, detail in rows
    ]


async def audited(hotline: Hotline, *wanted: tuple[str, str, str, str]) -> None:
    """Wait until the case's audit is just this."""
    await until(lambda: acts(hotline) == list(wanted), f"the audit is {wanted}", 20.0)
