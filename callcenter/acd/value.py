"""Value types that cost little to make: the floor makes a dozen of them for each decision."""

from dataclasses import dataclass
from typing import TypeVar, dataclass_transform

T = TypeVar("T")


@dataclass_transform(frozen_default=True)
def value(kind: type[T]) -> type[T]:
    """A slotted dataclass that nobody changes: compared and hashed by what it holds.

    The type checker forbids assignments. Python itself would do so at the price of one more call
    for each field, which makes a fact of ten fields five times as expensive.
    """
    return dataclass(slots=True, unsafe_hash=True)(kind)
