"""Where numbers stand in the journal's lines, and how something else takes their place."""

from collections.abc import Callable
from typing import Any

FIELDS = frozenset(
    {
        "caller", "called", "caller_id", "number", "to", "name", "party", "target", "detail",
        "note", "why", "value", "evidence",
    }
)  # fmt: skip
"""Fields of facts, and of what stands at a file's head, in which a number may be: those of people
outside, and texts that people wrote."""


def each_number(value: Any, form: Callable[[str], str]) -> Any:
    """A line's value with these fields' texts as `form` makes them; all else as it is."""
    if isinstance(value, dict):
        return {
            name: form(each)
            if name in FIELDS and isinstance(each, str)
            else each_number(each, form)
            if isinstance(each, dict | list)
            else each
            for name, each in value.items()
        }
    return [each_number(each, form) for each in value] if isinstance(value, list) else value
