"""What lasts of supervisors' acts, by the journal: changes at once, talks that they listen to."""

from collections.abc import Iterable, Mapping

from callcenter.records.journal.facts import ActDone, Overridden
from callcenter.site.overrides import Override

DURING = "during a talk"
"""Begins the detail of an act that lasts: it is followed by the same act with OVER."""
OVER = "over"
"""Begins the detail of its end."""


class Supervised:
    """A part of the journal's running fold."""

    def __init__(
        self, overrides: Iterable[Override] = (), talks: Mapping[str, ActDone] | None = None
    ) -> None:
        self._overrides = {(each.kind, each.target): each for each in overrides}
        self.talks = dict(talks or {})
        """Supervisor and agent -> the supervision that began, while its end is not told."""

    @property
    def overrides(self) -> list[Override]:
        """What is changed over what is deployed."""
        return list(self._overrides.values())

    def apply(self, fact: Overridden | ActDone) -> None:
        """Take in the next fact."""
        match fact:
            case Overridden(override=Override(value="") as ended):
                self._overrides.pop((ended.kind, ended.target), None)
            case Overridden(override=made):
                self._overrides[made.kind, made.target] = made
            case ActDone(detail=detail, result="done") if detail.startswith(DURING):
                self.talks[_key(fact)] = fact
            case ActDone(detail=detail) if detail.startswith(OVER):
                self.talks.pop(_key(fact), None)


def _key(act: ActDone) -> str:
    return f"{act.who} {act.target}"
