"""Speaks a site's prompts and converts its sound files; what was made once stays in the cache."""

import hashlib
import tempfile
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor, as_completed
from pathlib import Path

from callcenter.pbx.files import copy
from callcenter.pbx.node import inner_folder
from callcenter.pbx.sound import FORMATS, SoundError, convert, file, made, run
from callcenter.render.prompts import Clip, clips, prompt_paths, stems
from callcenter.site.model import Site

Progress = Callable[[int, int], None]
"""Takes how many prompts are made, and how many there are to make."""

_AT_ONCE = 2
_SPEECH_S = 120
_PROMPTS = "prompts"
_PLACE = Path("callcenter", _PROMPTS)


def make_prompts(
    site: Site, folder: Path, cache: Path, progress: Progress = lambda done, of: None
) -> dict[tuple[str, str], str]:
    """Make every prompt that the cache lacks; gives the paths that `render` needs.

    folder: the site's. cache: where made sound is kept, for all sites of the user. Raises
    SoundError for the first that cannot be made; those made until then stay in the cache.
    """
    digests = file_digests(site, folder)
    wanted = _stems_in(cache / _PROMPTS, site, digests)
    missing = [clip for clip, stem in wanted.items() if not made(stem)]
    with ThreadPoolExecutor(_AT_ONCE, "prompts") as pool:
        jobs = [pool.submit(_make, site, clip, folder, wanted[clip]) for clip in missing]
        try:
            for done, job in enumerate(as_completed(jobs), 1):
                job.result()
                progress(done, len(jobs))
        finally:
            for job in jobs:
                job.cancel()
    return prompt_paths(site, digests)


def put_prompts(site: Site, folder: Path, cache: Path, lib: Path) -> None:
    """Copy made prompts to where Asterisk finds them; lib is the node's folder of that name.

    Files of other content have other names, so what is played now stays as it is. Nothing is
    removed: a deployment that is taken back finds its prompts. Raises MachineError.
    """
    digests = file_digests(site, folder)
    source = _stems_in(cache / _PROMPTS, site, digests)
    for clip, target in _stems_in(_PLACE, site, digests).items():
        with inner_folder(lib, target.parent) as folder:
            for ending in FORMATS:
                put_file(file(source[clip], ending), file(folder / target.name, ending))


def file_digests(site: Site, folder: Path) -> dict[str, str]:
    """File of a prompt -> hash of its content. Raises SoundError for one that can't be read."""
    named = {name: prompt.file for name, prompt in site.prompts.items() if prompt.file}
    return {path: digest(folder / path, f"prompts.{name}") for name, path in named.items()}


def digest(path: Path, name: str) -> str:
    """The hash of a file's content. Raises SoundError where it can't be read."""
    try:
        return hashlib.sha256(path.read_bytes()).hexdigest()
    except OSError as error:
        message = f"{name}: {path} cannot be read ({error.strerror}); check its name and rights"
        raise SoundError(message) from None


def put_file(source: Path, target: Path) -> None:
    """Copy a file whose name tells its content; one that is there is the same."""
    if not target.is_file():
        copy(source, target, 0o644)


def _stems_in(folder: Path, site: Site, digests: Mapping[str, str]) -> dict[Clip, Path]:
    """Where each clip's files are in a folder of prompts."""
    names = stems(site, digests)
    return {clip: folder / clip.language / names[clip.name] for clip in clips(site)}


def _make(site: Site, clip: Clip, folder: Path, stem: Path) -> None:
    name = f"prompts.{clip.name}"
    if clip.file is not None:
        convert((folder / clip.file).absolute(), stem, name)
        return
    with tempfile.TemporaryDirectory(prefix="callcenter-prompt-") as work:
        text, spoken = Path(work, "text.txt"), Path(work, "spoken.wav")
        text.write_text(f"{clip.text}\n", encoding="utf-8")
        run(_speech(site, clip, text, spoken), name, _SPEECH_S)
        if not spoken.is_file():
            command = site.speech.command[0]
            raise SoundError(f"{name}: {command} wrote no file; check speech.command")
        convert(spoken, stem, name)


def _speech(site: Site, clip: Clip, text: Path, spoken: Path) -> list[str]:
    """The words of the speech command; the text itself is never one of them."""
    speech = site.speech
    fields: dict[str, object] = {
        "input": text,
        "output": spoken,
        "voice": speech.voices.get(clip.language, ""),  # type: ignore[call-overload]
        "speed": speech.speed,
    }
    return [word.format_map(fields) for word in speech.command]
