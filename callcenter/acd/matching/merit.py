"""What each strategy puts before idle time: one number for an agent, lower is better."""

from collections.abc import Callable, Mapping
from typing import TypeAlias

from callcenter.acd.agents.figures import Figures
from callcenter.acd.plan import Strategy
from callcenter.site.needs import Needs

Skills: TypeAlias = Mapping[str, int]

STANDING_MERIT: Mapping[Strategy, Callable[[Skills, Needs], int]] = {
    Strategy.LONGEST_IDLE: lambda skills, needs: 0,
    Strategy.RING_ALL: lambda skills, needs: 0,
    Strategy.BEST_SKILL: lambda skills, needs: -needs.fitness(skills),
    Strategy.NARROWEST: lambda skills, needs: len(skills),
}
"""What follows from skills and needs, and stays until the next deployment."""

Ranks: TypeAlias = Mapping[str, int]

MOVING_MERIT: Mapping[Strategy, Callable[[str, Figures, Ranks], float]] = {
    Strategy.FEWEST_CALLS: lambda agent, figures, ranks: figures.calls,
    Strategy.LOWEST_OCCUPANCY: lambda agent, figures, ranks: figures.occupancy,
    Strategy.ROUND_ROBIN: lambda agent, figures, ranks: figures.chosen_at,
    Strategy.RANKED: lambda agent, figures, ranks: ranks.get(agent, len(ranks)),
}
"""What follows from the agent himself at the moment he becomes free; it cannot change before he
is chosen, so nobody is ever ranked anew while he is idle, but at the day's cut."""
