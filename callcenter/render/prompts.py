"""Which prompts a site has, what they are made from, and what their files are called.

A file's name holds a hash of all that shapes its sound, so a changed prompt is a new file: calls
that play the old one are not disturbed, and a deployment that is taken back finds its files.
"""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from hashlib import sha256

from callcenter.render import builtin
from callcenter.site.model import Site

FOLDER = "/var/lib/asterisk/callcenter/prompts"
"""Where Asterisk finds them: FOLDER/LANGUAGE/STEM, in several formats."""

_FORMAT = 1
"""Goes up when sound is made from text or file in another way."""
_HASH_DIGITS = 12


@dataclass(frozen=True, slots=True)
class Clip:
    """One prompt in one language, and what it is made from: a text or a file of the site."""

    name: str
    language: str
    text: str | None = None
    file: str | None = None


def languages(site: Site) -> list[str]:
    """The languages that callers of this site may hear, in alphabetical order."""
    used: set[str] = {site.language}
    used |= {number.language for number in site.numbers.values() if number.language}
    used |= {prompt.language for prompt in site.prompts.values() if prompt.language}
    return sorted(used)


def clips(site: Site) -> list[Clip]:
    """Every prompt of the site in every language it has, by name and language."""
    found = {
        (name, language): Clip(name, language, text=text)
        for language in languages(site)
        for name, text in builtin.TEXTS[language].items()
    }
    for name, prompt in site.prompts.items():
        language = prompt.language or site.language
        found[name, language] = Clip(name, language, prompt.text, prompt.file)
    return [found[key] for key in sorted(found)]


def stems(site: Site, digests: Mapping[str, str]) -> dict[str, str]:
    """Prompt -> name of its files, the same in each language.

    digests: file of the site -> hash of its content, for the prompts that are files. Raises
    KeyError for a file that is missing there.
    """
    made_from: dict[str, list[object]] = {}
    for clip in clips(site):
        made_from.setdefault(clip.name, []).append(_shape(site, clip, digests))
    return {name: f"{name}-{_hash(shapes)}" for name, shapes in made_from.items()}


def prompt_paths(
    site: Site, digests: Mapping[str, str] | None = None
) -> dict[tuple[str, str], str]:
    """(prompt, language) -> path as Asterisk plays it, without the format's ending.

    The language "" stands for the channel's own: Asterisk then looks in that language's folder.
    See `stems` for `digests`.
    """
    names = stems(site, digests or {})
    return dict(_paths(site, names))


def _paths(site: Site, names: Mapping[str, str]) -> Iterator[tuple[tuple[str, str], str]]:
    for clip in clips(site):
        stem = names[clip.name]
        yield (clip.name, ""), f"{FOLDER}/{stem}"
        yield (clip.name, clip.language), f"{FOLDER}/{clip.language}/{stem}"


def _shape(site: Site, clip: Clip, digests: Mapping[str, str]) -> list[object]:
    """All that the sound of a clip depends on."""
    if clip.file is not None:
        return [_FORMAT, clip.language, "file", digests[clip.file]]
    speech = site.speech
    voice = speech.voices.get(clip.language, "")  # type: ignore[call-overload]
    return [_FORMAT, clip.language, "text", clip.text, voice, speech.speed, *speech.command]


def _hash(value: object) -> str:
    return sha256(json.dumps(value).encode()).hexdigest()[:_HASH_DIGITS]
