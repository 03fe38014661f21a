"""Expressions over skills: what they mean, one form for all that mean the same, clear refusals."""

import itertools
from collections.abc import Mapping

import pytest
from callcenter.site.needs import Needs
from callcenter.site.needs_text import AddedNeeds, parse_needs
from hypothesis import given
from hypothesis import strategies as st
from pydantic import TypeAdapter
from pydantic_core import PydanticCustomError

pytestmark = pytest.mark.pure

LEVELS = [0, 1, 2, 3, 10]
SKILLS = ("a", "b", "c")
EVERYONE = [
    dict(zip(SKILLS, levels, strict=True)) for levels in itertools.product(LEVELS, repeat=3)
]


@pytest.mark.parametrize(
    ("text", "skills", "met"),
    [
        ("english >= 3 and (tax >= 2 or general >= 5) and not trainee", {"english": 3}, False),
        (
            "english >= 3 and (tax >= 2 or general >= 5) and not trainee",
            {"english": 3, "general": 5},
            True,
        ),
        (
            "english >= 3 and (tax >= 2 or general >= 5) and not trainee",
            {"english": 3, "tax": 2, "trainee": 1},
            False,
        ),
        ("a", {"a": 1}, True),
        ("a > 1", {"a": 1}, False),
        ("a <= 2", {}, True),
        ("a < 2", {"a": 2}, False),
        ("a = 2", {"a": 2}, True),
        ("a == 2", {"a": 3}, False),
        ("not (a or b)", {"b": 1}, False),
        ("not not a", {"a": 1}, True),
        ("anyone", {}, True),
        ("not anyone or a", {"a": 1}, True),
    ],
)
def test_what_an_expression_means(text: str, skills: Mapping[str, int], met: bool) -> None:
    assert parse_needs(text).met_by(skills) == met


@pytest.mark.parametrize(
    ("texts", "plain"),
    [
        (("a >= 3", "a>=3 and a>=2", "a >= 3 or (a >= 3 and b)"), {"a": 3}),
        (
            ("a and (b or c)", "(c or b) and a", "a and b or a and c"),
            "a >= 1 and b >= 1 or a >= 1 and c >= 1",
        ),
        (("anyone", "a or anyone", "a >= 0"), {}),
        (("a = 2 and not b", "not b and a<=2 and a>1"), "a = 2 and not b"),
        (("a <= 4 and a >= 2",), "a >= 2 and a <= 4"),
    ],
)
def test_what_means_the_same_is_the_same(texts: tuple[str, ...], plain: object) -> None:
    needs = {parse_needs(text) for text in texts}
    assert [n.plain() for n in needs] == [plain]
    assert {parse_needs(n.plain()) for n in needs} == needs


@pytest.mark.parametrize(
    ("value", "code", "words"),
    [
        ("a $ b", "E_NEEDS", "'$' at character 3 means nothing"),
        ("a and", "E_NEEDS", "ends too early"),
        ("(a", "E_NEEDS", "add a closing bracket"),
        ("a >= b", "E_NEEDS", "a whole number, 0 to 10"),
        ("", "E_NEEDS", "ends too early"),
        ("a b", "E_NEEDS", "'b' at character 3 makes no sense; write and, or, or nothing more"),
        ("a >= 11", "E_NEEDS", "a whole number, 0 to 10"),
        ("and", "E_NEEDS", "write a skill"),
        ("English", "E_NEEDS", "write a skill"),
        ("a > 3 and a < 2", "E_NEEDS", "can be met by nobody"),
        ("not anyone", "E_NEEDS", "can be met by nobody"),
        ("(" * 30 + "a" + ")" * 30, "E_NEEDS", "brackets are too deep"),
        ("a or " * 200 + "b", "E_NEEDS", "too long"),
        (" and ".join(f"(a{n} or b{n})" for n in range(9)), "E_NEEDS", "more than 64 ways"),
        ({"a": "-1"}, "E_RANGE", "'-1' is not a level"),
        ({"a": "11"}, "E_RANGE", "'11' is not a level"),
        ({"a": True}, "E_RANGE", "True is not a level"),
        ({"A": "1"}, "E_NAME", "'A' is not a skill"),
        ({"not": "1"}, "E_NAME", "'not' is not a skill"),
        (["a"], "E_TYPE", "a list does not fit here"),
    ],
)
def test_what_cannot_be_read_says_where_and_what_to_write(
    value: object, code: str, words: str
) -> None:
    with pytest.raises(PydanticCustomError) as caught:
        parse_needs(value)
    context = caught.value.context or {}
    assert caught.value.type == code
    assert words in f"{context['message']}; {context['remedy']}"


def test_needs_are_lowered_joined_and_weighed() -> None:
    needs = parse_needs("a >= 5 and b >= 2 or c >= 3")
    assert str(needs.lowered({"a": 1})) == "a >= 1 and b >= 2 or c >= 3"
    assert needs.lowered({"c": 0}) == Needs()
    assert str(Needs.of({"a": 2, "b": 0}) | parse_needs("c")) == "a >= 2 or c >= 1"
    assert needs.fitness({"a": 5, "b": 2, "c": 9}) == 9
    assert needs.fitness({"a": 4}) == 0
    assert needs.skills() == ["a", "b", "c"]
    assert str(Needs(())) == "nobody"
    assert parse_needs({"a": "3"}) == parse_needs({"a": 3})
    assert parse_needs(needs) is needs


def test_what_is_added_may_begin_with_or() -> None:
    read = TypeAdapter(AddedNeeds).validate_python
    assert read("or general >= 3") == read("general >= 3") == read({"general": 3})


leaves = st.builds(
    lambda skill, sign, level: f"{skill} {sign} {level}",
    st.sampled_from(SKILLS),
    st.sampled_from([">=", "<=", ">", "<", "="]),
    st.integers(0, 3),
)
expressions = st.recursive(
    leaves,
    lambda inner: st.one_of(
        st.builds("({} and {})".format, inner, inner),
        st.builds("({} or {})".format, inner, inner),
        st.builds("not {}".format, inner),
    ),
    max_leaves=6,
)


@given(expressions)
def test_the_one_form_means_what_was_written(text: str) -> None:
    """Python itself is asked what the expression means."""
    spoken = text.replace(" = ", " == ")
    wanted = [bool(eval(spoken, {}, skills)) for skills in EVERYONE]  # noqa: S307  our own text
    try:
        needs = parse_needs(text)
    except PydanticCustomError:
        # Between our few levels somebody may still fit.
        assert not any(wanted)
        return
    assert [needs.met_by(skills) for skills in EVERYONE] == wanted
