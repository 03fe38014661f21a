"""The files of a site: the example's to the letter, and what changes them."""

import re

import pytest
from callcenter.render import render
from callcenter.render.cel import COLUMNS, UserEvent
from callcenter.render.files import CHANNEL_VARIABLES
from jinja2 import UndefinedError
from tests.render.golden import FOLDER, example_files
from tests.render.sites import MODULES, TEMPLATES, context, files_of, lines, secrets_of, small

pytestmark = pytest.mark.pure

EXAMPLE = example_files()


@pytest.mark.parametrize("name", sorted(EXAMPLE))
def test_the_examples_file_is_as_agreed(name: str) -> None:
    golden = FOLDER / name
    assert golden.exists(), "new file: look at it, then run python -m tests.render.golden"
    assert EXAMPLE[name] == golden.read_text("utf-8"), (
        "changed: look at it, then run python -m tests.render.golden"
    )


def test_no_agreed_file_is_missing() -> None:
    assert {path.name for path in FOLDER.iterdir()} == EXAMPLE.keys()


def test_the_same_site_gives_the_same_bytes() -> None:
    assert example_files() == EXAMPLE


def test_the_order_of_names_in_yaml_does_not_matter() -> None:
    queues = {"b": {"overflow": "hangup"}, "a": {"overflow": "hangup"}}
    agents = {"1002": {"name": "Bo"}, "1001": {"name": "Al"}}
    numbers = {"12345": {"to": "queue:a"}}
    one = small(queues=queues, agents=agents, numbers=numbers, skills={})
    two = small(
        queues=dict(reversed(queues.items())),
        agents=dict(reversed(agents.items())),
        numbers=numbers,
        skills={},
    )
    secrets = {"trunks.operator": "x"}
    assert files_of(one, secrets) == files_of(two, secrets)


def test_a_missing_secret_is_told_by_name() -> None:
    with pytest.raises(KeyError, match=r"trunks\.operator"):
        files_of(small())


def test_a_template_that_names_nothing_known_is_refused() -> None:
    site = small(trunks={})
    with pytest.raises(UndefinedError, match="no_such_thing"):
        render(site, secrets_of(site), {"x.conf.j2": "{{ no_such_thing }}"}, _Any(), MODULES)


class _Any(dict[tuple[str, str], str]):
    def __missing__(self, key: tuple[str, str]) -> str:
        return "/path"


def test_templates_only_loop_and_decide() -> None:
    known = re.compile(r"\{% (for|endfor|if|elif|else|endif|raw|endraw|include)\b")
    for name, text in TEMPLATES.items():
        assert len(known.findall(text)) == text.count("{%"), name
        assert not re.search(r"\{\{[^}]*\|", text), f"{name} holds a filter"


def test_cel_columns_stand_in_the_agreed_order() -> None:
    mapping = next(line for line in lines(EXAMPLE["cel_custom.conf"]) if "=>" in line)
    values = mapping.partition("=> ")[2].split(",")
    assert values == [f"${{CSV_QUOTE(${{{column.value}}})}}" for column in COLUMNS]


def test_ari_and_ami_listen_on_this_machine_only() -> None:
    for name in ("http.conf", "manager.conf"):
        assert "bindaddr = 127.0.0.1" in EXAMPLE[name]


def test_a_number_of_one_trunk_refuses_the_others() -> None:
    site = small(numbers={"12345": {"to": "queue:sales", "trunk": "operator"}})
    steps = context(files_of(site, {"trunks.operator": "x"})["extensions.conf"], "cc-in")
    assert steps[1:3] == [
        ' same => n,GotoIf($["${CHANNEL(endpoint)}"="operator"]?taken)',
        " same => n,Hangup(1)",
    ]


def test_a_queue_without_limits_waits_for_ever() -> None:
    site = small(
        queues={"sales": {"announce": None, "record": "false"}}, skills={}, agents={}, trunks={}
    )
    files = files_of(site)
    assert " same => n,Queue(sales)" in context(files["extensions.conf"], "cc-fallback")
    assert context(files["queues.conf"], "sales](any.queue") == []
    section = files["queues.conf"].partition("[sales](any.queue)\n")[2]
    assert lines(section) == [
        "strategy = leastrecent",
        "timeout = 15",
        "wrapuptime = 10",
        "maxlen = 0",
        "musicclass = default",
    ]


def test_parts_of_a_second_are_rounded_up_where_asterisk_has_none() -> None:
    queue = {"ring_timeout": "1500ms", "wrap_up": "100ms", "max_wait": "2500ms"}
    files = files_of(small(queues={"sales": queue}), {"trunks.operator": "x"})
    assert "timeout = 2\nwrapuptime = 1\n" in files["queues.conf"]
    assert "Queue(sales,,,,3)" in files["extensions.conf"]


def test_music_of_the_site_may_take_the_place_of_the_built_in() -> None:
    files = files_of(small(music={"default": {"files": ["a.wav"]}}), {"trunks.operator": "x"})
    text = files["musiconhold.conf"]
    assert text.count("[default]") == 1
    assert "/var/lib/asterisk/callcenter/music/default" in text


def test_tls_and_wss_when_the_site_has_them() -> None:
    tls = {"certificate": "c.pem", "key": "k.pem", "port": "5061", "wss_port": "8089"}
    files = files_of(small(network={"tls": tls}), {"trunks.operator": "x"})
    assert "protocol = tls\ntos = cs3\nbind = 127.0.0.1:5061\n" in files["pjsip.conf"]
    assert "protocol = wss\n" in files["pjsip.conf"]
    assert "tlsbindaddr = 127.0.0.1:8089\n" in files["http.conf"]
    assert "acl = local\n" in files["ari.conf"]
    plain = files_of(small(), {"trunks.operator": "x"})
    assert "tls" not in plain["pjsip.conf"] + plain["http.conf"]


def test_a_trunk_with_a_password_registers_with_it() -> None:
    trunk = {
        "host": "sip.example.net",
        "transport": "tcp",
        "username": "+86 10@x",
        "secret": {"env": "X"},
        "register": "true",
    }
    pjsip = files_of(small(trunks={"operator": trunk}), {"trunks.operator": "a;b"})["pjsip.conf"]
    assert "server_uri = sip:sip.example.net:5060\\;transport=tcp\n" in pjsip
    assert "client_uri = sip:%2B86%2010%40x@sip.example.net\n" in pjsip
    assert "username = +86 10@x\npassword = a\\;b\n" in pjsip


def test_an_agent_reached_without_a_queue() -> None:
    site = small(numbers={"12345": {"to": "agent:1001"}})
    dialplan = files_of(site, {"trunks.operator": "x"})["extensions.conf"]
    assert context(dialplan, "cc-in")[-1] == " same => n,Goto(cc-agent,1001,1)"
    assert " same => n,Dial(PJSIP/1001,30,U(cc-record))" in context(dialplan, "cc-agent")


def test_a_menu_leads_on_back_and_round() -> None:
    menus = {
        "main": {
            "prompt": "hello",
            "keys": {"1": "menu:sub", "9": "repeat", "0": "hangup"},
            "tries": "2",
            "on_timeout": "menu:sub",
            "on_invalid": "menu:sub",
        },
        "sub": {"prompt": "hello", "keys": {"*": "back", "1": "play:hello"}, "timeout": "500ms"},
    }
    site = small(menus=menus, numbers={"12345": {"to": "menu:main"}})
    dialplan = files_of(site, {"trunks.operator": "x"})["extensions.conf"]
    main = "\n".join(context(dialplan, "cc-menu-main"))
    enter = " same => n,Set(HASH(CC_BACK,sub)=main)\n same => n,Goto(cc-menu-sub,s,1)"
    assert f"exten => 1,1,CELGenUserEvent(CC_KEY,main|1)\n{enter}" in main
    assert " same => n,Goto(cc-menu-main,s,again)" in main
    assert " same => n,Goto(cc-play,goodbye,1)" in main
    assert " same => n(enough),Set(HASH(CC_BACK,sub)=main)\n" in main
    assert f" same => n,GotoIf($[${{CC_FAILED}}<2]?s,play)\n{enter}" in main
    sub = context(dialplan, "cc-menu-sub")
    assert " same => n,WaitExten(0.5)" in sub
    assert " same => n,Goto(cc-back,sub,1)" in sub
    assert " same => n,Goto(cc-play,hello,1)" in sub


def test_events_of_ours_are_those_that_the_dialplan_writes_and_the_page_tells() -> None:
    written = set(re.findall(r"CELGenUserEvent\((\w+)", "".join(TEMPLATES.values())))
    page = (FOLDER.parents[3] / "docs" / "dialplan.md").read_text("utf-8")
    assert written == set(UserEvent)
    assert set(re.findall(r"^\| `(CC_\w+)` \|", page, re.MULTILINE)) == written
    assert {name for name in CHANNEL_VARIABLES if f"`{name}`" not in page} == set()
