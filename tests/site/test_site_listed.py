"""Callers' numbers in lists: one form for each number, and hostile texts that stay texts."""

import re

import pytest
from callcenter.site.listed import (
    ANONYMOUS,
    FormError,
    Kind,
    canonical,
    expression,
    kind_of,
    matches,
    parse_form,
)
from hypothesis import given
from hypothesis import strategies as st

pytestmark = pytest.mark.pure

MOBILE = "13800138000"


@pytest.mark.parametrize(
    ("told", "number"),
    [
        (MOBILE, MOBILE),
        ("013800138000", MOBILE),
        ("8613800138000", MOBILE),
        ("+86 138-0013-8000", MOBILE),
        ("008613800138000", MOBILE),
        ("+861088886666", "01088886666"),
        ("010 8888 6666", "01088886666"),
        ("+44 20 7946 0000", "00442079460000"),
        ("95588", "95588"),
        ("anonymous", ""),
        ("", ""),
        ("138;${SHELL(id)}", "138"),
        ("1" * 40, "1" * 20),
    ],
)
def test_a_number_has_one_form_however_it_is_told(told: str, number: str) -> None:
    assert canonical(told) == number


@pytest.mark.parametrize(
    ("text", "form", "kind"),
    [
        ("+86 138 0013 8000", MOBILE, Kind.NUMBER),
        ("138*", "138*", Kind.PREFIX),
        ("+86138*", "138*", Kind.PREFIX),
        ("+8610*", "010*", Kind.PREFIX),
        ("+44*", "0044*", Kind.PREFIX),
        ("1380013xxxx", "1380013XXXX", Kind.PATTERN),
        ("Anonymous", ANONYMOUS, Kind.NUMBER),
    ],
)
def test_a_form_is_a_number_a_prefix_or_a_pattern(text: str, form: str, kind: Kind) -> None:
    assert parse_form(text) == form
    assert kind_of(form) is kind


@pytest.mark.parametrize(
    "text",
    ["", "*", "1*", "XXXX", "1X", "138**", "138;", "13٣٤", "a", "138*5", "1.", "+", "X" * 30],
)
def test_what_is_none_is_refused_with_the_remedy(text: str) -> None:
    with pytest.raises(FormError, match="write 13800138000"):
        parse_form(text)


@pytest.mark.parametrize(
    ("form", "number", "hit"),
    [
        (MOBILE, MOBILE, True),
        (MOBILE, MOBILE + "1", False),
        ("138*", MOBILE, True),
        ("138*", "139", False),
        ("1380013XXXX", MOBILE, True),
        ("1380013XXXX", MOBILE + "0", False),
        ("138ZXXXXXXX", MOBILE, False),
        ("1N8XXXXXXXX", MOBILE, True),
        (ANONYMOUS, "", True),
        (ANONYMOUS, MOBILE, False),
    ],
)
def test_forms_match_whole_numbers(form: str, number: str, hit: bool) -> None:
    assert matches(form, number) is hit


@given(st.text(max_size=60))
def test_any_text_from_the_line_becomes_digits_only(told: str) -> None:
    assert re.fullmatch("[0-9]{0,20}", canonical(told))


@given(st.text(max_size=30) | st.from_regex(r"[0-9XZN*+ -]{1,24}", fullmatch=True))
def test_a_form_holds_nothing_that_dialplan_or_database_could_act_on(text: str) -> None:
    try:
        form = parse_form(text)
    except FormError:
        return
    assert re.fullmatch(r"[0-9XZN]{2,20}|[0-9]{2,15}\*|anonymous", form)
    if kind_of(form) is Kind.PATTERN:
        assert re.fullmatch(r"\^[][0-9-]+\$", expression(form))
