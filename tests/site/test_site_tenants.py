"""Tenants: each a hotline of its own; the same names, and nothing that crosses."""

import re
from typing import Any, get_args, get_origin, get_type_hints

import pytest
from callcenter.acd.matching.pools import Matching
from callcenter.acd.site_plan import plan_of
from callcenter.site.dump import dump
from callcenter.site.load import inspect, load
from callcenter.site.model import Part, Site
from callcenter.site.tenant import SECTIONS
from callcenter.site.tenants import NAMED, local_name, tenant_of, within
from callcenter.site.types import Name, To

pytestmark = pytest.mark.pure

EAST = """\
    label: East
    numbers: {"200": {to: "menu:main", hours: office, closed: "voicemail:night"}}
    hours: {office: {open: [Mon-Fri 08:00-18:00]}}
    prompts: {welcome: {text: East}}
    menus:
      main: {prompt: welcome, keys: {"1": "queue:general", "2": {to: "queue:general", priority: 3}}}
    skills: {tax: Tax}
    music: {calm: {files: [calm.wav]}}
    queues:
      general:
        needs: tax >= 2 and not learner
        music: calm
        overflow: {default: "voicemail:night", full: "play:welcome"}
        relax: [{after: 30s, lower: {tax: 1}, queues: [other], say: welcome}]
      other: {needs: {tax: 1}, music: {zh: calm}, overflow: "agent:2001"}
    voicemail: {night: {greeting: welcome, number: "80"}}
    number_lists: {vip: {priority: 5}}
    agents: {"2001": {name: Bob, skills: {tax: 5}, team: blue}}
    not_ready_limits: {blue: [{at_most: 1}]}
"""
SITE = f"""\
site: demo
numbers: {{"100": {{to: "queue:desk"}}}}
queues: {{desk: {{}}}}
skills: {{tax: Tax}}
agents: {{"1001": {{name: Ann, skills: {{tax: 9}}}}}}
tenants:
  east:
{EAST.replace("not learner", "tax <= 9")}
  west:
    numbers: {{"300": {{to: "queue:general"}}}}
    queues: {{general: {{overflow: hangup}}}}
    agents: {{"3001": {{name: Cai}}}}
"""


def findings(text: str) -> list[str]:
    return [str(f) for f in inspect({"site.yaml": text}, "site.yaml").findings]


def site() -> Site:
    return load({"site.yaml": SITE}, "site.yaml")


def test_two_tenants_use_the_same_names() -> None:
    assert not [line for line in findings(SITE) if " E_" in line]
    assert set(site().queues) == {"desk", "east.general", "east.other", "west.general"}
    assert site().queues["west.general"].tenant == "west"


def test_names_within_a_tenant_are_its_own() -> None:
    loaded = site()
    queue = loaded.queues["east.general"]
    assert queue.needs.skills() == ["east.tax"]
    assert queue.music.default == "east.calm"
    assert loaded.queues["east.other"].music.zh == "east.calm"
    assert str(queue.overflow.default) == "voicemail:east.night"
    assert str(queue.overflow.full) == "play:east.welcome"
    assert queue.relax[0].lower == {"east.tax": 1}
    assert queue.relax[0].queues == ("east.other",)
    assert queue.relax[0].say == "east.welcome"
    menu = loaded.menus["east.main"]
    assert [str(choice.to) for choice in menu.keys.values()] == ["queue:east.general"] * 2
    assert menu.keys["2"].priority == 3
    assert loaded.numbers["200"].hours == "east.office"
    agent = loaded.agents["2001"]
    assert (agent.tenant, agent.team, dict(agent.skills)) == ("east", "east.blue", {"east.tax": 5})


def test_the_site_s_own_parts_keep_their_names() -> None:
    loaded = site()
    assert (loaded.agents["1001"].tenant, loaded.numbers["100"].tenant) == ("", "")
    assert within(loaded, "", "agents") == ["1001"]
    assert within(loaded, "east", "agents") == ["2001"]
    assert within(loaded, "east", "queues") == ["east.general", "east.other"]
    assert (tenant_of("east.general"), tenant_of("desk")) == ("east", "")
    assert local_name("east.general") == "general"


@pytest.mark.parametrize(
    ("old", "new", "found"),
    [
        # A name of another tenant, or of the site, is no name here.
        ('"queue:general"}}\n    queues', '"queue:other"}}\n    queues', "mean general|general"),
        ('"queue:general"}}\n    queues', '"queue:east.other"}}\n    queues', "E_NAME"),
        ('{to: "queue:desk"}', '{to: "queue:east.general"}', "leave out the dot"),
        ('{to: "queue:desk"}', '{to: "queue:general"}', "E_UNKNOWN_NAME"),
        ("{overflow: hangup}", '{overflow: "agent:2001"}', "in agents of the tenant west"),
        ("{overflow: hangup}", '{ranking: ["2001"]}', "in agents of the tenant west"),
        ("{overflow: hangup}", "{needs: tax > 3}", "in skills of the tenant west"),
        ("{overflow: hangup}", "{hours: office}", "in hours of the tenant west"),
        ("queues: {desk: {}}", "queues: {east.desk: {}}", "E_NAME"),
        ("{general: {overflow: hangup}}", "{general: {}, a.b: {}}", "E_NAME"),
        # What is dialled is the same for all.
        ('"3001": {name: Cai}', '"2001": {name: Cai}', "E_COLLISION .* at site.yaml:25:14"),
        ('{"300": {to', '{"200": {to', "E_COLLISION"),
        ('{"300": {to', '{"1001": {to', "E_COLLISION"),
        # Whose a part is, is told by where it stands.
        ("{name: Cai}", "{name: Cai, tenant: east}", "write the part under"),
        ("queues: {desk: {}}", "queues: {desk: {tenant: east}}", "write the part under"),
        ("  west:\n", "  west:\n    feature_codes: {}\n", "E_UNKNOWN_KEY"),
        ("  west:\n", "  west.x:\n", "E_NAME"),
        ("  west:\n", "  ea-st: {}\n  west:\n", "E_COLLISION"),
    ],
)  # fmt: skip
def test_nothing_crosses(old: str, new: str, found: str) -> None:
    assert SITE.count(old) == 1
    told = findings(SITE.replace(old, new))
    assert any(re.search(found, line) for line in told), told


def test_a_finding_tells_file_line_and_what_the_tenant_has() -> None:
    included = "tenants:\n  west:\n    queues:\n      general: {overflow: queue:genral}\n"
    main = "site: demo\ninclude: [west.yaml]\nnumbers: {}\n"
    told = inspect({"site.yaml": main, "west.yaml": included}, "site.yaml").findings
    assert [str(f) for f in told if f.is_error] == [
        "west.yaml:4:27: E_UNKNOWN_NAME queues.west.general.overflow: 'genral' is not defined in "
        "queues of the tenant west; did you mean general?"
    ]


def test_it_is_written_back_as_it_was_read() -> None:
    text = dump(site())
    assert "east." not in text
    assert load({"site.yaml": text}, "site.yaml") == site()


def test_the_deployed_site_is_the_same_site() -> None:
    assert Site.model_validate_json(site().model_dump_json(by_alias=True)) == site()


def test_no_queue_is_served_by_agents_of_others() -> None:
    plan = plan_of(site())
    matching = Matching(plan)
    served = {
        name: {
            queue.policy.name for seat in matching.seats(agent.skills) for queue in seat.pool.queues
        }
        for name, agent in plan.agents.items()
    }
    assert served == {
        "1001": {"desk"},
        "2001": {"east.general", "east.other"},
        "3001": {"west.general"},
    }
    assert [limit.team for limit in plan.not_ready_limits] == [plan.agents["2001"].team]
    for name, policy in plan.queues.items():
        for step in policy.relax:
            assert step.needs is not None
            assert not step.needs.met_by(plan.agents["3001"].skills), name


def test_a_destination_with_a_name_is_resolved() -> None:
    """A new kind of destination is put to one side or the other."""
    by_number_or_alone = {To.AGENT, To.OUTSIDE, To.HANGUP, To.REPEAT, To.BACK, To.CALLBACK}
    assert set(To) == NAMED | by_number_or_alone


GLOBAL = {
    "Site.site",
    "Site.trunks",
    "Site.not_ready_reasons",
    "AccessNumber.trunk",
    "NotReadyLimit.reason",
    "Outbound.trunks",
    "Permit.trunks",
    "Permit.teams",
    "Site.reports",
}
"""Names that are the site's, also for its tenants; all others must be NameRef or FullName."""


def test_every_other_name_in_the_model_is_resolved_within_its_tenant() -> None:
    bare = {
        f"{part.__name__}.{name}"
        for part in parts(Site)
        for name, hint in get_type_hints(part, include_extras=True).items()
        if has_bare_name(hint)
    }
    assert bare == GLOBAL


def test_every_section_of_a_tenant_is_one_of_the_site() -> None:
    hints = get_type_hints(Site, include_extras=True)
    assert SECTIONS
    for section in SECTIONS:
        assert section in hints


def parts(part: type[Part]) -> set[type[Part]]:
    """A part and all that can stand in it."""
    found = {part}
    ahead = list(get_type_hints(part).values())
    while ahead:
        hint = ahead.pop()
        ahead += get_args(hint)
        if isinstance(hint, type) and issubclass(hint, Part) and hint not in found:
            found.add(hint)
            ahead += get_type_hints(hint).values()
    return found


def has_bare_name(hint: Any) -> bool:
    if hint == Name:
        return True
    return get_origin(hint) is not None and any(has_bare_name(arg) for arg in get_args(hint))


def test_a_tenant_may_stand_in_several_files_but_nothing_of_it_twice() -> None:
    main = "site: demo\ninclude: [more.yaml]\ntenants: {east: {queues: {a: {}, b: {}}}}\n"
    files = {"site.yaml": main, "more.yaml": "tenants: {east: {queues: {c: {}}}, west: {}}\n"}
    assert set(load(files, "site.yaml").queues) == {"east.a", "east.b", "east.c"}
    files["more.yaml"] = "tenants: {east: {queues: {b: {}}}}\n"
    told = [str(found) for found in inspect(files, "site.yaml").findings if found.is_error]
    assert told == [
        "more.yaml:1:27: E_DUPLICATE 'b' stands already at site.yaml:3:34; keep one of the two"
    ]
