"""Our calls against Asterisk's papers: what each source may lack, and why."""

import os
from pathlib import Path

import pytest
from callcenter.kpi.windows import Window
from callcenter.records.ingest.files import CDR, cdr, cel, queue_log
from callcenter.records.proof.causes import Cause
from callcenter.records.proof.reconcile import Reconciled, reconcile
from callcenter.records.tables.calls import METADATA, Call
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
        ("EXITWITHTIMEOUT", "abandoned_queue", Cause.LET_GO),
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


def test_who_is_let_go_and_stays_has_not_hung_up(tmp_path: Path) -> None:
    second = AT // 1000
    (tmp_path / "queue_log").write_text(
        f"{second}|c|desk|NONE|ENTERQUEUE||138|1\n{second + 3}|c|desk|NONE|EXITWITHTIMEOUT|1|1|3\n"
    )
    assert found(compared(tmp_path, ours("c")), "queue_log") == {"c": None}


@pytest.mark.parametrize("event", ["ABANDON", "CONNECT", "EXITWITHTIMEOUT"])
def test_whom_an_agent_handed_to_asterisks_own_queue_is_no_callers_call(
    tmp_path: Path, event: str
) -> None:
    (tmp_path / "queue_log").write_text(
        f"{AT // 1000}|c|desk|NONE|ENTERQUEUE||138|1\n{AT // 1000 + 9}|c|desk|NONE|{event}|1|1|9\n"
    )
    done = compared(tmp_path, ours("c", direction="out", outcome="outbound"))
    assert found(done, "queue_log") == {"c": Cause.NO_MENU}


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


def judged(tmp_path: Path, capture: str, **changes: object) -> set[tuple[str, Cause | None]]:
    """Differences of the one call in a capture, which ours is like but for the changes."""
    (tmp_path / "cel.csv").write_text((CAPTURES / capture).read_text(encoding="utf-8"))
    ((call, theirs),) = cel(tmp_path / "cel.csv", ALL).calls.items()
    told = theirs.folded
    assert told is not None
    values: dict[str, object] = {
        "arrived_at": theirs.started, "ended_at": theirs.ended, "outcome": told.outcome,
        "talk_ms": round(told.talk_s * 1000), "handled_by": told.handled_by,
    }  # fmt: skip
    done = compared(tmp_path, ours(call, **{**values, **changes}))
    return {(each.source, each.cause) for each in done.differences if each.source != "queue_log"}


@pytest.mark.parametrize(
    ("capture", "talk_ms", "handled_by", "cause"),
    [
        ("reconcile/controller_away_agent_gone.csv", 7_670, "controller", Cause.AWAY),
        ("reconcile/controller_away_agent_gone.csv", 10_700, "controller", None),
        ("reconcile/controller_away_agent_gone.csv", 7_670, "asterisk", None),
        ("reconcile/controller_apart_until_mended.csv", 11_250, "controller", Cause.APART),
        ("reconcile/controller_apart_until_mended.csv", 14_300, "controller", None),
    ],
)
def test_a_talk_that_the_floor_took_for_longer(
    tmp_path: Path, capture: str, talk_ms: int, handled_by: str, cause: Cause | None
) -> None:
    found = judged(tmp_path, capture, talk_ms=talk_ms, handled_by=handled_by)
    assert found == {("cel", cause), ("cdr", None)}


def test_a_legs_later_end_is_no_end_of_the_call(tmp_path: Path) -> None:
    lines = (
        (CAPTURES / "reconcile/controller_away_agent_gone.csv")
        .read_text(encoding="utf-8")
        .splitlines()
    )
    later = [line.replace('"1795279431', '"1795279439') if "~1" in line else line for line in lines]
    (tmp_path / "late.csv").write_text("\n".join([*later, ""]))
    ((_, theirs),) = cel(tmp_path / "late.csv", ALL).calls.items()
    assert theirs.ended == 1795279438278


def test_a_callback_ends_our_call_when_it_is_asked_for(tmp_path: Path) -> None:
    asked = {"outcome": "callback_requested", "ended_at": AT + 3_000}
    (tmp_path / CDR).parent.mkdir()
    (tmp_path / CDR).write_text(row("c"))
    assert found(compared(tmp_path, ours("c", **asked)), "cdr") == {"c": Cause.CALLBACK}
    late = {"outcome": "callback_requested", "ended_at": AT + 60_000, "handled_by": "asterisk"}
    assert found(compared(tmp_path, ours("c", **late)), "cdr") == {"c": None}


@pytest.mark.parametrize(
    ("after_ms", "cause"), [(-3_936, Cause.SURVEY), (-1_000, "same"), (3_000, None)]
)
def test_a_call_ends_with_its_talk_and_not_with_the_survey(
    tmp_path: Path, after_ms: int, cause: Cause | str | None
) -> None:
    """The agent hung up at 21:21:28, the caller in the survey at 21:21:32."""
    ended = 1795296092_011 + after_ms
    away = {"handled_by": "asterisk"} if after_ms > 0 else {}
    found = judged(tmp_path, "reconcile/controller_survey.csv", ended_at=ended, **away)
    assert found - {("cdr", None)} == (set() if cause == "same" else {("cel", cause)})


def test_a_cdr_of_asterisks_own_queue_ends_with_its_last_ring(tmp_path: Path) -> None:
    call = "stage-1795279681.78"
    (tmp_path / CDR).parent.mkdir()
    (tmp_path / CDR).write_text(row(call, "2026-11-21 16:48:01", "2026-11-21 16:48:01"))
    assert judged(tmp_path, "reconcile/fallback_busy_abandoned.csv") == {("cdr", Cause.DIALLED)}


def test_a_call_that_asterisk_stopped_with_has_no_cdr(tmp_path: Path) -> None:
    text = (
        (CAPTURES / "reconcile/controller_away_agent_gone.csv")
        .read_text(encoding="utf-8")
        .splitlines()
    )
    (tmp_path / "cel.csv").write_text("\n".join([*text[:-1], ""]))
    lost = ours("stage-1795279430.145", arrived_at=1795279430503, ended_at=1795279438278)
    assert {each.cause for each in compared(tmp_path, lost).differences} == {Cause.STOPPED}
