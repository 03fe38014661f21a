"""Random histories of a stateful test: drawn by hypothesis, or played by dice.

Hypothesis looks for short counterexamples, and pays for it with every draw. Dice only play, many
times as fast: the same steps and the same checks, in histories as long as one likes.
"""

import random
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol, TypeVar

from hypothesis import strategies as st
from hypothesis.stateful import precondition, rule

T = TypeVar("T")


class Pick(Protocol):
    """Chance: one of the values."""

    def __call__(self, values: Sequence[T]) -> T: ...


class Machine(Protocol):
    """What dice play: its acts are the methods that are marked as such."""

    def open(self, pick: Pick) -> None: ...

    def check(self) -> None: ...

    def close(self) -> None: ...


@dataclass(frozen=True)
class Act:
    """One kind of step, the values of its arguments, and when it can be."""

    step: Callable[..., None]
    when: Callable[[Any], object]
    choices: Mapping[str, Sequence[Any]]


def _always(_machine: object) -> bool:
    return True


def act(
    when: Callable[[Any], object] = _always, **choices: Sequence[Any]
) -> Callable[[Callable[..., None]], Callable[..., None]]:
    """Mark a method as a step of histories; each of its arguments is one of some values."""

    def mark(step: Callable[..., None]) -> Callable[..., None]:
        drawn = {name: st.sampled_from(values) for name, values in choices.items()}
        marked: Any = precondition(when)(rule(**drawn)(step))
        marked.act = Act(step, when, choices)
        return marked

    return mark


def drawing(data: st.DataObject) -> Pick:
    """Chance, as hypothesis draws it."""
    return lambda values: data.draw(st.sampled_from(values))


def play(machine: Machine, number: int, steps: int) -> None:
    """The history of that number: so many steps, with all checks after each."""
    dice = random.Random(number)  # noqa: S311  a game, not a secret
    acts = list(_acts(machine))
    conditions = {one.when for one in acts}
    step = 0
    try:
        machine.open(dice.choice)
        while step < steps:
            step += 1
            holds = {when: when(machine) for when in conditions}
            can = [one for one in acts if holds[one.when]]
            one = dice.choice(can)
            one.step(machine, **{n: dice.choice(values) for n, values in one.choices.items()})
            machine.check()
        machine.close()
    except Exception as failure:
        failure.add_note(f"step {step} of history {number} of {type(machine).__name__}")
        raise


def _acts(machine: Machine) -> Iterable[Act]:
    kind = type(machine)
    for name in sorted(dir(kind)):
        marked = getattr(kind, name)
        if hasattr(marked, "act"):
            yield marked.act
