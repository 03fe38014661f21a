"""A table of agents comes into a site's folder whole, or not at all."""

import json
import stat
from pathlib import Path
from typing import Any

import pytest
import yaml
from callcenter.cli import main
from callcenter.pbx.roster_files import Import, RosterRefused, prepare_import
from callcenter.pbx.site_files import read_site
from callcenter.site.load import included
from callcenter.site.roster import FILE
from click.testing import CliRunner, Result

SITE = """\
# The hotline of the town.
site: demo
numbers: {"12345": {to: "queue:desk"}}
skills: {general: General, english: English}
queues: {desk: {}}
agents: {"1001": {name: Ann}}
tenants:
  east: {skills: {tax: Tax}, agents: {"1901": {name: Eve}}}
"""
HEAD = "extension,name,team,skills,tenant\n"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    folder = tmp_path / "site"
    folder.mkdir()
    (folder / "site.yaml").write_text(SITE, encoding="utf-8")
    return folder


def table(folder: Path, text: str, encoding: str = "utf-8") -> Path:
    path = folder.parent / "agents.csv"
    path.write_bytes(text.encode(encoding))
    return path


def taken(folder: Path, text: str) -> Import:
    wanted = prepare_import(folder, table(folder, text))
    wanted.write()
    return wanted


def run(folder: Path, *words: str) -> Result:
    return CliRunner().invoke(main, ["agents", *words, "--site", str(folder)])


def test_agents_get_what_their_line_says(folder: Path) -> None:
    wanted = taken(
        folder,
        HEAD
        + '2001,"Wang, Wei",blue,general:5;english:3,\n2002,李娜,,tax:10,east\n\n2003,"=1+1",,,\n',
    )
    assert wanted.added == ("2001", "2002", "2003")
    agents = read_site(folder).agents
    assert set(agents) == {"1001", "1901", "2001", "2002", "2003"}
    assert (agents["2001"].name, agents["2001"].team) == ("Wang, Wei", "blue")
    assert dict(agents["2001"].skills) == {"general": 5, "english": 3}
    assert (agents["2002"].tenant, dict(agents["2002"].skills)) == ("east", {"east.tax": 10})
    assert (folder / "site.yaml").read_text(encoding="utf-8").startswith("# The hotline")


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030"])
def test_chinese_headings_and_what_spreadsheets_write(folder: Path, encoding: str) -> None:
    text = "分机,姓名,班组,技能,租户\r\n2001,王伟,blue,general：5；english：3,\r\n"
    prepare_import(folder, table(folder, text, encoding)).write()
    agent = read_site(folder).agents["2001"]
    assert (agent.name, dict(agent.skills)) == ("王伟", {"general": 5, "english": 3})


def test_a_second_import_changes_adds_and_keeps(folder: Path) -> None:
    taken(folder, HEAD + "2001,Wang,,general:5,\n2002,Li,,,\n2003,Zhao,,,\n")
    wanted = taken(
        folder, HEAD + "2001,Wang,,general:6,\n2002,Li,,,\n2004,Sun,,,\n2003,Zhao,,,east\n"
    )
    assert (wanted.added, wanted.changed, wanted.unchanged) == (("2004",), ("2001", "2003"), 1)
    agents = read_site(folder).agents
    assert set(agents) == {"1001", "1901", "2001", "2002", "2003", "2004"}
    assert dict(agents["2001"].skills) == {"general": 6}
    assert agents["2003"].tenant == "east"


def test_all_errors_are_told_at_once_and_nothing_is_written(folder: Path) -> None:
    before = {path.name: path.read_bytes() for path in folder.iterdir()}
    rows = [
        "20x1,Wang,,,",
        "2002,,,,",
        "2003,Li,Blue Team,,",
        "2004,Li,,french:5,",
        "2005,Li,,general:11,",
        "2006,Li,,general,",
        "2007,Li,,general:1;general:2,",
        "2008,Li,,,north",
        "2009,Li,,general:5,east",
        "2010,Li,,,",
        "2010,Li,,,",
        "2011,Li,,,,extra",
        "2012,fine,,,",
    ]
    with pytest.raises(RosterRefused) as refused:
        prepare_import(folder, table(folder, HEAD + "\n".join(rows)))
    assert [wrong.line for wrong in refused.value.wrong] == [2, 3, 4, 5, 6, 7, 8, 9, 10, 12, 13]
    assert "did you mean" in str(refused.value.wrong) or "known:" in str(refused.value.wrong)
    assert {path.name: path.read_bytes() for path in folder.iterdir()} == before


def test_what_collides_with_the_site_is_told_at_the_table_s_line(folder: Path) -> None:
    text = HEAD + '2001,Wang,,,\n1001,Ann,,,\n12345,Li,,,\n1901,Eve,,,\n2002,"a\u0007b",,,\n'
    with pytest.raises(RosterRefused) as refused:
        prepare_import(folder, table(folder, text))
    assert [wrong.line for wrong in refused.value.wrong] == [3, 4, 5, 6]


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("", "column extension is missing"),
        ("extension,name,colour\n", "no column 'colour'"),
        ("extension,name,name\n", "stands twice"),
        (HEAD, "no agent below"),
        (HEAD + '2001,"Wang,,,\n', "no CSV"),
    ],
)
def test_a_table_that_is_none(folder: Path, text: str, told: str) -> None:
    with pytest.raises(RosterRefused) as refused:
        prepare_import(folder, table(folder, text))
    assert told in str(refused.value.wrong)


@pytest.mark.parametrize(
    "include",
    [
        "",
        "include: []\n",
        "include: [more.yaml]\n",
        "include: [more.yaml,]  # files\n",
        "include: [\n  more.yaml,\n]\n",
        "include:\n- more.yaml\n",
        "include:  # files\n  # one\n  - more.yaml  # this\n\n",
    ],
)
def test_the_list_of_included_files_keeps_its_style(folder: Path, include: str) -> None:
    site = SITE.replace("site: demo\n", f"site: demo\n{include}")
    (folder / "site.yaml").write_text(site, encoding="utf-8")
    (folder / "more.yaml").write_text("menus: {}\n", encoding="utf-8")
    taken(folder, HEAD + "2001,Wang,,,\n")
    names = ["more.yaml", FILE] if "more" in include else [FILE]
    text = (folder / "site.yaml").read_text(encoding="utf-8")
    assert included("site.yaml", text) == names
    for line in SITE.splitlines():
        assert line in text
    assert "2001" in read_site(folder).agents


def test_undo_leaves_what_was_there(folder: Path) -> None:
    before = {path.name: path.read_bytes() for path in folder.iterdir()}
    wanted = taken(folder, HEAD + "2001,Wang,,,\n")
    wanted.undo()
    assert {path.name: path.read_bytes() for path in folder.iterdir()} == before


def test_a_dry_run_changes_nothing(folder: Path) -> None:
    before = {path.name: path.read_bytes() for path in folder.iterdir()}
    told = run(folder, "import", str(table(folder, HEAD + "2001,Wang,,,\n")), "--dry-run", "--json")
    assert json.loads(told.stdout)["added"] == ["2001"]
    assert {path.name: path.read_bytes() for path in folder.iterdir()} == before


def test_passwords_are_made_and_handed_out_to_their_owner_only(folder: Path) -> None:
    csv_file = table(folder, HEAD + "2001,Wang,,,\n2002,Li,,,east\n")
    assert run(folder, "import", str(csv_file), "--no-deploy").exit_code == 0
    out = folder.parent / "passwords.csv"
    assert run(folder, "passwords", str(out)).exit_code == 0
    assert stat.S_IMODE(out.stat().st_mode) == 0o600
    assert stat.S_IMODE((folder / "secrets.yaml").stat().st_mode) == 0o600
    secrets: dict[str, Any] = yaml.safe_load((folder / "secrets.yaml").read_text(encoding="utf-8"))
    rows = dict(line.split(",") for line in out.read_text(encoding="utf-8").splitlines()[1:])
    assert rows == {n: secrets[f"agents.{n}"] for n in ("1001", "1901", "2001", "2002")}
    run(folder, "passwords", str(out), "--tenant", "east")
    assert out.read_text(encoding="utf-8").splitlines()[1:] == [
        f"{n},{secrets[f'agents.{n}']}" for n in ("1901", "2002")
    ]


def test_what_is_exported_can_be_imported(folder: Path) -> None:
    taken(folder, HEAD + '2001,"Wang, Wei",blue,general:5,\n2002,Li,red,tax:1,east\n')
    out = folder.parent / "out.csv"
    assert run(folder, "export", str(out)).exit_code == 0
    wanted = [
        line for line in out.read_text(encoding="utf-8").splitlines() if not line.startswith("1")
    ]
    again = prepare_import(folder, table(folder, "\n".join(wanted) + "\n"))
    assert (again.added, again.changed, again.unchanged) == ((), (), 2)


def test_errors_for_machines(folder: Path) -> None:
    told = run(folder, "import", str(table(folder, HEAD + "x,Wang,,,\n")), "--json")
    assert told.exit_code == 1
    assert json.loads(told.stdout)["errors"][0]["line"] == 2
