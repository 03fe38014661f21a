"""Brings to a node what its configuration names: prompts, music, TLS files."""

from pathlib import Path, PurePosixPath

from callcenter.pbx.files import copy
from callcenter.pbx.node import inner_folder
from callcenter.pbx.prompts import Progress, digest, make_prompts, put_file, put_prompts
from callcenter.pbx.sound import FORMATS, convert, file, made
from callcenter.render.media_paths import media_files, music_folders, tls_files
from callcenter.site.model import Site

_MUSIC = "music"
_SEEN_AS = PurePosixPath("/var/lib/asterisk")


def provide_media(
    site: Site, folder: Path, cache: Path, lib: Path, progress: Progress = lambda done, of: None
) -> dict[tuple[str, str], str]:
    """Make and place all that the site's files name, beside what calls play now.

    folder: the site's. cache: the user's. lib: the node's. Gives the prompts' paths. Raises
    SoundError, and MachineError where a link is in place of one of our folders in lib.
    """
    paths = make_prompts(site, folder, cache, progress)
    put_prompts(site, folder, cache, lib)
    put_music(site, folder, cache, lib)
    put_tls(site, folder, lib)
    return paths


def media_digests(site: Site, folder: Path) -> dict[str, str]:
    """Music and TLS file of the site -> hash of its content. Raises SoundError."""
    return {path: digest(folder / path, name) for path, name in media_files(site).items()}


def put_music(site: Site, folder: Path, cache: Path, lib: Path) -> None:
    """Convert the files of each class of music, into a folder that is named by their content."""
    digests = media_digests(site, folder)
    for name, place in music_folders(site, digests).items():
        stems = [cache / _MUSIC / digests[path] for path in site.music[name].files]
        for stem, path in zip(stems, site.music[name].files, strict=True):
            if not made(stem):
                convert((folder / path).absolute(), stem, f"music.{name}")
        with inner_folder(lib, _in_lib(place)) as target:
            for number, stem in enumerate(stems):
                for ending in FORMATS:
                    put_file(file(stem, ending), target / f"{number:03d}.{ending}")


def put_tls(site: Site, folder: Path, lib: Path) -> None:
    """Copy certificate and key to where Asterisk can read them, and nobody else the key."""
    places, tls = tls_files(site, media_digests(site, folder)), site.network.tls
    if places is None or tls is None:
        return
    for place, path, mode in (
        (places.certificate, tls.certificate, 0o644),
        (places.key, tls.key, 0o640),
    ):
        inside = _in_lib(place)
        with inner_folder(lib, inside.parent) as target:
            copy(folder / path, target / inside.name, mode, group=lib.stat().st_gid)


def _in_lib(place: str) -> PurePosixPath:
    """Where below the node's lib is what Asterisk sees at `place`."""
    return PurePosixPath(place).relative_to(_SEEN_AS)
