"""Our calls against Asterisk's papers: what each source may lack, and why."""

import os
from pathlib import Path

import pytest
from callcenter.kpi.windows import Window
from callcenter.records.asterisk_files import CDR, cdr, cel, queue_log
from callcenter.records.reconcile import Cause, Reconciled, reconcile
from callcenter.records.tables import METADATA, Call
from sqlmodel import Session
from tests.records.test_hours import IN_MEMORY, records

CAPTURES = Path(__file__).parent / "captures"
ALL = Window(0, 4_000_000_000_000)
AT = 1_795_000_000_000
ROW = (
    '"","138","desk","cc-queue","138","PJSIP/main-1","","Stasis","x","{start}","","{end}",9,0,'
    '"ANSWERED","DOCUMENTATION","{call}","","{call}",1\n'
)


def row(call: str, start: str = "2026-11-18 11:06:40", end: str = "2026-11-18 11:06:49") -> str:
    return ROW.format(call=call, start=start, end=end)


def ours(call: str, **changes: object) -> Call:
    values: dict[str, object] = {
        "direction": "in", "party_class": "citizen", "handled_by": "controller",
        "arrived_at": AT, "requested_at": AT, "left_queue_at": AT + 9000, "ended_at": AT + 9000,
        "outcome": "abandoned_queue",
    }  # fmt: skip
    return Call(call_id=call, **{**values, **changes})


def compared(log: Path, *calls: Call) -> Reconciled:
    with records(IN_MEMORY) as engine, Session(engine) as session:
        METADATA.create_all(engine)
        session.add_all(calls)
        session.flush()
        papers = {
            "cdr": cdr(log, ALL),
            "cel": cel(log / "cel.csv", ALL),
            "queue_log": queue_log(log, ALL),
        }
        return reconcile(session, papers, ALL)


def found(done: Reconciled, source: str) -> dict[str, Cause | None]:
    return {each.call: each.cause for each in done.differences if each.source == source}


def test_rotated_files_are_read_and_a_line_being_written_is_not(tmp_path: Path) -> None:
    master = tmp_path / CDR
    master.parent.mkdir()
    old = master.with_name("Master.csv.20261117T000000")
    old.write_text(row("c1"))
    os.utime(old, (1, 1))
    master.write_text(row("c2") + "rubbish\n" + row("c3")[:-20])
    papers = cdr(tmp_path, ALL)
    assert list(papers.calls) == ["c1", "c2"]
    assert papers.since == AT
    done = compared(tmp_path, ours("c1"), ours("c2"), ours("c3"))
    assert done.same["cdr"] == 2
    assert found(done, "cdr") == {"c3": None}


def test_what_a_source_cannot_know_has_a_cause(tmp_path: Path) -> None:
    (tmp_path / CDR).parent.mkdir()
    (tmp_path / CDR).write_text(row("c1") + row("else"))
    done = compared(
        tmp_path,
        ours("c1"),
        ours("old", arrived_at=AT - 10_000_000),
        ours("open", ended_at=None, outcome=None),
        ours("out", direction="out", outcome="outbound"),
    )
    causes = {"old": Cause.GONE, "open": Cause.GOES_ON, "out": Cause.NO_MENU, "else": None}
    assert found(done, "cdr") == causes
    assert found(done, "queue_log")["c1"] is Cause.NATIVE_ONLY


@pytest.mark.parametrize(
    ("changes", "rule"),
    [
        ({"ended_at": AT + 12_000}, Cause.AWAY),
        ({"ended_at": AT + 3_000}, None),
        ({"ended_at": AT + 60_000, "outcome": "system_fail"}, Cause.HELD_UP),
        ({"arrived_at": AT - 5_000}, None),
    ],
)
def test_other_times(tmp_path: Path, changes: dict[str, object], rule: Cause | None) -> None:
    (tmp_path / CDR).parent.mkdir()
    (tmp_path / CDR).write_text(row("old", "2026-11-18 08:20:00", "2026-11-18 08:20:00") + row("c"))
    done = compared(tmp_path, ours("c", **changes))
    assert found(done, "cdr")["c"] is rule


@pytest.mark.parametrize(
    ("event", "outcome", "cause"),
    [
        ("ABANDON", "abandoned_ring", "same"),
        ("ABANDON", "answered", Cause.TALKED),
        ("ABANDON", "timeout", None),
        ("CONNECT", "abandoned_queue", None),
        ("EXITWITHTIMEOUT", "voicemail", "same"),
        ("EXITEMPTY", "refused_noagent", "same"),
        ("RINGNOANSWER", "abandoned_queue", Cause.STOPPED),
    ],
)
def test_asterisks_own_queue(tmp_path: Path, event: str, outcome: str, cause: object) -> None:
    second = AT // 1000
    (tmp_path / "queue_log").write_text(
        f"{second}|NONE|NONE|NONE|QUEUESTART|\n"
        f"{second}|c|desk|NONE|ENTERQUEUE||138|1\n{second + 9}|c|desk|NONE|{event}|1|1|9\n"
    )
    done = compared(tmp_path, ours("c", outcome=outcome))
    assert found(done, "queue_log") == ({} if cause == "same" else {"c": cause})


def test_cel_is_judged_anew(tmp_path: Path) -> None:
    text = (CAPTURES / "controller_answered.csv").read_text(encoding="utf-8")
    (tmp_path / "cel.csv").write_text(text)
    paper = cel(tmp_path / "cel.csv", ALL)
    ((call, theirs),) = [item for item in paper.calls.items() if item[1].of_hotline]
    told = theirs.folded
    assert told is not None
    right = {
        "arrived_at": theirs.started, "requested_at": theirs.started, "ended_at": theirs.ended,
        "answered_at": round((told.answered_at or 0) * 1000), "outcome": "answered",
        "talk_ms": round(told.talk_s * 1000), "left_queue_at": None,
    }  # fmt: skip
    assert call not in found(compared(tmp_path, ours(call, **right)), "cel")
    talk = right["talk_ms"]
    for hold, cause in ((60_000, Cause.HELD), (1_000, "same")):
        done = compared(tmp_path, ours(call, **{**right, "hold_ms": hold}))
        assert found(done, "cel").get(call, "same") is cause
    for wrong in (
        {"talk_ms": talk - 60_000, "hold_ms": 50_000},
        {"talk_ms": talk + 50_000, "hold_ms": 60_000},
        {"talk_ms": 99_000},
        {"outcome": "voicemail"},
        {"party_class": "test"},
    ):
        done = compared(tmp_path, ours(call, **{**right, **wrong}))
        assert found(done, "cel")[call] is None, wrong
