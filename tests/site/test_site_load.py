"""What the loader says about faulty texts: every fault with its place and stable code."""

import pytest
from callcenter.site.findings import Finding, SiteErrors
from callcenter.site.load import included, inspect, load

pytestmark = pytest.mark.pure


def findings(text: str, known: set[str] | None = None, **others: str) -> list[Finding]:
    files = {"site.yaml": text} | {f"{name}.yaml": part for name, part in others.items()}
    return list(inspect(files, "site.yaml", known).findings)


def codes(text: str, **others: str) -> list[str]:
    """`line:column CODE` of each finding."""
    return [f"{f.line}:{f.column} {f.code}" for f in findings(text, **others)]


def test_a_site_needs_only_a_name() -> None:
    assert load({"site.yaml": "site: demo"}, "site.yaml").site == "demo"


def test_a_finding_reads_as_file_place_code_message_remedy() -> None:
    [found] = [f for f in findings("site: demo\nqueues:\n  a: {lable: x}\n") if f.is_error]
    assert str(found) == (
        "site.yaml:3:7: E_UNKNOWN_KEY unknown key queues.a.lable; did you mean label?"
    )


def test_load_raises_every_error_and_no_warning() -> None:
    text = "site: demo\nqueues: {a: {}}\nmenus: {m: {prompt: p, keys: {'1': 'queue:b'}}}\n"
    with pytest.raises(SiteErrors) as caught:
        load({"site.yaml": text}, "site.yaml")
    assert [f.code for f in caught.value.findings] == ["E_UNKNOWN_NAME", "E_UNKNOWN_NAME"]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", ["1:1 E_MISSING"]),
        ("- a\n", ["1:1 E_TYPE"]),
        ("site: demo\nsite: other\n", ["2:1 E_DUPLICATE"]),
        ("site: [demo\n", ["2:1 E_SYNTAX"]),
        ('site: demo\nskills: {zh: "x}\n', ["2:14 E_SYNTAX"]),
        ("site: demo\n\tqueues: {}\n", ["2:1 E_SYNTAX"]),
        ("site: demo\nmain_number: a: b\n", ["2:15 E_SYNTAX"]),
        ("site: demo\n---\nsite: demo\n", ["2:1 E_SYNTAX"]),
        ("site: demo\nlanguage: z\x07h\n", ["2:12 E_SYNTAX"]),
        ("site: demo\n? {a: b}\n: c\n", ["2:3 E_SYNTAX"]),
        ("site: !!python/name:os.system x\n", ["1:7 E_TAG"]),
        ("site: &name demo\n", ["1:7 E_ALIAS"]),
        ("site: demo\nfeature_codes: {sign_in: *11}\n", ["2:26 E_ALIAS"]),
        ("site: demo\nrecording: {enabled: no}\n", ["2:22 E_AMBIGUOUS"]),
        ("site: demo\nrecording: {enabled: 'no'}\n", ["2:22 E_TYPE"]),
        ("site: demo\nmain_number: 010\n", ["2:14 E_AMBIGUOUS"]),
        ("site: demo\nmain_number: 0x1f\n", ["2:14 E_AMBIGUOUS"]),
        ("site: demo\nmain_number: 12_345\n", ["2:14 E_AMBIGUOUS"]),
        ("site: demo\nnot_ready_reasons: {1: on}\n", ["2:24 E_AMBIGUOUS"]),
        ("site: Demo\n", ["1:7 E_NAME"]),
        ("site: demo\ntimezone: Asia/Shangai\n", ["2:11 E_TIMEZONE"]),
        ("site: demo\ntimezone: Asia\n", ["2:11 E_TIMEZONE"]),
        ("site: demo\ntimezone: ../../etc/passwd\n", ["2:11 E_TIMEZONE"]),
        ("site: demo\nlanguage: fr\n", ["2:11 E_CHOICE"]),
        ("site: demo\nnetwork: {address: '::1'}\n", ["2:20 E_ADDRESS"]),
        ("site: demo\nnetwork: {local_networks: [10.0.0.0/33]}\n", ["2:28 E_ADDRESS"]),
        ("site: demo\nnetwork: {sip_port: 70000}\n", ["2:21 E_RANGE"]),
        ("site: demo\nnetwork: {sip_port: five}\n", ["2:21 E_TYPE"]),
        ("site: demo\nnetwork: {sip_port: true}\n", ["2:21 E_TYPE"]),
        ("site: demo\nnetwork: 5060\n", ["2:10 E_TYPE"]),
        ("site: demo\nqueues:\n", ["2:8 E_TYPE"]),
        ("site: demo\nqueues: {a: {max_wait: 5}}\n", ["2:24 E_DURATION"]),
        ("site: demo\nqueues: {a: {max_wait: 0s}}\n", ["2:24 E_RANGE"]),
        ("site: demo\nqueues: {a: {overflow: nowhere}}\n", ["2:24 E_DESTINATION"]),
        ("site: demo\nqueues: {a: {label: [x]}}\n", ["2:14 E_TYPE"]),
        ("site: demo\nagents: {1001: {}}\n", ["2:10 E_MISSING"]),
        ("site: demo\nagents: {1001: {name: ''}}\n", ["2:23 E_EMPTY"]),
        ('site: demo\nagents: {1001: {name: "a\\nb"}}\n', ["2:23 E_TEXT"]),
        ("site: demo\nagents: {ann: {name: Ann}}\n", ["2:10 E_NUMBER"]),
        ("site: demo\nfeature_codes: {sign_in: '*'}\n", ["2:26 E_NUMBER"]),
        ("site: demo\nhours: {a: {open: [Mon 25:00-26:00]}}\n", ["2:20 E_HOURS"]),
        ("site: demo\nhours: {a: {open: [Mon 18:00-08:00]}}\n", ["2:20 E_HOURS"]),
        ("site: demo\nhours: {a: {open: [Mon 00:00-24:01]}}\n", ["2:20 E_HOURS"]),
        ("site: demo\nhours: {a: {open: []}}\n", ["2:13 E_EMPTY"]),
        ("site: demo\nhours: {a: {open: [always]}}\n", ["2:20 E_HOURS"]),
        ("site: demo\nhours: {a: {open: Mon}}\n", ["2:19 E_TYPE"]),
        ("site: demo\ncalendar: {holidays: [{name: x}]}\n", ["2:23 E_MISSING"]),
        (
            "site: demo\ncalendar: {holidays: [{first: 2026-10-01, lst: x}]}\n",
            ["2:43 E_UNKNOWN_KEY"],
        ),
        (f"site: demo\nskills: {{zh: {'x' * 201}}}\n", ["2:14 E_TEXT"]),
        ("site: demo\nqueues: {a: {ring_timeout: 3m}}\n", ["2:28 E_RANGE"]),
        ("site: demo\ncalendar: {workdays: [2026-02-30]}\n", ["2:23 E_DATE"]),
        ("site: demo\ncalendar: {workdays: [86400]}\n", ["2:23 E_DATE"]),
        ("site: demo\nmeasures: {thresholds: {day: .nan}}\n", ["2:30 E_TYPE"]),
        ("site: demo\nmeasures: {thresholds: {day: nan}}\n", ["2:30 E_TYPE"]),
    ],
)
def test_one_fault_is_one_finding_at_its_place(text: str, expected: list[str]) -> None:
    assert [c for c in codes(text) if " W_" not in c] == expected


def test_all_faults_are_told_at_once_even_between_parts() -> None:
    text = """\
site: demo
lable: x
menus:
  main:
    prompt: welcom
    keys: {1: queue:servise, x: hangup}
    timeout: 5
prompts: {welcome: {text: Hello}}
queues:
  service: {max_wait: 20, strategy: best}
"""
    assert codes(text) == [
        "2:1 E_UNKNOWN_KEY",
        "5:13 E_UNKNOWN_NAME",
        "6:15 E_UNKNOWN_NAME",
        "6:30 E_KEY",
        "7:14 E_DURATION",
        "10:23 E_DURATION",
        "10:37 E_CHOICE",
    ]


def test_a_name_whose_part_is_faulty_is_not_called_unknown() -> None:
    text = "site: demo\nnumbers: {12345: {to: 'queue:a'}}\nqueues: {a: {max_wait: 20}}\n"
    assert codes(text) == ["3:24 E_DURATION"]


@pytest.mark.parametrize(
    ("text", "remedy"),
    [
        ("site: demo\ntimezone: Asia/Shangai\n", "did you mean Asia/Shanghai?"),
        ("site: demo\nnetwork: {sip_prot: 1}\n", "did you mean sip_port?"),
        ("site: demo\nnumbers: {12345: {to: 'menu:mian'}}\nmenus: {}\n", "none is defined"),
        ("site: demo\nlanguage: fr\n", "write 'zh' or 'en'"),
        (
            "site: demo\nprompts: {a: {text: 您好, 按1: 咨询}}\n",
            "quote the text before it if it holds a comma",
        ),
        ('site: demo\nskills: {zh: "x}\n', "close the quote or bracket that was opened above"),
        ("site: demo\nskills: {zh: x\n", "close the bracket that was opened above; check commas"),
        ("site: demo\nagents: {1001: {}}\n", "add `name:` (Name for people)"),
        ("site: demo\nqueues: {a: {ring_timeout: 0s}}\n", "write a value of at least 1s"),
    ],
)
def test_the_remedy_names_what_was_meant(text: str, remedy: str) -> None:
    assert findings(text)[0].remedy == remedy


def test_a_number_without_quotes_is_the_text_as_it_stands() -> None:
    site = load(
        {"site.yaml": "site: demo\nagents: {1001: {name: 7}}\nmain_number: 12345\n"}, "site.yaml"
    )
    assert site.agents["1001"].name == "7"
    assert site.main_number == "12345"


def test_a_version_like_text_keeps_its_zeros() -> None:
    site = load({"site.yaml": "site: demo\nskills: {zh: 1.10}\n"}, "site.yaml")
    assert site.skills["zh"] == "1.10"


def test_included_files_share_a_section() -> None:
    site = load(
        {
            "site.yaml": "site: demo\ninclude: [a.yaml, b.yaml]\nskills: {zh: 中文}\n",
            "a.yaml": "skills: {en: English}\n",
            "b.yaml": "",
        },
        "site.yaml",
    )
    assert site.skills == {"zh": "中文", "en": "English"}


def test_included_lists_the_files_to_read() -> None:
    assert included("site.yaml", "include: [a.yaml, b.yaml]") == ["a.yaml", "b.yaml"]
    assert included("site.yaml", "include: {a: [") == []


def test_the_same_key_in_two_files_names_both_places() -> None:
    main = "site: demo\ninclude: [more.yaml]\nskills:\n  zh: 中文\nlanguage: zh\n"
    found = findings(main, more="skills:\n  zh: x\nlanguage: en\n")
    assert [str(f) for f in found] == [
        "more.yaml:2:3: E_DUPLICATE 'zh' stands already at site.yaml:4:3; keep one of the two",
        "more.yaml:3:1: E_DUPLICATE 'language' stands already at site.yaml:5:1; "
        "keep one of the two",
    ]


@pytest.mark.parametrize(
    ("include", "more"),
    [
        ("[mroe.yaml]", ""),
        ("[site.yaml]", ""),
        ("more.yaml", ""),
        ("[[more.yaml]]", ""),
        ("[more.yaml]", "include: [site.yaml]\n"),
    ],
)
def test_an_include_that_cannot_be_is_an_error(include: str, more: str) -> None:
    text = f"site: demo\ninclude: {include}\n"
    assert {f.code for f in findings(text, more=more)} == {"E_INCLUDE"}


def test_errors_of_included_files_stand_where_they_are() -> None:
    found = findings("site: demo\ninclude: [more.yaml]\n", more="queues:\n  a: {max_wait: 3}\n")
    assert (found[0].file, found[0].line, found[0].column) == ("more.yaml", 2, 17)


def test_syntax_errors_of_several_files_come_together() -> None:
    main = "site: demo\ninclude: [a.yaml, b.yaml]\n"
    found = findings(main, a="x: [", b="y: {")
    assert [(f.file, f.code) for f in found] == [("a.yaml", "E_SYNTAX"), ("b.yaml", "E_SYNTAX")]


def test_deep_nesting_is_refused_and_does_not_crash_the_parser() -> None:
    assert codes("a: " + "[" * 100_000) == ["1:23 E_SYNTAX"]


def test_terminal_escapes_in_a_text_are_shown_and_not_obeyed() -> None:
    text = (
        'site: demo\nlanguage: "\\e[31mfr"\n"k\\e[0m": 1\n'
        'queues: {"\\e[0m": {}, a: {overflow: "queue:\\e[1m"}}\n'
    )
    found = findings(text)
    assert len(found) >= 4
    assert all("\x1b" not in str(f) for f in found)
