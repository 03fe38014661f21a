"""Whatever a text holds, it loads or is refused; and what loads is written and read the same."""

import json

import pytest
from callcenter.site.dump import dump
from callcenter.site.load import inspect, load
from callcenter.site.model import Site
from callcenter.site.types import format_duration, parse_duration
from callcenter.site.yaml_tree import parse
from hypothesis import example, given
from hypothesis import strategies as st

pytestmark = pytest.mark.pure

any_text = st.text(max_size=60)
yaml_like = st.text(
    alphabet="abz019 \n\t:-[]{},&*!|>'\"%@`#?~_.<=/\\\x00\x85\ufeff\u2028", max_size=80
)


@given(yaml_like)
@example("a: *b")
@example("a: &b [*b]")
@example("? [a]\n: b")
@example("%YAML 1.1\n---\na: b")
@example("\ufeffsite: demo")
@example('"\\ud800": 1')
@example("!!binary a")
@example("<<: {a: b}")
def test_any_file_loads_or_gives_findings(text: str) -> None:
    inspection = inspect({"site.yaml": text}, "site.yaml")
    assert (inspection.site is None) == any(f.is_error for f in inspection.findings)
    for finding in inspection.findings:
        assert "\n" not in str(finding)
        assert finding.line >= 1
        assert finding.column >= 1


@given(yaml_like, yaml_like)
def test_any_included_file_loads_or_gives_findings(main: str, more: str) -> None:
    files = {"site.yaml": f"include: [more.yaml]\n{main}", "more.yaml": more}
    inspection = inspect(files, "site.yaml")
    assert (inspection.site is None) == any(f.is_error for f in inspection.findings)


plain = st.recursive(
    st.none() | st.booleans() | st.integers() | any_text,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(any_text, inner, max_size=3),
    max_leaves=8,
)


@given(st.dictionaries(st.sampled_from(sorted(Site.model_fields)) | any_text, plain, max_size=4))
def test_any_mapping_loads_or_gives_findings(site: dict[str, object]) -> None:
    # JSON is YAML, and writes any value with quotes.
    text = json.dumps({"site": "demo"} | site)
    inspection = inspect({"site.yaml": text}, "site.yaml")
    assert (inspection.site is None) == any(f.is_error for f in inspection.findings)


@given(any_text)
@example("${SHELL(id)}")
@example("a\nexten => s,1,System(id)")
@example("a;b,c]d\\")
@example("no")
@example("010")
@example("0\x85")
def test_any_label_and_prompt_loads_as_it_is_or_is_refused(text: str) -> None:
    site = {
        "site": "demo",
        "prompts": {"hello": {"text": text}},
        "voicemail": {"night": {"label": text}},
        "agents": {"1001": {"name": text}},
        "skills": {"zh": text},
    }
    inspection = inspect({"site.yaml": json.dumps(site)}, "site.yaml")
    if inspection.site is None:
        assert {f.code for f in inspection.findings} <= {
            "E_TEXT",
            "E_EMPTY",
            "E_SYNTAX",
            "W_UNREACHED",
        }
        return
    loaded = inspection.site
    assert loaded.prompts["hello"].text == text
    assert loaded.voicemail["night"].label == text
    assert loaded.agents["1001"].name == text
    assert loaded.skills["zh"] == text
    assert "\n" not in text


names = st.from_regex(r"[a-z0-9][a-z0-9_-]{0,8}", fullmatch=True)
lines = st.text(st.characters(exclude_categories=["Cc", "Cs", "Zl", "Zp"]), min_size=1, max_size=20)
durations = st.integers(1000, 3_600_000).map(lambda ms: ms / 1000)


@given(
    st.dictionaries(names, lines, min_size=1, max_size=4),
    st.dictionaries(st.from_regex(r"[0-9]{4,6}", fullmatch=True), lines, max_size=4),
    st.dictionaries(names, st.tuples(durations, st.booleans(), lines), max_size=4),
    st.sampled_from(["Asia/Shanghai", "Europe/Berlin"]),
)
def test_a_site_written_and_read_is_the_same_site(
    skills: dict[str, str],
    agents: dict[str, str],
    queues: dict[str, tuple[float, bool, str]],
    timezone: str,
) -> None:
    site = Site.model_validate(
        {
            "site": "demo",
            "timezone": timezone,
            "skills": skills,
            "agents": {
                number: {"name": name, "skills": dict.fromkeys(skills, 3)}
                for number, name in agents.items()
            },
            "queues": {
                f"q-{name}": {
                    "label": label,
                    "max_wait": wait,
                    "record": record,
                    "announce": {} if record else None,
                    "needs": dict.fromkeys(skills, 1),
                }
                for name, (wait, record, label) in queues.items()
            },
        }
    )
    assert load({"site.yaml": dump(site)}, "site.yaml") == site


@given(st.integers(0, 10**10).map(lambda ms: ms / 1000))
def test_a_duration_written_and_read_is_the_same_duration(seconds: float) -> None:
    assert parse_duration(format_duration(seconds)) == seconds


@given(any_text)
def test_no_text_but_a_duration_is_one(text: str) -> None:
    try:
        seconds = parse_duration(text)
    except ValueError:
        return
    assert seconds >= 0


@given(st.recursive(any_text, lambda inner: st.lists(inner, max_size=4), max_leaves=10))
def test_quoted_texts_come_through_the_reader_unchanged(value: object) -> None:
    root, findings = parse("site.yaml", json.dumps({"a": value}))
    if root is None or findings:
        assert [f.code for f in findings] == ["E_SYNTAX"]
        return
    assert root.plain() == {"a": value}
