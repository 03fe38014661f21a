"""Where a call is sent, or who is consulted."""

from callcenter.acd.value import value
from callcenter.terms import TargetKind


@value
class Target:
    """One place: an agent's number, a queue's, menu's, box's or survey's name, a number outside."""

    kind: TargetKind
    name: str
