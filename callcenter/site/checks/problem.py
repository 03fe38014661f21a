"""A problem between parts, before it has a place; and the names a site defines."""

from typing import NamedTuple

from callcenter.site.findings import Path
from callcenter.site.model import Site
from callcenter.site.tenant import SECTIONS
from callcenter.site.tenants import tenant_of
from callcenter.site.yaml_tree import Node


class Problem(NamedTuple):
    """What is wrong between parts of a site."""

    code: str
    path: Path
    message: str
    remedy: str

    @property
    def is_error(self) -> bool:
        """True when the site cannot be used."""
        return self.code.startswith("E_")


class Names:
    """The names a site defines, also of parts that are faulty in themselves."""

    def __init__(self, site: Site, root: Node) -> None:
        self._site = site
        self._written = root.value if isinstance(root.value, dict) else {}

    def of(self, section: str) -> frozenset[str]:
        """The names in a section such as `queues`."""
        defined = frozenset(getattr(self._site, section))
        entry = self._written.get(section)
        if entry is not None and isinstance(entry.node.value, dict):
            return defined | entry.node.value.keys()
        return defined

    def within(self, section: str, tenant: str) -> frozenset[str]:
        """The names in a section that a tenant's parts may use; all of what tenants share."""
        if section not in SECTIONS:
            return self.of(section)
        parts = getattr(self._site, section)
        return frozenset(
            name
            for name in self.of(section)
            # Of a faulty part that is told by its number, nothing but the number is known.
            if getattr(parts.get(name), "tenant", tenant if name.isdigit() else tenant_of(name))
            == tenant
        )
