"""From a site to the switches of its measures."""

from callcenter.kpi.tally import Rules
from callcenter.site.model import Site


def rules_of(site: Site) -> Rules:
    """Service level and short abandons, as the site's `measures` say."""
    measures = site.measures
    return Rules(round(measures.service_level * 1000), round(measures.short_abandon * 1000))
