"""`callcenter site` as a user meets it: what it prints, and its exit codes."""

import json
from pathlib import Path

import pytest
from callcenter.cli import main
from callcenter.site.load import load
from click.testing import CliRunner, Result

pytestmark = pytest.mark.pure

EXAMPLE = str(Path(__file__).parents[2] / "examples" / "hotline-12345")


def run(*arguments: str) -> Result:
    return CliRunner().invoke(main, ["site", *arguments], catch_exceptions=False)


def test_a_sound_site_is_told_so_in_one_line() -> None:
    result = run("check", EXAMPLE)
    assert result.exit_code == 0
    assert result.stdout == "hotline-12345: sound (2 numbers, 3 menus, 6 queues, 12 agents)\n"


def test_the_site_is_the_one_that_the_environment_names(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CALLCENTER_SITE", EXAMPLE)
    assert run("check").stdout.startswith("hotline-12345: sound")
    (tmp_path / "site.yaml").write_text("site: demo\n")
    assert run("check", str(tmp_path)).stdout.startswith("demo: sound")


def test_a_faulty_site_prints_its_findings_and_nothing_else(tmp_path: Path) -> None:
    (tmp_path / "site.yaml").write_text("site: demo\nlable: x\nlanguage: fr\n")
    result = run("check", str(tmp_path))
    assert result.exit_code == 1
    assert [line.split()[1] for line in result.output.splitlines()] == [
        "E_UNKNOWN_KEY",
        "E_CHOICE",
    ]


def test_warnings_are_printed_and_do_not_fail(tmp_path: Path) -> None:
    (tmp_path / "site.yaml").write_text("site: demo\nqueues: {a: {}}\n")
    result = run("check", str(tmp_path))
    assert result.exit_code == 0
    assert "W_UNREACHED" in result.stdout


def test_findings_as_json(tmp_path: Path) -> None:
    (tmp_path / "site.yaml").write_text("site: demo\nlanguage: fr\n")
    result = run("check", str(tmp_path), "--json")
    assert result.exit_code == 1
    assert json.loads(result.stdout) == {
        "ok": False,
        "findings": [
            {
                "code": "E_CHOICE",
                "file": f"{tmp_path}/site.yaml",
                "line": 2,
                "column": 11,
                "message": "language: 'fr' is not known here",
                "remedy": "write 'zh' or 'en'",
            }
        ],
    }


@pytest.mark.parametrize("command", ["check", "show"])
def test_a_path_without_a_site_is_one_line(tmp_path: Path, command: str) -> None:
    result = run(command, str(tmp_path / "nowhere"))
    assert result.exit_code == 1
    assert len(result.output.splitlines()) == 1
    assert "E_FILE there is no such file" in result.output


def test_show_draws_the_way_of_a_call() -> None:
    result = run("show", EXAMPLE)
    assert result.exit_code == 0
    for part in ("3 → menu:social-security", "otherwise → voicemail:night", "*131", "6 agents"):
        assert part in result.stdout


def test_show_does_not_take_a_label_for_markup(tmp_path: Path) -> None:
    (tmp_path / "site.yaml").write_text("site: demo\nagents: {1001: {name: '[red]Ann[/nope]'}}\n")
    assert "[red]Ann[/nope]" in run("show", str(tmp_path)).stdout


def test_show_as_yaml_is_the_same_site_in_one_file() -> None:
    as_yaml = run("show", EXAMPLE, "--yaml").stdout
    as_json = json.loads(run("show", EXAMPLE, "--json").stdout)
    site = load({"site.yaml": as_yaml}, "site.yaml")
    assert site.model_dump(mode="json", by_alias=True) == as_json


def test_init_makes_a_site_that_checks(tmp_path: Path) -> None:
    folder = str(tmp_path / "demo")
    result = run("init", folder)
    assert result.exit_code == 0
    assert run("check", folder).exit_code == 0
    again = run("init", folder)
    assert again.exit_code == 1
    assert again.output == f"Error: {folder} holds files already; choose a new folder\n"


@pytest.mark.parametrize("name", ["Demo", "a b", "热线"])
def test_init_refuses_a_folder_that_cannot_name_a_site(tmp_path: Path, name: str) -> None:
    result = run("init", str(tmp_path / name))
    assert result.exit_code == 1
    assert not (tmp_path / name).exists()


def test_init_prints_no_secret(tmp_path: Path) -> None:
    folder = tmp_path / "demo"
    printed = run("init", str(folder)).output
    assert all(secret not in printed for secret in secrets_of(folder))


def test_render_prints_the_files_with_masked_secrets(tmp_path: Path) -> None:
    folder = tmp_path / "demo"
    run("init", str(folder))
    result = run("render", str(folder), "--stdout")
    assert result.exit_code == 0
    assert "==> pjsip.conf <==" in result.stdout
    assert "********" in result.stdout
    for secret in secrets_of(folder):
        assert secret not in result.stdout


def test_render_writes_files_that_only_their_owner_can_read(tmp_path: Path) -> None:
    folder, to = tmp_path / "demo", tmp_path / "etc" / "asterisk"
    run("init", str(folder))
    assert run("render", str(folder), "--to", str(to)).exit_code == 0
    assert {path.stat().st_mode & 0o777 for path in to.iterdir()} == {0o600}
    before = {path.name: path.read_bytes() for path in to.iterdir()}
    written = b"".join(before.values())
    for secret in secrets_of(folder, but="pins."):
        assert secret.encode() in written
    assert run("render", str(folder), "--to", str(to)).exit_code == 0
    assert {path.name: path.read_bytes() for path in to.iterdir()} == before


@pytest.mark.parametrize("where", [[], ["--stdout", "--to", "x"]])
def test_render_wants_one_place(where: list[str]) -> None:
    result = run("render", EXAMPLE, *where)
    assert (result.exit_code, result.output) == (
        1,
        "Error: say where to: --to DIR or --stdout\n",
    )


def test_render_says_where_it_cannot_write(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    run("init", str(tmp_path / "demo"))
    result = run("render", str(tmp_path / "demo"), "--to", str(tmp_path / "file" / "etc"))
    assert result.exit_code == 3
    assert "cannot be written" in result.output


def secrets_of(folder: Path, but: str = "none") -> list[str]:
    lines = (folder / "secrets.yaml").read_text().splitlines()[1:]
    return [line.split("'")[3] for line in lines if not line.startswith(f"'{but}")]


def test_docs_prints_the_reference() -> None:
    assert run("docs").stdout.startswith("# A site in YAML\n")
