"""What a queue asks of an agent: levels of skills, or an expression over them.

    english >= 3 and (tax >= 2 or general >= 5) and not trainee

An expression becomes the list of all ways in which an agent can do, each a range of levels for
some skills (the disjunctive normal form, shortened). Equal needs are equal values, however they
were written, so that queues with equal needs draw on one pool of agents.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, NamedTuple, TypeAlias

from pydantic_core import core_schema

TOP = 10
"""The highest level; a skill that an agent lacks counts as level 0."""


class Bound(NamedTuple):
    """The levels of one skill that will do, both ends included."""

    skill: str
    lowest: int
    highest: int = TOP


Way: TypeAlias = tuple[Bound, ...]
"""Bounds that must all hold, at most one for each skill, in the skills' order."""


@dataclass(frozen=True, slots=True)
class Needs:
    """The ways in which an agent can serve; empty bounds are everyone, no way is nobody."""

    ways: tuple[Way, ...] = ((),)

    @classmethod
    def of(cls, levels: Mapping[str, int]) -> "Needs":
        """Each skill at its level or above; level 0 asks for nothing."""
        bounds = (Bound(skill, level) for skill, level in sorted(levels.items()) if level > 0)
        return cls((tuple(bounds),))

    def met_by(self, skills: Mapping[str, int]) -> bool:
        """True when an agent of these skills can serve."""
        return any(_fits(way, skills) for way in self.ways)

    def fitness(self, skills: Mapping[str, int]) -> int:
        """The agent's summed levels in the skills that are asked for, in his best way; 0 where
        he cannot serve."""
        return max(
            (
                sum(skills.get(bound.skill, 0) for bound in way if bound.lowest > 0)
                for way in self.ways
                if _fits(way, skills)
            ),
            default=0,
        )

    def skills(self) -> list[str]:
        """All skills that are named, in alphabetical order."""
        return sorted({bound.skill for way in self.ways for bound in way})

    def lowered(self, levels: Mapping[str, int]) -> "Needs":
        """The same with these skills asked for at a lower level, 0 for not at all."""
        return either(
            every(
                bound._replace(lowest=min(bound.lowest, levels.get(bound.skill, TOP)))
                for bound in way
            )
            for way in self.ways
        )

    def __or__(self, other: "Needs") -> "Needs":
        """Agents of either."""
        return either((*self.ways, *other.ways))

    def __str__(self) -> str:
        return " or ".join(map(_written, self.ways)) or "nobody"

    def plain(self) -> str | dict[str, int]:
        """The shortest YAML form."""
        if len(self.ways) == 1 and all(bound.highest == TOP for bound in self.ways[0]):
            return {bound.skill: bound.lowest for bound in self.ways[0]}
        return str(self)

    @classmethod
    def __get_pydantic_core_schema__(cls, *_: Any) -> core_schema.CoreSchema:
        return core_schema.is_instance_schema(cls)


def every(bounds: Iterable[Bound]) -> Way | None:
    """Bounds that must all hold as one way; None when they contradict each other."""
    found: dict[str, Bound] = {}
    for skill, low, high in bounds:
        known = found.get(skill, Bound(skill, 0))
        found[skill] = Bound(skill, max(low, known.lowest), min(high, known.highest))
    if any(bound.lowest > bound.highest for bound in found.values()):
        return None
    asked = (found[skill] for skill in sorted(found))
    return tuple(bound for bound in asked if bound[1:] != (0, TOP))


def either(ways: Iterable[Way | None]) -> Needs:
    """The needs of which each way will do; a way that another one covers is left out."""
    kept: list[Way] = []
    for way in sorted({way for way in ways if way is not None}, key=lambda way: (len(way), way)):
        if not any(_covers(wider, way) for wider in kept):
            kept.append(way)
    return Needs(tuple(sorted(kept)))


def _fits(way: Way, skills: Mapping[str, int]) -> bool:
    return all(low <= skills.get(skill, 0) <= high for skill, low, high in way)


def _written(way: Way) -> str:
    return " and ".join(map(_bound_written, way)) or "anyone"


def _bound_written(bound: Bound) -> str:
    skill, low, high = bound
    if high == 0:
        return f"not {skill}"
    if low == high:
        return f"{skill} = {low}"
    parts = [f"{skill} >= {low}"] if low > 0 else []
    return " and ".join([*parts, f"{skill} <= {high}"] if high < TOP else parts)


def _covers(wider: Way, way: Way) -> bool:
    """True when whoever fits the way fits the wider one too."""
    bounds = {bound.skill: bound for bound in way}
    return all(
        bound.skill in bounds
        and bound.lowest <= bounds[bound.skill].lowest
        and bound.highest >= bounds[bound.skill].highest
        for bound in wider
    )
