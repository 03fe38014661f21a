"""Where a site's music and TLS files are, as Asterisk sees them.

Names hold a hash of the content. So new content is a change of the configuration, which is
deployed, read again and taken back like any other, and never a change under a running call.
"""

from collections.abc import Iterable, Mapping
from hashlib import sha256
from typing import NamedTuple

from callcenter.site.model import Site

MUSIC = "/var/lib/asterisk/callcenter/music"
TLS = "/var/lib/asterisk/callcenter/tls"
"""Asterisk sees nothing of the machine but its node, so it gets copies."""

_HASH_DIGITS = 12


class TlsFiles(NamedTuple):
    """Paths of the copies of certificate chain and private key."""

    certificate: str
    key: str


def media_files(site: Site) -> dict[str, str]:
    """File that the site names -> where it is named, for music and TLS."""
    found = {path: f"music.{name}" for name, music in site.music.items() for path in music.files}
    if site.network.tls is not None:
        found[site.network.tls.certificate] = found[site.network.tls.key] = "network.tls"
    return found


def music_folders(site: Site, digests: Mapping[str, str]) -> dict[str, str]:
    """Class of music -> its folder. digests: file of the site -> hash of its content."""
    return {
        name: f"{MUSIC}/{name}-{_hash(digests.get(path, path) for path in site.music[name].files)}"
        for name in sorted(site.music)
    }


def tls_files(site: Site, digests: Mapping[str, str]) -> TlsFiles | None:
    """Certificate and key, None for a site without TLS. See `music_folders` for digests."""
    tls = site.network.tls
    if tls is None:
        return None
    mark = _hash(digests.get(path, path) for path in (tls.certificate, tls.key))
    return TlsFiles(f"{TLS}/certificate-{mark}.pem", f"{TLS}/key-{mark}.pem")


def _hash(parts: Iterable[str]) -> str:
    return sha256("\n".join(parts).encode()).hexdigest()[:_HASH_DIGITS]
