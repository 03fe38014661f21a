"""Secrets of a site: made once for each machine, kept in a file that only its owner can read."""

import fcntl
import os
import secrets
import stat
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

import yaml

from callcenter.pbx.files import write
from callcenter.site.model import SecretRef, Site
from callcenter.site.secrets import DATABASE, NUMBERS, SMTP, is_pin, secret_names, trunk_password
from callcenter.site.yaml_tree import parse

FILE = "secrets.yaml"
_HEADER = "# Made on this machine by callcenter; never share or commit it. Kept as it is.\n"
_PIN_DIGITS = 6
_PASSWORD_BYTES = 24


class SecretsError(Exception):
    """Secrets cannot be read or written; the message ends with the remedy."""


def load_or_make(path: Path, site: Site) -> dict[str, str]:
    """Every secret in the file at `path`, after making those that the site needs and it lacks.

    What stands in the file is never changed. Raises SecretsError where the file may be read by
    others, cannot be read, or holds something else than one text for each name.
    """
    with _only_writer(path.parent):
        have = _read(path)
        missing = [name for name in secret_names(site) if name not in have]
        if missing:
            have |= {name: _make(name) for name in missing}
            _write(path, have)
    return have


def site_secrets(folder: Path, site: Site) -> dict[str, str]:
    """All secrets of a site: its machine's, made where they lack, and those given to us.

    Raises SecretsError.
    """
    return load_or_make(folder / FILE, site) | given_secrets(site, folder)


def made_secret(folder: Path, name: str) -> str:
    """A secret that was made earlier; empty where there is none, or where it is not ours to read.

    Raises SecretsError.
    """
    path = folder / FILE
    try:
        if name not in path.read_text(encoding="utf-8"):
            return ""
    except (OSError, UnicodeDecodeError):
        return ""
    return _read(path).get(name, "")


def given_secrets(site: Site, folder: Path) -> dict[str, str]:
    """The secrets that others gave us (`trunks.NAME`, `storage.database`), by SecretRef.

    Paths in a SecretRef are relative to the site's folder. Raises SecretsError.
    """
    refs = {trunk_password(name): trunk.secret for name, trunk in site.trunks.items()}
    refs[DATABASE] = site.storage.database_secret
    refs[NUMBERS] = site.records.key
    refs[SMTP] = site.smtp.secret if site.smtp is not None else None
    return {name: resolve(ref, folder, name) for name, ref in refs.items() if ref is not None}


def resolve(ref: SecretRef, folder: Path, name: str = "the secret") -> str:
    """The value of one SecretRef; `name` says in messages what it is for. Raises SecretsError."""
    if ref.env is not None:
        value = os.environ.get(ref.env, "")
        if not value:
            raise SecretsError(f"{name}: the environment has no {ref.env}; set it and try again")
    else:
        path = folder / (ref.file or "")
        try:
            lines = path.read_text(encoding="utf-8").splitlines()
        except (OSError, UnicodeDecodeError) as error:
            raise SecretsError(
                f"{name}: {path} cannot be read ({error}); make it readable"
            ) from None
        value = lines[0].strip() if lines else ""
        if not value:
            raise SecretsError(f"{name}: {path} is empty; write the secret in its first line")
    if not value.isprintable():
        raise SecretsError(f"{name}: the secret holds a control character; take it out")
    return value


@contextmanager
def _only_writer(folder: Path) -> Iterator[None]:
    """Holds a lock on the folder, so that two commands at once make one set of secrets."""
    try:
        descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    except OSError as error:
        message = f"{folder} cannot be opened ({error.strerror}); name a site's folder"
        raise SecretsError(message) from None
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX)
        yield
    finally:
        os.close(descriptor)


def _read(path: Path) -> dict[str, str]:
    try:
        with path.open(encoding="utf-8") as file:
            mode = stat.S_IMODE(os.fstat(file.fileno()).st_mode)
            if mode & 0o077:
                message = f"{path} can be read by others (mode {mode:o}); run: chmod 600 {path}"
                raise SecretsError(message)
            text = file.read()
    except FileNotFoundError:
        return {}
    except (OSError, UnicodeDecodeError) as error:
        raise SecretsError(f"{path} cannot be read ({error}); mend it or move it away") from None
    return _parse(path, text)


def _parse(path: Path, text: str) -> dict[str, str]:
    root, findings = parse(path.name, text)
    if findings:
        # Only place and code: the message of a finding could quote a secret.
        places = ", ".join(f"line {f.line} {f.code}" for f in findings)
        raise SecretsError(f"{path} is not a list of `name: 'secret'` ({places}); mend it")
    values = root.plain() if root is not None else {}
    if not isinstance(values, dict):
        raise SecretsError(f"{path} is not a list of `name: 'secret'`; mend it or move it away")
    for name, value in values.items():
        if not isinstance(value, str) or not value or not value.isprintable():
            raise SecretsError(f"{path}: {name} is not one line of text; mend it or delete it")
        if is_pin(name) and not (value.isascii() and value.isdigit()):
            raise SecretsError(f"{path}: {name} is dialled, so it must be digits; mend it")
    return values


def _make(name: str) -> str:
    if is_pin(name):
        return f"{secrets.randbelow(10**_PIN_DIGITS):0{_PIN_DIGITS}d}"
    return secrets.token_urlsafe(_PASSWORD_BYTES)


def _write(path: Path, values: Mapping[str, str]) -> None:
    text = yaml.safe_dump(dict(values), default_style="'", allow_unicode=True, sort_keys=False)
    try:
        write(path, _HEADER + text)
    except OSError as error:
        message = f"{path} cannot be written ({error.strerror}); check its rights"
        raise SecretsError(message) from None
