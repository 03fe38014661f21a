"""Brings to a node what its configuration names: prompts, music, TLS files."""

import shutil
from pathlib import Path

from callcenter.pbx.prompts import Progress, digest, make_prompts, put_file, put_prompts
from callcenter.pbx.sound import FORMATS, SoundError, convert, file, made
from callcenter.site.model import Site

_MUSIC = "music"


def provide_media(
    site: Site, folder: Path, cache: Path, lib: Path, progress: Progress = lambda done, of: None
) -> dict[tuple[str, str], str]:
    """Make and place all that the site's files name; gives the prompts' paths for `render`.

    folder: the site's. cache: the user's. lib: the node's. Raises SoundError.
    """
    paths = make_prompts(site, folder, cache, progress)
    put_prompts(site, folder, cache, lib)
    put_music(site, folder, cache, lib)
    put_tls(site, folder, lib)
    return paths


def put_music(site: Site, folder: Path, cache: Path, lib: Path) -> None:
    """Convert the files of each class of music, and make its folder hold exactly these."""
    for name, music in site.music.items():
        target = lib / "callcenter" / _MUSIC / name
        target.mkdir(parents=True, exist_ok=True)
        kept = set()
        for place, path in enumerate(music.files):
            source = (folder / path).absolute()
            stem = cache / _MUSIC / digest(source, f"music.{name}")
            if not made(stem):
                convert(source, stem, f"music.{name}")
            for ending in FORMATS:
                # The hash is part of the name: a new file never takes the place of a played one.
                copy = target / f"{place:03d}-{stem.name[:12]}.{ending}"
                put_file(file(stem, ending), copy)
                kept.add(copy)
        for other in target.iterdir():
            if other not in kept:
                other.unlink()


def put_tls(site: Site, folder: Path, lib: Path) -> None:
    """Copy certificate and key to where Asterisk can read them, and nobody else the key."""
    tls = site.network.tls
    if tls is None:
        return
    target = lib / "callcenter" / "tls"
    target.mkdir(parents=True, exist_ok=True)
    for name, path, mode in (("certificate", tls.certificate, 0o644), ("key", tls.key, 0o640)):
        beside = target / f".{name}.new"
        try:
            beside.touch(mode=0o600)
            shutil.copyfile(folder / path, beside)
        except OSError as error:
            message = f"network.tls: {path} cannot be read ({error.strerror}); check its name"
            raise SoundError(message) from None
        shutil.chown(beside, group=lib.stat().st_gid)
        beside.chmod(mode)
        beside.replace(target / f"{name}.pem")
