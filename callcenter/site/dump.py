"""A site back to YAML."""

import yaml

from callcenter.site.model import Site


def dump(site: Site) -> str:
    """The site as one YAML text, defaults left out; `load` reads the same site from it."""
    plain = site.model_dump(mode="json", by_alias=True, exclude_defaults=True)
    return yaml.safe_dump(plain, allow_unicode=True, sort_keys=False, width=100)
