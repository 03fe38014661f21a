"""Secrets: made once, kept as they are, readable by their owner only, never in a message."""

import threading
from pathlib import Path

import pytest
from callcenter.pbx.secrets import SecretsError, given_secrets, load_or_make, resolve, site_secrets
from callcenter.site.model import SecretRef, Site
from callcenter.site.secrets import is_pin, secret_names

pytestmark = pytest.mark.pure

SITE = Site.model_validate(
    {
        "site": "demo",
        "agents": {"1002": {"name": "Bob"}, "1001": {"name": "Ann"}},
        "voicemail": {"night": {}},
        "trunks": {
            "operator": {"host": "sip.example.com", "username": "u", "secret": {"env": "CC_TEST"}}
        },
        "storage": {"database": "postgresql+psycopg://cc@db/cc", "database_secret": {"file": "pw"}},
    }
)


def test_a_site_names_what_its_machine_must_make() -> None:
    assert secret_names(SITE) == [
        "ari",
        "ami",
        "agents.1001",
        "agents.1002",
        "pins.1001",
        "pins.1002",
        "voicemail.night",
    ]


def test_secrets_are_made_once_and_stay(tmp_path: Path) -> None:
    path = tmp_path / "secrets.yaml"
    made = load_or_make(path, SITE)
    assert list(made) == secret_names(SITE)
    assert load_or_make(path, SITE) == made
    assert path.stat().st_mode & 0o777 == 0o600
    assert [p.name for p in tmp_path.iterdir()] == ["secrets.yaml"]


def test_passwords_are_long_and_different_and_pins_can_be_dialled(tmp_path: Path) -> None:
    here = load_or_make(tmp_path / "a.yaml", SITE)
    there = load_or_make(tmp_path / "b.yaml", SITE)
    passwords = [v for k, v in (*here.items(), *there.items()) if not is_pin(k)]
    assert len(set(passwords)) == len(passwords)
    assert all(len(password) >= 32 for password in passwords)
    for pin in ("voicemail.night", "pins.1001"):
        assert here[pin].isdigit()
        assert len(here[pin]) == 6


def test_only_what_is_missing_is_made(tmp_path: Path) -> None:
    path = tmp_path / "secrets.yaml"
    path.write_text("agents.1001: 'of ours'\nold: 'kept'\n")
    path.chmod(0o600)
    secrets = load_or_make(path, SITE)
    assert secrets["agents.1001"] == "of ours"
    assert secrets["old"] == "kept"
    assert set(secrets) == {*secret_names(SITE), "old"}


def test_a_file_that_others_can_read_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "secrets.yaml"
    load_or_make(path, SITE)
    path.chmod(0o640)
    with pytest.raises(SecretsError, match="chmod 600"):
        load_or_make(path, SITE)


@pytest.mark.parametrize(
    "text", ["- hidden", "ari: [hidden]", "ari: ''", "ari: hid: den", "voicemail.night: 'hidden'"]
)
def test_a_broken_file_is_refused_without_telling_what_it_holds(tmp_path: Path, text: str) -> None:
    path = tmp_path / "secrets.yaml"
    path.write_text(text)
    path.chmod(0o600)
    with pytest.raises(SecretsError) as caught:
        load_or_make(path, SITE)
    assert "hid" not in str(caught.value)
    assert path.read_text() == text


def test_a_folder_that_is_not_there_is_told(tmp_path: Path) -> None:
    with pytest.raises(SecretsError, match="name a site's folder"):
        load_or_make(tmp_path / "no" / "secrets.yaml", SITE)


def test_commands_at_once_make_one_set(tmp_path: Path) -> None:
    path = tmp_path / "secrets.yaml"
    made: list[dict[str, str]] = []
    commands = [
        threading.Thread(target=lambda: made.append(load_or_make(path, SITE))) for _ in range(8)
    ]
    for command in commands:
        command.start()
    for command in commands:
        command.join()
    assert made == [made[0]] * 8


def test_a_secret_from_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CC_TEST", "s3cret")
    assert resolve(SecretRef(env="CC_TEST"), Path()) == "s3cret"
    monkeypatch.setenv("CC_TEST", "")
    with pytest.raises(SecretsError, match="CC_TEST"):
        resolve(SecretRef(env="CC_TEST"), Path())


def test_a_secret_from_the_first_line_of_a_file(tmp_path: Path) -> None:
    (tmp_path / "pw").write_text("s3cret\nnot this\n")
    assert resolve(SecretRef(file="pw"), tmp_path) == "s3cret"
    (tmp_path / "pw").write_text("\n")
    with pytest.raises(SecretsError, match="is empty"):
        resolve(SecretRef(file="pw"), tmp_path)
    with pytest.raises(SecretsError, match="cannot be read"):
        resolve(SecretRef(file="nowhere"), tmp_path)


def test_given_secrets_are_named_by_what_needs_them(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CC_TEST", "a")
    (tmp_path / "pw").write_text("b")
    given = {"trunks.operator": "a", "storage.database": "b"}
    assert given_secrets(SITE, tmp_path) == given
    assert site_secrets(tmp_path, SITE).items() >= given.items()
    assert "trunks.operator" not in (tmp_path / "secrets.yaml").read_text()
