"""Scheduled reports by hand: a file in a folder, mail to a real SMTP server."""

import ssl
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session
from callcenter.qa.sipp import free_port
from tests.post import Post
from tests.records.test_commands import Run, filled, run, site

__all__ = ["filled", "run", "site"]  # fixtures

PASSWORD = "a password"


def _login(
    server: SMTP, session: Session, envelope: Envelope, how: str, told: LoginPassword
) -> AuthResult:
    known = (told.login, told.password) == (b"hotline", PASSWORD.encode())
    return AuthResult(success=known, handled=False)


@pytest.fixture
def certificate(tmp_path: Path) -> Path:
    path = tmp_path / "mail.pem"
    subprocess.run(
        ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj",
         "/CN=127.0.0.1", "-addext", "subjectAltName=IP:127.0.0.1", "-keyout", path,
         "-out", tmp_path / "certificate.pem"],
        check=True, capture_output=True,
    )  # fmt: skip
    path.write_bytes(path.read_bytes() + (tmp_path / "certificate.pem").read_bytes())
    return path


@pytest.fixture
def post() -> Post:
    return Post()


@pytest.fixture
def server(post: Post, certificate: Path) -> Iterator[Controller]:
    """A mail server that takes nothing before TLS and a login."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate)
    controller = Controller(
        post, "127.0.0.1", free_port(), tls_context=context, require_starttls=True,
        authenticator=_login, auth_required=True,
    )  # fmt: skip
    controller.start()
    yield controller
    controller.stop()


def plan(site: Path, report: str, smtp: str = "") -> None:
    file = site / "site.yaml"
    text = file.read_text(encoding="utf-8")
    file.write_text(f"{text}\nreports: {{daily: {{{report}}}}}\n{smtp}", encoding="utf-8")


def mail(server: Controller, certificate: Path, secret: Path, more: str = "") -> str:
    return (
        f"smtp: {{host: 127.0.0.1, port: {server.port}, sender: hotline@example.org, "
        f"certificates: {certificate}, username: hotline, secret: {{file: {secret}}}{more}}}\n"
    )


OF = ("--of", "2025-11-30")


@pytest.mark.usefixtures("filled")
@pytest.mark.parametrize(("form", "begins"), [("html", b"<!doctype"), ("csv", b"window"),
                                              ("xlsx", b"PK")])  # fmt: skip
def test_a_file_in_the_nodes_folder(run: Run, site: Path, form: str, begins: bytes) -> None:
    plan(site, f"folder: daily, form: {form}")
    result = run("report", "run-scheduled", "daily", *OF)
    assert result.exit_code == 0, result.output
    (file,) = (site.parent / "node" / "reports" / "daily").iterdir()
    assert file.name == f"daily-2025-11-30.{form}"
    assert file.read_bytes().startswith(begins)


@pytest.mark.usefixtures("filled")
def test_other_reports_are_told_within_their_window(run: Run, site: Path) -> None:
    plan(site, "report: connection-rate, folder: ., form: csv")
    assert run("report", "run-scheduled", "daily", *OF).exit_code == 0
    (file,) = (site.parent / "node" / "reports").iterdir()
    assert len(file.read_text(encoding="utf-8").splitlines()) == 1 + 24


@pytest.mark.usefixtures("filled")
def test_mail_goes_out_over_tls_with_a_login(
    run: Run, site: Path, tmp_path: Path, server: Controller, certificate: Path, post: Post
) -> None:
    secret = tmp_path / "secret"
    secret.write_text(f"{PASSWORD}\n", encoding="utf-8")
    plan(site, "mail: [duty@example.org, nobody@example.org]", mail(server, certificate, secret))
    result = run("report", "run-scheduled", "daily", *OF)
    assert result.exit_code == 0, result.output
    assert "mailed: 1 of 2" in result.output
    assert "refused by 127.0.0.1: nobody@example.org" in result.output
    (letter,) = post.letters
    assert post.secured == [True]
    assert str(letter["Subject"]).startswith("日报 hotline-12345, 2025-11-30 00:00")
    (page,) = letter.iter_attachments()
    assert page.get_filename() == "daily-2025-11-30.html"
    assert "接通率" in page.get_content()


@pytest.mark.usefixtures("filled")
def test_a_wrong_password_is_told_and_nothing_goes_out(
    run: Run, site: Path, tmp_path: Path, server: Controller, certificate: Path, post: Post
) -> None:
    secret = tmp_path / "secret"
    secret.write_text("another\n", encoding="utf-8")
    plan(site, "mail: [duty@example.org]", mail(server, certificate, secret))
    result = run("report", "run-scheduled", "daily", *OF)
    assert result.exit_code == 3
    assert "did not take the mail" in result.output
    assert "another" not in result.output
    assert post.letters == []


@pytest.mark.usefixtures("filled")
def test_a_server_whose_certificate_nobody_vouches_for_gets_nothing(
    run: Run, site: Path, tmp_path: Path, server: Controller, post: Post
) -> None:
    secret = tmp_path / "secret"
    secret.write_text(f"{PASSWORD}\n", encoding="utf-8")
    smtp = mail(server, Path(ssl.get_default_verify_paths().openssl_cafile), secret)
    smtp = smtp.replace(f"certificates: {ssl.get_default_verify_paths().openssl_cafile}, ", "")
    plan(site, "mail: [duty@example.org]", smtp)
    result = run("report", "run-scheduled", "daily", *OF)
    assert result.exit_code == 3
    assert "certificate" in result.output.lower()
    assert post.letters == []


@pytest.mark.usefixtures("filled")
def test_the_password_may_stand_in_secrets_yaml(
    run: Run, site: Path, server: Controller, certificate: Path, post: Post
) -> None:
    smtp = mail(server, certificate, Path("x")).replace(", secret: {file: x}", "")
    plan(site, "mail: [duty@example.org]", smtp)
    assert "no password for hotline" in run("report", "run-scheduled", "daily", *OF).output
    secrets = site / "secrets.yaml"
    text = secrets.read_text(encoding="utf-8")
    secrets.write_text(f"{text}smtp: {PASSWORD}\n", encoding="utf-8")
    result = run("report", "run-scheduled", "daily", *OF)
    assert result.exit_code == 0, result.output
    assert len(post.letters) == 1


def test_a_report_that_the_site_does_not_have(run: Run, site: Path) -> None:
    plan(site, "folder: .")
    result = run("report", "run-scheduled", "dayly")
    assert result.exit_code == 1
    assert "did you mean daily?" in result.output
