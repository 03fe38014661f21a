"""The log of number lists: truth and audit, whatever breaks."""

import json
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from callcenter.pbx.number_log import FILE, NumberLog, NumberLogError
from callcenter.site.listed import Entry, ListKey

BLACK = ListKey("blacklist")
VIP = ListKey("vip", "east")


def add(log: NumberLog, *forms: str, key: ListKey = BLACK, do: str = "add") -> None:
    with log.writing() as writing:
        writing.add(do, key, [Entry(key, form, "why") for form in forms], "because")


def forms(log: NumberLog) -> set[tuple[str, str]]:
    return {(str(entry.list), entry.form) for entry in log.entries()}


def test_what_was_added_stands_and_what_was_removed_does_not(tmp_path: Path) -> None:
    log = NumberLog(tmp_path)
    add(log, "138*", "139*")
    add(log, "138*", key=VIP)
    add(log, "138*", do="remove")
    assert forms(log) == {("blacklist", "139*"), ("east.vip", "138*")}


def test_every_change_tells_who_when_and_why(tmp_path: Path) -> None:
    log = NumberLog(tmp_path)
    add(log, "138*")
    (change,) = log.changes()
    assert (change.do, change.reason, bool(change.who)) == ("add", "because", True)
    assert change.at > 0
    assert change.entries[0].reason == "why"
    assert (tmp_path / FILE).stat().st_mode & 0o077 == 0


def test_a_line_that_a_crash_cut_off_is_no_change(tmp_path: Path) -> None:
    log, file = NumberLog(tmp_path), tmp_path / FILE
    add(log, "138*")
    add(log, "139*")
    whole = file.read_bytes()
    first = whole.index(b"\n") + 1
    for cut in range(first, len(whole)):
        file.write_bytes(whole[:cut])
        assert forms(log) == {("blacklist", "138*")}
    add(log, "137*")
    assert forms(log) == {("blacklist", "138*"), ("blacklist", "137*")}


@pytest.mark.parametrize("line", [0, 1, 2])
def test_an_altered_or_missing_line_is_noticed(tmp_path: Path, line: int) -> None:
    log, file = NumberLog(tmp_path), tmp_path / FILE
    for form in ("136*", "137*", "138*"):
        add(log, form)
    lines = file.read_bytes().splitlines(keepends=True)
    changed = [*lines]
    changed[line] = changed[line].replace(b"because", b"becauSe")
    file.write_bytes(b"".join(changed))
    with pytest.raises(NumberLogError, match=f"{FILE}:{line + 1}: .*backup"):
        log.entries()
    if line < 2:
        file.write_bytes(b"".join(lines[:line] + lines[line + 1 :]))
        with pytest.raises(NumberLogError, match=f"{FILE}:{line + 1}: "):
            log.entries()


def test_commands_at_the_same_time_lose_nothing(tmp_path: Path) -> None:
    log = NumberLog(tmp_path)
    with ThreadPoolExecutor(8) as threads:
        list(threads.map(lambda n: add(log, f"{n}*"), range(100, 160)))
    assert len(forms(log)) == 60


def test_a_text_of_any_kind_is_one_line(tmp_path: Path) -> None:
    log = NumberLog(tmp_path)
    reason = 'line\nbreak\r" \u2028 骚扰 \x00'
    with log.writing() as writing:
        writing.add("add", BLACK, [Entry(BLACK, "138*", reason)], reason)
    assert log.changes()[0].reason == reason
    body = (tmp_path / FILE).read_text(encoding="utf-8").partition(" ")[2]
    assert json.loads(body)["reason"] == reason


def test_without_a_node_the_message_says_what_to_do(tmp_path: Path) -> None:
    with pytest.raises(NumberLogError, match="deploy the site first"):
        NumberLog(tmp_path / "none").entries()
