"""Whoever is erased is nowhere, and stays one caller, apart from all others."""

import pytest
from callcenter.records.personal.erasing import Erasure
from callcenter.records.personal.numbers import Form, Numbers
from callcenter.records.reading.parties import party
from hypothesis import given, settings
from hypothesis import strategies as st

pytestmark = pytest.mark.pure

ANN, NAME = "13800001111", "#x.nobody"
KEY = "a key of twenty-four characters"
FORMS = [Numbers(form, KEY) for form in Form]
MOBILES = st.from_regex(r"1[3-9][0-9]{9}", fullmatch=True)
LINES = st.sampled_from(["", "+86", "0086", "0"])


@pytest.mark.parametrize("numbers", FORMS, ids=lambda numbers: numbers.form)
@settings(deadline=None)  # the first one loads the library
@given(number=MOBILES, others=st.lists(MOBILES), line=LINES)
def test_calls_of_one_caller_stay_calls_of_one_caller(
    numbers: Numbers, number: str, others: list[str], line: str
) -> None:
    erasure = Erasure(number, NAME, numbers)
    written = [*(line + each for each in others), number, line + number]
    stored = [numbers.stored(each) for each in written]
    erased = [numbers.stored(erasure.opened(each) or numbers.opened(each)) for each in stored]
    before, after = ([party(numbers.opened(each)) for each in all_] for all_ in (stored, erased))
    assert len(set(before)) == len(set(after))
    assert [one == before[-1] for one in before] == [one == NAME for one in after]


@pytest.mark.parametrize(
    ("text", "erased"),
    [
        (ANN, NAME), (f"+86{ANN}", NAME), (f"0{ANN}", NAME),
        (f"rang {ANN} twice, +86{ANN} too.", f"rang {NAME} twice, {NAME} too."),
        ("请拨13800001111回电", f"请拨{NAME}回电"), ("138-0000-1111", NAME),
        ("138 0000 1111, urgent", f"{NAME}, urgent"), ("(138) 0000 1111", NAME),
        ("rang 138-0000-1111 and +86 138 0000 1111", f"rang {NAME} and {NAME}"),
        ("13800001112", None), (f"9{ANN}", None), (f"{ANN}9", None),
        (f"hot-{ANN}.7", None), ("1001", None), ("", None),
    ],
)  # fmt: skip
def test_texts(text: str, erased: str | None) -> None:
    for numbers in FORMS[:2]:
        assert Erasure(ANN, NAME, numbers).opened(numbers.stored(text)) == erased


def test_a_short_number_goes_only_where_nothing_else_is_written() -> None:
    erasure = Erasure("10086", NAME, Numbers())
    assert erasure.opened("10086") == NAME
    assert erasure.opened("queue 10086") is None
