"""Checks between parts of a site, each shown by the smallest site that breaks it."""

import pytest
from callcenter.site.codes import CODES
from callcenter.site.load import inspect

pytestmark = pytest.mark.pure

# A sound site in a few lines; each case changes it in one place.
SOUND = """\
site: demo
trunks: {operator: {host: sip.example.com, max_calls: 10}}
numbers: {"12345": {to: "menu:main", hours: office, closed: "voicemail:night"}}
hours: {office: {open: [Mon-Fri 08:30-12:00, Mon-Fri 14:00-17:30]}}
menus:
  main:
    prompt: hello
    keys: {"1": queue:a, "2": menu:more}
  more:
    prompt: hello
    keys: {"1": queue:b, "*": back}
prompts: {hello: {text: Hello}}
skills: {zh: 中文}
queues:
  a: {needs: {zh: 1}, max_wait: 60s, overflow: voicemail:night}
  b: {}
agents: {"1001": {name: Ann, skills: {zh: 5}}}
voicemail: {night: {number: "80"}}
"""


def codes(text: str, known: set[str] | None = None) -> list[str]:
    return [f.code for f in inspect({"site.yaml": text}, "site.yaml", known).findings]


def changed(old: str, new: str) -> str:
    assert SOUND.count(old) == 1
    return SOUND.replace(old, new)


def test_the_sound_site_has_no_findings() -> None:
    assert codes(SOUND) == []


@pytest.mark.parametrize(
    ("old", "new", "code"),
    [
        ("hours: office,", "hours: ofice,", "E_UNKNOWN_NAME"),
        ('to: "menu:main"', 'to: "menu:mian"', "E_UNKNOWN_NAME"),
        ('closed: "voicemail:night"', 'closed: "voicemail:day"', "E_UNKNOWN_NAME"),
        ('closed: "voicemail:night"', 'closed: "play:bye"', "E_UNKNOWN_NAME"),
        ('closed: "voicemail:night"', 'closed: "agent:1009"', "E_UNKNOWN_NAME"),
        ('closed: "voicemail:night"', 'closed: "queue:c"', "E_UNKNOWN_NAME"),
        ("hours: office,", "hours: office, trunk: other,", "E_UNKNOWN_NAME"),
        ("{needs: {zh: 1}", "{needs: {en: 1}", "E_UNKNOWN_NAME"),
        ("skills: {zh: 5}", "skills: {zh: 5, en: 1}", "E_UNKNOWN_NAME"),
        ("b: {}", "b: {music: jazz}", "E_UNKNOWN_NAME"),
        ('night: {number: "80"}', "night: {greeting: bye}", "E_UNKNOWN_NAME"),
        ('closed: "voicemail:night"', 'closed: "repeat"', "E_DESTINATION"),
        ('"2": menu:more}', '"2": menu:more, "*": back}', "E_DESTINATION"),
        (', closed: "voicemail:night"', "", "E_MISSING"),
        ("hours: office, ", "", "E_MISSING"),
        ("14:00-17:30", "11:00-17:30", "E_HOURS"),
        ('"*": back}', '"*": back}\n    on_timeout: repeat', "E_LOOP"),
        ("overflow: voicemail:night", "overflow: queue:a", "E_LOOP"),
        ('"1001"', '"12345"', "E_COLLISION"),
        ("site: demo", "site: demo\nfeature_codes: {ready: '*11'}", "E_COLLISION"),
        ("site: demo", "site: demo\nfeature_codes: {ready: '*131'}", "E_COLLISION"),
        ("site: demo", "site: demo\nfeature_codes: {ready: '*9780'}", "E_COLLISION"),
        ("site: demo", "site: demo\nfeature_codes: {ready: '1001'}", "E_COLLISION"),
        ("site: demo", "site: demo\nnot_ready_reasons: {1: tea, 2: tea}", "E_COLLISION"),
        ("site: demo", "site: demo\nnetwork: {http_port: 5060}", "E_COLLISION"),
        ("site: demo", "site: demo\nnetwork: {sip_port: 10500}", "E_COLLISION"),
        ("site: demo", "site: demo\nnetwork: {rtp: {first: 20000}}", "E_RANGE"),
        ("site: demo", "site: demo\nnetwork: {rtp: {last: 10035}}", "W_RANGE"),
        ("operator: {", "'1001': {", "E_COLLISION"),
        ("operator: {", "operator: {register: true, ", "E_MISSING"),
        ("operator: {", "operator: {secret: {env: X}, ", "E_MISSING"),
        ("operator: {", "operator: {username: u, secret: {}, ", "E_ONE_OF"),
        ("operator: {", "operator: {username: u, secret: {env: A, file: b}, ", "E_ONE_OF"),
        ("hello: {text: Hello}", "hello: {}", "E_ONE_OF"),
        ("hello: {text: Hello}", "hello: {text: Hello, file: wellcome.wav}", "E_ONE_OF"),
        ("hello: {text: Hello}", "hello: {text: ' '}", "E_EMPTY"),
        ("hello: {text: Hello}", "hello: {file: /etc/passwd}", "E_FILE"),
        ("hello: {text: Hello}", "hello: {file: ../a.wav}", "E_FILE"),
        ("hello: {text: Hello}", "hello: {file: welcome.wav}", "E_FILE"),
        ("site: demo", "site: demo\nmusic: {jazz: {files: [b.wav]}}", "E_FILE"),
        ("site: demo", "site: demo\nspeech: {command: [say]}", "E_SPEECH"),
        ("site: demo", "site: demo\nspeech: {command: ['{input}{output}{voise}']}", "E_SPEECH"),
        ("site: demo", "site: demo\nspeech: {command: ['{input}{output}{']}", "E_SPEECH"),
        ("site: demo", "site: demo\nspeech: {voices: {en: en}}", "E_SPEECH"),
        (
            "site: demo",
            "site: demo\nstorage: {database: 'postgresql+psycopg://u:p@h/d'}",
            "E_SECRET",
        ),
        ("site: demo", "site: demo\nstorage: {database: 'x://[h/d'}", "E_ADDRESS"),
        ("site: demo", "site: demo\nstorage: {database: 'mysql://h/d'}", "E_ADDRESS"),
        ("site: demo", "site: demo\nstorage: {database: hotline}", "E_ADDRESS"),
        ("site: demo", "site: demo\nstorage: {database_secret: {}}", "E_ONE_OF"),
        ("  b: {}", "  b: {}\n  general: {}", "E_RESERVED"),
        ("  b: {}", "  b: {}\n  h: {}", "E_RESERVED"),
        ("max_calls: 10", "transport: tls", "E_MISSING"),
        ('night: {number: "80"}', 'night: {number: "80"}, o: {}', "E_RESERVED"),
        ("hello: {text: Hello}", "hello: {text: Hello}, i: {text: I}", "E_RESERVED"),
        ("  b: {}", "  b: {}\n  x-y: {}\n  xy: {}", "E_COLLISION"),
        ("  b: {}", "  b: {}\n  c: {}", "W_UNREACHED"),
        ("{needs: {zh: 1}", "{needs: {zh: 6}", "W_UNSERVED"),
        ("site: demo", "site: demo\nreports: {daily: {by: day}}", "E_MISSING"),
        ("site: demo", "site: demo\nreports: {daily: {mail: [a@example.org]}}", "E_MISSING"),
        ("site: demo", "site: demo\nreports: {daily: {folder: ., at: 7.00}}", "E_CLOCK"),
        ("site: demo", "site: demo\nreports: {daily: {folder: ., mail: [a]}}", "E_ADDRESS"),
        ("site: demo", 'site: demo\nreports: {x: {folder: ., by: hour, at: "07:00"}}', "E_RANGE"),
    ],
)
def test_one_change_makes_one_kind_of_finding(old: str, new: str, code: str) -> None:
    found = codes(changed(old, new), known={"site.yaml", "wellcome.wav"})
    assert code in found
    assert {c for c in found if not c.startswith("W_")} <= {code}
    assert set(found) <= CODES.keys()


@pytest.mark.parametrize(
    ("holidays", "workdays", "expected"),
    [
        ("{first: 2026-10-01, last: 2026-10-07}", "2026-10-10", []),
        ("{first: 2026-10-07, last: 2026-10-01}", "2026-10-10", ["E_DATE"]),
        ("{first: 2026-10-01, last: 2028-10-01}", "2026-09-20", ["E_DATE"]),
        ("{first: 2026-10-01, last: 2026-10-07}, {first: 2026-10-07}", "2026-10-10", ["E_DATE"]),
        ("{first: 2026-10-10}", "2026-10-10", ["E_DATE"]),
        ("{first: 2026-10-01}", "2026-10-12", ["W_DATE"]),
    ],
)
def test_the_calendar_does_not_contradict_itself(
    holidays: str, workdays: str, expected: list[str]
) -> None:
    text = f"{SOUND}calendar: {{holidays: [{holidays}], workdays: [{workdays}]}}\n"
    assert codes(text) == expected


def test_a_file_that_is_there_is_taken() -> None:
    text = changed("hello: {text: Hello}", "hello: {file: ./audio/hello.wav}")
    assert codes(text, known={"audio/hello.wav"}) == []


def test_a_silent_caller_going_round_over_queues_and_menus_is_found() -> None:
    text = changed("overflow: voicemail:night", "overflow: menu:main").replace(
        '"2": menu:more}', '"2": menu:more}\n    on_timeout: queue:a'
    )
    assert codes(text) == ["E_LOOP"]


def test_menus_that_lead_nowhere_but_to_menus_are_found() -> None:
    rounds = "on_invalid: repeat\n    on_timeout: repeat"
    text = changed('{"1": queue:b, "*": back}', f'{{"*": back}}\n    {rounds}')
    text = text.replace('{"1": queue:a, "2": menu:more}', f'{{"2": menu:more}}\n    {rounds}')
    found = inspect({"site.yaml": text}, "site.yaml").findings
    endless = [f.message for f in found if "leads to a menu again" in f.message]
    assert [message.split(":")[0] for message in endless] == ["menus.main", "menus.more"]


def test_a_way_back_counts_as_a_way_out_where_the_menu_before_has_one() -> None:
    text = changed('{"1": queue:b, "*": back}', '{"*": back}\n    on_timeout: back')
    assert codes(text) == ["W_UNREACHED"]
