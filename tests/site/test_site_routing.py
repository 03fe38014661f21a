"""A queue's routing in a site: what it may name, what goes round for ever, short and long forms."""

import pytest
from callcenter.site.dump import dump
from callcenter.site.load import inspect, load
from tests.site.test_site_checks import SOUND, changed, codes

pytestmark = pytest.mark.pure


def queue(keys: str) -> str:
    return changed("b: {}", f"b: {{{keys}}}")


@pytest.mark.parametrize(
    ("keys", "found"),
    [
        ("needs: zh >= 3 and not en", ["E_UNKNOWN_NAME"]),
        ("needs: zh >= and", ["E_NEEDS"]),
        ("needs: zh > 4 or not zh", []),
        ("relax: [{after: 20s, lower: {en: 1}}]", ["E_UNKNOWN_NAME"]),
        ("relax: [{after: 20s, add: or en}]", ["E_UNKNOWN_NAME"]),
        ("relax: [{after: 20s, queues: [c]}]", ["E_UNKNOWN_NAME"]),
        ("relax: [{after: 20s, say: bye}]", ["E_UNKNOWN_NAME"]),
        ("relax: [{after: 20s, lower: {zh: 1}, add: or zh, queues: [a], say: hello}]", []),
        ("strategy: ranked", ["E_MISSING"]),
        ('ranking: ["1001"]', ["E_MISSING"]),
        ('strategy: ranked, ranking: ["1009"]', ["E_UNKNOWN_NAME"]),
        ('strategy: ranked, ranking: ["1001"]', []),
        ("hours: never", ["E_UNKNOWN_NAME"]),
        ("music: {default: jazz, en: rock}", ["E_UNKNOWN_NAME", "E_UNKNOWN_NAME"]),
        ("announce: {comfort: [bye]}", ["E_UNKNOWN_NAME"]),
        ("overflow: outside:0208765", []),
        ("overflow: outside:police", ["E_NUMBER"]),
        ("overflow: {full: queue:a, max_wait: voicemail:day}", ["E_UNKNOWN_NAME"]),
        ("overflow: {fulll: hangup}", ["E_UNKNOWN_KEY"]),
        ("overflow: nowhere", ["E_DESTINATION"]),
    ],
)
def test_what_a_queue_may_name(keys: str, found: list[str]) -> None:
    assert codes(queue(keys)) == found


@pytest.mark.parametrize(
    ("limits", "found"),
    [
        ("day: [{at_most: 2}, {share: 20, reason: break}]", []),
        ("night: [{at_most: 2}]", ["E_UNKNOWN_NAME"]),
        ("day: [{reason: break}]", ["E_ONE_OF"]),
        ("day: [{at_most: 1, share: 20}]", ["E_ONE_OF"]),
        ("day: [{at_most: 1, reason: lunch}]", ["E_UNKNOWN_NAME"]),
    ],
)
def test_what_a_limit_of_not_ready_needs(limits: str, found: list[str]) -> None:
    text = changed("{name: Ann,", "{name: Ann, team: day,")
    assert codes(f"{text}not_ready_limits: {{{limits}}}\n") == found


def test_outside_needs_a_trunk() -> None:
    text = queue("overflow: outside:0208765")
    text = text.replace("trunks: {operator: {host: sip.example.com, max_calls: 10}}\n", "")
    assert "E_MISSING" in codes(text)


def test_a_round_of_overflows_is_told_whole_and_where() -> None:
    text = changed("overflow: voicemail:night", "overflow: {default: hangup, full: queue:b}")
    text = text.replace("b: {}", "b: {overflow: {no_agent: queue:a}}")
    (finding,) = inspect({"site.yaml": text}, "site.yaml").findings
    assert str(finding).startswith("site.yaml:15:")
    assert "round for ever: queue:a -> queue:b -> queue:a" in finding.message


def test_short_and_long_forms_are_the_same_and_come_back_short() -> None:
    long = queue("overflow: {default: hangup}, music: {default: null}, needs: {zh: 2}")
    short = queue("needs: zh >= 2")
    sites = [load({"site.yaml": text}, "site.yaml") for text in (long, short)]
    assert sites[0] == sites[1]
    special = load({"site.yaml": queue("overflow: {full: hangup, max_wait: queue:a}")}, "site.yaml")
    assert load({"site.yaml": dump(special)}, "site.yaml") == special
    assert special.queues["b"].overflow.to("full") == special.queues["b"].overflow.default
    assert special.queues["b"].overflow.to("max_wait").name == "a"
    assert SOUND.count("b: {}") == 1
