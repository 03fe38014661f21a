"""Whatever text a site or a secret holds, the files keep their shape and the text its place."""

from functools import cache

import pytest
from callcenter.render.escape import Label, UnsafeText, Verbatim, escape
from callcenter.site.model import Site
from hypothesis import example, given, settings
from hypothesis import strategies as st
from tests.render.conf_reader import Entry, read_conf
from tests.render.sites import files_of, small

pytestmark = pytest.mark.pure

nasty = st.text(
    alphabet="abz01 \n\r\t\x00\x1c\x85\u2028;,|=>[](){}<>\"'\\$&#!%^*?@:/`~", max_size=60
)
any_text = st.text(max_size=60) | nasty

LABELS = {
    ("pjsip.conf", "callerid"),
    ("voicemail.conf", "box"),
    ("extensions.conf", "same"),
}
PLACES = LABELS | {
    ("pjsip.conf", "username"),
    ("pjsip.conf", "password"),
    ("pjsip.conf", "from_user"),
    ("pjsip.conf", "client_uri"),
    ("pjsip.conf", "contact_user"),
    ("ari.conf", "password"),
    ("manager.conf", "secret"),
}


@cache
def plain() -> dict[str, list[Entry]]:
    """The files without any odd text, as read."""
    files = files_of(small(), {"trunks.operator": "secret-line"})
    return {name: read_conf(text) for name, text in files.items()}


def with_texts(label: str, user: str, prompt: str) -> Site:
    """A site with these texts; the checks of the model are left out on purpose."""
    site = small()
    trunk = site.trunks["operator"].model_copy(update={"username": user})
    return site.model_copy(
        update={
            "trunks": {"operator": trunk},
            "agents": {"1001": site.agents["1001"].model_copy(update={"name": label})},
            "queues": {"sales": site.queues["sales"].model_copy(update={"label": label})},
            "voicemail": {"box": site.voicemail["box"].model_copy(update={"label": label})},
            "prompts": {"hello": site.prompts["hello"].model_copy(update={"text": prompt})},
            "skills": {"selling": label},
        }
    )


@settings(deadline=None)  # the first one reads the templates
@given(label=any_text, user=any_text, secret=any_text, prompt=any_text)
@example(label="${SHELL(id)}", user="u", secret="s", prompt="${SHELL(id)}")
@example(label="a\n[evil]\nexten => s,1,System(id)", user="u", secret="s", prompt="a\n#exec id")
@example(label='x" <1>;\\', user="a;b", secret="p;\\;--w", prompt="]")
@example(label=",,,,|x=y", user="@:/", secret="$[1]", prompt=";")
def test_any_text_leaves_the_shape_as_it_is(
    label: str, user: str, secret: str, prompt: str
) -> None:
    site = with_texts(label, user, prompt)
    try:
        files = files_of(site, {"trunks.operator": secret, "ari": secret, "ami": secret})
    except UnsafeText:
        assert not (_can_stand(user.strip()) and _can_stand(secret))
        return
    for name, text in files.items():
        _compare(name, plain()[name], read_conf(text), label)
    assert _value(files["ari.conf"], "password") == secret
    assert _value(files["manager.conf"], "secret") == secret


def _compare(name: str, agreed: list[Entry], found: list[Entry], label: str) -> None:
    assert [(e.section, e.key) for e in found] == [(e.section, e.key) for e in agreed]
    for was, now in zip(agreed, found, strict=True):
        if was.value == now.value:
            continue
        assert (name, now.key) in PLACES or "/prompts/" in was.value
        if (name, now.key) in LABELS and "/prompts/" not in was.value:
            written = str(escape(Label(label)))
            assert now.value in {_instead(was.value, word) for word in (written, "sales", "box")}


def _instead(value: str, written: str) -> str:
    """A plain value with the label in the place of the plain one."""
    for word in ("Ann", "Box", "Sales"):
        value = value.replace(word, written)
    return value


def _can_stand(text: str) -> bool:
    """True for a text that can be the value of a line as it is."""
    try:
        escape(Verbatim(text))
    except UnsafeText:
        return False
    return True


def _value(text: str, key: str) -> str:
    return next(entry.value for entry in read_conf(text) if entry.key == key)
