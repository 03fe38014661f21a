"""Where a call is sent, or who is consulted."""

from dataclasses import dataclass

from callcenter.terms import TargetKind


@dataclass(frozen=True, slots=True)
class Target:
    """One place: an agent's number, a queue's, menu's, box's or survey's name, a number outside."""

    kind: TargetKind
    name: str
