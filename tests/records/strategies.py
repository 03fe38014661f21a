"""Arbitrary facts, and histories of calls such as a floor may tell."""

from typing import Any, get_args

from callcenter.records.facts import JournalFact
from hypothesis import strategies as st

_TEXT = st.text(max_size=12)
_TIME = st.integers(1_700_000_000_000, 1_900_000_000_000).map(lambda ms: ms / 1000)


def facts() -> st.SearchStrategy[Any]:
    """Any fact, with any text in its texts."""
    for kind, strategy in ((str, _TEXT), (float, _TIME)):
        st.register_type_strategy(kind, strategy)
    return st.one_of([st.from_type(kind) for kind in get_args(JournalFact)])
