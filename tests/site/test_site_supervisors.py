"""Supervisors: what each may do, to whom, and what they change over what is deployed."""

import itertools

import pytest
from callcenter.acd.site_plan import plan_of
from callcenter.site.load import inspect, load
from callcenter.site.model import Site
from callcenter.site.overrides import (
    BY_THE_SITE,
    Kind,
    NoOverride,
    Override,
    deployed,
    led_to,
    overridden,
    skills_value,
    still,
)
from callcenter.site.rights import Target, Why, may, queues_of, supervisors_of
from callcenter.site.supervisors import ACTS

pytestmark = pytest.mark.pure

TEXT = """\
site: demo
numbers: {"100": {to: "queue:desk"}, "101": {to: "queue:tax"}}
skills: {tax: Tax}
prompts: {sorry: {text: Sorry}}
queues:
  desk: {overflow: {default: "queue:tax", emergency: "play:sorry"}}
  tax: {needs: {tax: 3}, overflow: hangup}
agents:
  "1001": {name: Ann, team: blue}
  "1002": {name: Bob, team: red, skills: {tax: 5}}
  "1003": {name: Cai}
  "1009": {name: Ida, team: blue}
supervisors:
  "1009": {teams: [blue]}
  "1002": {teams: [red], may: [listen, emergency]}
  "1003": {}
tenants:
  east:
    numbers: {"200": {to: "queue:desk"}}
    skills: {tax: Tax}
    queues: {desk: {needs: {tax: 1}}}
    agents:
      "2001": {name: Eve, team: blue, skills: {tax: 2}}
      "2009": {name: Fay, team: blue}
    supervisors: {"2009": {teams: [blue]}}
"""


def of(text: str) -> Site:
    return load({"site.yaml": text}, "site.yaml")


@pytest.fixture(scope="module")
def site() -> Site:
    return of(TEXT)


@pytest.mark.parametrize(
    ("who", "act", "target", "why"),
    [
        ("1009", "listen", Target("1001"), ""),
        ("1009", "listen", Target("1002"), Why.OTHER_TEAM),
        ("1009", "listen", Target("1003"), Why.OTHER_TEAM),
        ("1009", "listen", Target("1009"), Why.HIMSELF),
        ("1009", "force", Target("1009"), ""),
        ("1009", "listen", Target("2001"), Why.OTHER_TENANT),
        ("1009", "listen", Target("9999"), Why.UNKNOWN),
        ("1009", "listen", Target(), Why.UNKNOWN),
        ("1009", "move", Target(queue="desk"), ""),
        ("1009", "move", Target(queue="tax"), Why.OTHER_TEAM),
        ("1009", "hang_up", Target("1002", "desk"), Why.OTHER_TEAM),
        ("1009", "hang_up", Target("1001", "desk"), ""),
        ("1009", "move", Target(queue="east.desk"), Why.OTHER_TENANT),
        ("1009", "move", Target(queue="gone"), Why.UNKNOWN),
        ("1002", "barge", Target("1002"), Why.NOT_THIS_ACT),
        ("1002", "emergency", Target(queue="tax"), ""),
        ("1001", "listen", Target("1009"), Why.NO_SUPERVISOR),
        ("1003", "listen", Target("1002"), ""),
        ("1003", "listen", Target("2001"), Why.OTHER_TENANT),
        ("2009", "listen", Target("2001"), ""),
        ("2009", "listen", Target("1001"), Why.OTHER_TENANT),
    ],
)
def test_rights(site: Site, who: str, act: str, target: Target, why: str) -> None:
    assert may(site, who, act, target) == why  # type: ignore[arg-type]


def test_nothing_crosses_tenants(site: Site) -> None:
    for who, act, agent in itertools.product(site.supervisors, ACTS, site.agents):
        if site.supervisors[who].tenant != site.agents[agent].tenant:
            assert may(site, who, act, Target(agent))
    for who, act, queue in itertools.product(site.supervisors, ACTS, site.queues):
        if site.supervisors[who].tenant != site.queues[queue].tenant:
            assert may(site, who, act, Target(queue=queue))


def test_who_has_what(site: Site) -> None:
    assert queues_of(site, "1009", "emergency") == ["desk"]
    assert queues_of(site, "1003", "emergency") == ["desk", "tax"]
    assert queues_of(site, "2009", "emergency") == ["east.desk"]
    assert supervisors_of(site, "1001", "barge") == ["1009", "1003"]
    assert supervisors_of(site, "2001", "barge") == ["2009"]


def test_a_supervisor_is_an_agent_of_the_same_tenant() -> None:
    wrong = TEXT.replace('"2009": {teams: [blue]}', '"1001": {teams: [green]}')
    messages = [
        f.message for f in inspect({"site.yaml": wrong}, "site.yaml").findings if f.is_error
    ]
    assert any("there is no agent '1001'" in message for message in messages), messages
    assert any("a team 'green'" in message for message in messages), messages


def test_skills_are_changed_and_taken_away(site: Site) -> None:
    changes = [Override(Kind.SKILLS, "1001", "tax=7"), Override(Kind.SKILLS, "1002", "tax=0")]
    plan = plan_of(overridden(site, changes))
    assert plan.agents["1001"].skills["tax"] == 7
    assert "tax" not in plan.agents["1002"].skills


def test_names_of_skills_are_the_tenants_own(site: Site) -> None:
    assert skills_value(site, "1001", "tax=7") == "tax=7"
    assert skills_value(site, "2001", "tax=7") == "east.tax=7"
    for wrong in ("tax=11", "tax", "tax=x", "east.tax=3", "no=1", ""):
        with pytest.raises(NoOverride):
            skills_value(site, "1001", wrong)


def test_an_overflow_is_led_elsewhere_but_not_round(site: Site) -> None:
    assert led_to(site, "desk", "hangup") == "hangup"
    assert led_to(site, "desk", "play:sorry") == "play:sorry"
    for wrong in ("queue:gone", "queue:desk", "queue:east.desk", "agent:1001", "tax", "back"):
        with pytest.raises(NoOverride):
            led_to(site, "desk", wrong)
    with pytest.raises(NoOverride, match="round"):
        led_to(site, "tax", "queue:desk")
    led = overridden(site, [Override(Kind.OVERFLOW, "desk", "hangup")]).queues["desk"]
    assert str(led.overflow.to("max_wait")) == "hangup"
    assert str(led.overflow.to("emergency")) == "play:sorry"


def test_two_changes_that_only_together_go_round(site: Site) -> None:
    first = Override(Kind.OVERFLOW, "desk", "hangup")
    assert led_to(site, "tax", "queue:desk", [first]) == "queue:desk"


def test_a_deployment_that_changes_it_ends_it(site: Site) -> None:
    over = deployed(site, Kind.SKILLS, "1002") or ""
    made = Override(Kind.SKILLS, "1002", "tax=1", over)
    assert still(site, made)
    assert still(of(TEXT.replace("hangup", '"play:sorry"')), made)
    assert not still(of(TEXT.replace("tax: 5", "tax: 6")), made)
    closed = Override(Kind.EMERGENCY, "tax", BY_THE_SITE)
    assert still(of(TEXT.replace("hangup", '"play:sorry"')), closed)
    assert not still(site, Override(Kind.EMERGENCY, "gone", BY_THE_SITE))
