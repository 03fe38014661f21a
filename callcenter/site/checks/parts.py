"""Parts whose fields must fit each other: prompts, music, secrets, speech, queues' agents."""

from collections.abc import Collection, Iterator
from string import Formatter
from urllib.parse import urlsplit

from callcenter.site.checks.problem import Problem
from callcenter.site.findings import Path, dotted, nearest
from callcenter.site.model import SecretRef, Site
from callcenter.site.staff import can_serve

_PLACEHOLDERS = frozenset({"input", "output", "voice", "speed"})
_DATABASES = frozenset({"postgresql+psycopg", "sqlite"})


def parts(site: Site, known: Collection[str] | None) -> Iterator[Problem]:
    """What does not fit; `known` names the folder's files, None leaves their check out."""
    yield from _prompts(site)
    yield from _files(site, known)
    yield from _lines_and_secrets(site)
    yield from _speech(site)
    yield from _unserved(site)
    yield from _teams_of_boxes(site)


def _prompts(site: Site) -> Iterator[Problem]:
    for name, prompt in site.prompts.items():
        path: Path = ("prompts", name)
        if (prompt.text is None) == (prompt.file is None):
            message = f"prompts.{name}: needs exactly one of text and file"
            remedy = "add `text:`" if prompt.text is None else "drop one of the two"
            yield Problem("E_ONE_OF", path, message, remedy)
        elif prompt.text is not None and not prompt.text.strip():
            message = f"prompts.{name}: there is nothing to speak"
            yield Problem("E_EMPTY", (*path, "text"), message, "write the text")


def _files(site: Site, known: Collection[str] | None) -> Iterator[Problem]:
    for path, file in _audio(site):
        if not file or file.startswith(("/", "~")) or ".." in file.split("/"):
            message = f"{dotted(path)}: {file!r} is not in the site's folder"
            yield Problem("E_FILE", path, message, "copy it there, and write audio/NAME.wav")
        elif known is not None and file.removeprefix("./") not in known:
            message = f"{dotted(path)}: there is no file {file!r} in the site's folder"
            audio = [name for name in known if not name.endswith((".yaml", ".yml"))]
            yield Problem("E_FILE", path, message, nearest(file, audio))


def _audio(site: Site) -> Iterator[tuple[Path, str]]:
    for name, prompt in site.prompts.items():
        if prompt.file is not None:
            yield ("prompts", name, "file"), prompt.file
    for name, music in site.music.items():
        for index, file in enumerate(music.files):
            yield ("music", name, "files", index), file


def _lines_and_secrets(site: Site) -> Iterator[Problem]:
    for name, trunk in site.trunks.items():
        path: Path = ("trunks", name)
        if trunk.secret is not None:
            yield from _secret_ref((*path, "secret"), trunk.secret)
            if trunk.username is None:
                message = f"trunks.{name}: a secret, but no username"
                yield Problem("E_MISSING", (*path, "secret"), message, "add `username:`")
        if trunk.register_ and (trunk.username is None or trunk.secret is None):
            message = f"trunks.{name}: to register, it needs username and secret"
            yield Problem("E_MISSING", (*path, "register"), message, "add both")
        if trunk.transport == "tls" and site.network.tls is None:
            message = f"trunks.{name}: SIP over TLS needs a certificate"
            yield Problem("E_MISSING", (*path, "transport"), message, "add `network.tls:`")
    storage = site.storage
    if storage.database_secret is not None:
        yield from _secret_ref(("storage", "database_secret"), storage.database_secret)
    yield from _database(storage.database)


def _secret_ref(path: Path, secret: SecretRef) -> Iterator[Problem]:
    if bool(secret.env) == bool(secret.file):
        message = f"{dotted(path)}: needs exactly one of env and file"
        yield Problem("E_ONE_OF", path, message, "write {env: NAME} or {file: PATH}")


def _database(url: str) -> Iterator[Problem]:
    path: Path = ("storage", "database")
    try:
        parts = urlsplit(url)
    except ValueError:
        yield Problem("E_ADDRESS", path, "storage.database: not a URL", "see docs/site.md")
        return
    if url and parts.scheme not in _DATABASES:
        message = f"storage.database: records are not kept in {parts.scheme or url!r}"
        yield Problem("E_ADDRESS", path, message, "write postgresql+psycopg://… or leave it out")
    if parts.password is not None:
        message = "storage.database: the URL holds a password"
        yield Problem("E_SECRET", path, message, "take it out and add `database_secret:`")


def _speech(site: Site) -> Iterator[Problem]:
    path: Path = ("speech", "command")
    used: set[str] = set()
    for word in site.speech.command:
        try:
            used |= {field for _, field, _, _ in Formatter().parse(word) if field is not None}
        except ValueError:
            message = f"speech.command: {word!r} has an unpaired brace"
            yield Problem("E_SPEECH", path, message, "write {{ or }} for a brace itself")
    for field in sorted(used - _PLACEHOLDERS):
        message = f"speech.command: {{{field}}} is not known"
        yield Problem("E_SPEECH", path, message, nearest(field, _PLACEHOLDERS))
    for field in sorted({"input", "output"} - used):
        message = f"speech.command: {{{field}}} is missing"
        yield Problem("E_SPEECH", path, message, f"add {{{field}}} where the command takes it")
    languages = {site.language, *(p.language for p in site.prompts.values() if p.language)}
    languages |= {access.language for access in site.numbers.values() if access.language}
    for language in sorted(languages - site.speech.voices.keys()):
        message = f"speech.voices: prompts in {language} have no voice"
        yield Problem("E_SPEECH", ("speech", "voices"), message, f"add `{language}:`")


def _unserved(site: Site) -> Iterator[Problem]:
    for name, queue in site.queues.items():
        if not any(can_serve(agent, queue) for agent in site.agents.values()):
            path: Path = ("queues", name, "needs") if queue.needs.skills() else ("queues", name)
            message = f"queues.{name}: no agent has the skills it needs"
            yield Problem("W_UNSERVED", path, message, "give an agent the skills, or ask for less")


def _teams_of_boxes(site: Site) -> Iterator[Problem]:
    teams = {agent.team for agent in site.agents.values() if agent.team}
    for name, box in site.voicemail.items():
        if box.team and box.team not in teams:
            message = f"voicemail.{name}.team: no agent is in a team {box.team!r}"
            yield Problem(
                "E_UNKNOWN_NAME", ("voicemail", name, "team"), message, nearest(box.team, teams)
            )
