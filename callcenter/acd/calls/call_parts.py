"""Parts that only some calls have."""

from dataclasses import dataclass

from callcenter.acd.agents.agent import Agent


@dataclass(slots=True)
class Placed:
    """What only a call has on whose caller's side an agent is: he placed it, or was called by a
    colleague who has handed him on."""

    agent: Agent
    in_wrap_up: bool = False
    """He left his wrap-up for it, and has it again after a call inside."""


@dataclass(slots=True)
class Dialling:
    """What only a callback has."""

    number: str
    expires_at: float
    attempts: int = 0
    """How often the caller was dialled."""
    reached: bool = False
    """He is on the line; from now on he is a caller like others."""
    next_at: float | None = None
    """When he waits in line again; it is past, or None, unless he is postponed."""
