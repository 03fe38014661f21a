"""Long random histories of a stateful test: the same rules and checks, played by dice alone.

Hypothesis looks for short counterexamples, and pays for it with every step. Dice only play, ten
times as fast; a history is told again by its number.
"""

import random
from typing import Any

from hypothesis.stateful import RuleBasedStateMachine
from hypothesis.strategies import SearchStrategy


class Dice:
    """Draws from the strategies that the rules use, instead of hypothesis."""

    def __init__(self, number: int) -> None:
        self.random = random.Random(number)  # noqa: S311  a game, not a secret

    def draw(self, strategy: SearchStrategy[Any]) -> Any:
        plain: Any = getattr(strategy, "wrapped_strategy", strategy)
        kind = type(plain).__name__
        if kind == "DataStrategy":
            return self
        if kind == "BooleansStrategy":
            return self.random.random() < 0.5
        if kind == "IntegersStrategy":
            return self.random.randint(plain.start, plain.end)
        return self.random.choice(plain.elements)


def play(machine: RuleBasedStateMachine, number: int, steps: int) -> None:
    """One history of so many steps, with all checks after each."""
    dice, setup = Dice(number), machine.setup_state()
    checks = [check.function for check in setup.invariants]
    (begin,) = setup.initializers
    begin.function(machine, **{n: dice.draw(s) for n, s in begin.arguments.items()})
    rules = setup.rules
    try:
        for _ in range(steps):
            can = [r for r in rules if all(holds(machine) for holds in r.preconditions)]
            rule = dice.random.choice(can)
            rule.function(machine, **{n: dice.draw(s) for n, s in rule.arguments.items()})
            for check in checks:
                check(machine)
        machine.teardown()
    except Exception as failure:
        failure.add_note(f"history {number} of {type(machine).__name__}")
        raise
