"""The one escape: what a value may become in a file of Asterisk."""

import pytest
from callcenter.render.escape import Label, UnsafeText, Verbatim, escape
from hypothesis import given
from hypothesis import strategies as st
from jinja2 import Environment, StrictUndefined, UndefinedError

pytestmark = pytest.mark.pure


@pytest.mark.parametrize(
    ("value", "written"),
    [
        ("social-security", "social-security"),
        ("*131", "*131"),
        ("10.0.0.0/8", "10.0.0.0/8"),
        ("/var/lib/asterisk/callcenter/prompts/zh/welcome-0a", None),
        (True, "yes"),
        (False, "no"),
        (15, "15"),
        (2.5, "2.5"),
        (5.0, "5"),
        (0.001, "0.001"),
        (100000.0, "100000"),
        (Label("综合咨询"), "综合咨询"),
        (Label("A&B Co., Ltd.; [x]"), "A＆B Co.， Ltd.； ［x］"),
        (Label("${SHELL(id)}"), "＄｛SHELL（id）｝"),
        (Label('"quoted" \\ <tag>'), "＂quoted＂ ＼ ＜tag＞"),
        (Label("two\nlines\r\x00 \u2028 end"), "two lines end"),
        (Verbatim("p;w\\;$[x]"), "p\\;w\\\\;$[x]"),
    ],
)
def test_values_are_written_so(value: object, written: str | None) -> None:
    assert escape(value) == (written or value)


@pytest.mark.parametrize(
    "value",
    [
        "",
        "a b",
        "a,b",
        "a;b",
        "a\nb",
        "a]",
        "${X}",
        "$[1]",
        "a=>b",
        "a&b",
        "陈静",
        "a\n",
        None,
        object(),
        [],
        Verbatim("a\nb"),
        Verbatim("a\x00b"),
        Verbatim(" a"),
        Verbatim(""),
    ],
)
def test_what_could_be_configuration_is_refused(value: object) -> None:
    with pytest.raises(UnsafeText):
        escape(value)


def test_a_refusal_does_not_tell_a_secret() -> None:
    with pytest.raises(UnsafeText) as refused:
        escape(Verbatim("hunter2\n"))
    assert "hunter2" not in str(refused.value)


def test_a_name_that_is_not_known_is_told() -> None:
    engine = Environment(undefined=StrictUndefined, finalize=escape, autoescape=False)  # noqa: S701
    template = engine.from_string("{{ typo }}")
    with pytest.raises(UndefinedError, match="typo"):
        template.render()


@given(st.text())
def test_a_label_has_nothing_that_asterisk_reads(text: str) -> None:
    written = str(escape(Label(text)))
    assert not set(written) & set("\n\r\t\0;,|[](){}<>\"'\\$&=#!%^*?@:/`~")
    assert written == written.strip()


@given(st.text())
def test_a_verbatim_text_comes_back_whole_or_is_refused(text: str) -> None:
    try:
        written = str(escape(Verbatim(text)))
    except UnsafeText:
        return
    assert "\n" not in written
    assert written.replace("\\;", ";") == text
