"""Where a site's records are, and how numbers are stored there."""

from collections.abc import Mapping
from pathlib import Path

from callcenter.records.database.engine import Sealed, database_url
from callcenter.records.personal.numbers import site_numbers
from callcenter.site.model import Site
from callcenter.site.secrets import DATABASE


def place_of(site: Site, node: Path, secrets: Mapping[str, str]) -> Sealed:
    """The records of a site whose node is in that folder. Raises RecordsError."""
    url = database_url(site.storage.database, node, secrets.get(DATABASE))
    return Sealed(url, site_numbers(site, secrets))
