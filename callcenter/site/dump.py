"""A site back to YAML."""

import yaml

from callcenter.site.model import Site
from callcenter.site.tenants import as_written
from callcenter.site.yaml_tree import AMBIGUOUS


class _Dumper(yaml.SafeDumper):
    """Quotes all that the loader would not take bare."""


_Dumper.add_implicit_resolver("!ambiguous", AMBIGUOUS, None)


def dump(site: Site) -> str:
    """The site as one YAML text, defaults left out; `load` reads the same site from it."""
    plain = site.model_dump(mode="json", by_alias=True, exclude_defaults=True)
    if site.tenants:
        plain = as_written(plain)
    return yaml.dump(plain, Dumper=_Dumper, allow_unicode=True, sort_keys=False, width=100)
