"""Asterisk's files of a site, with the project's own templates and modules."""

from collections.abc import Mapping
from pathlib import Path

from callcenter.pbx.deploy.templates import read_templates
from callcenter.pbx.media import media_digests
from callcenter.pbx.prompts import file_digests
from callcenter.pbx.root import needed_modules
from callcenter.render.files import render
from callcenter.render.prompts import prompt_paths
from callcenter.site.model import Site
from callcenter.site.secrets import DATABASE, secret_names, trunk_password

MASK = "********"
"""Stands for every secret where files are shown to people."""


def rendered(site: Site, folder: Path, secrets: Mapping[str, str]) -> dict[str, str]:
    """Name -> text of every file of /etc/asterisk; folder is the site's.

    Nothing is spoken or written. Raises SoundError for a file that can't be read,
    UnsafeText for a value that cannot be written.
    """
    prompts = prompt_paths(site, file_digests(site, folder))
    digests = media_digests(site, folder)
    return render(site, secrets, read_templates(), prompts, needed_modules(), digests)


def masked_secrets(site: Site) -> dict[str, str]:
    """A mask for every secret that the files hold."""
    names = [*secret_names(site), *map(trunk_password, site.trunks), DATABASE]
    return dict.fromkeys(names, MASK)
