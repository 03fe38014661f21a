"""The demo's callers and agents fit the site that they are played on."""

from collections import Counter
from pathlib import Path

import pytest
from callcenter.pbx.site_files import read_site
from callcenter.qa.demo import CALLS, stories, unserved
from callcenter.qa.paths import ways
from callcenter.site.model import Site
from callcenter.site.types import Destination

pytestmark = pytest.mark.pure

EXAMPLE = Path(__file__).parents[2] / "examples" / "hotline-12345"


@pytest.fixture(scope="module")
def example() -> Site:
    return read_site(EXAMPLE)


def test_the_shortest_keys_lead_to_each_queue(example: Site) -> None:
    keys = {str(way.end): way.keys for way in ways(example) if way.number == "12345"}
    assert keys["queue:consulting"] in ("1", "0")
    assert keys["queue:complaints"] == "2"
    assert keys["queue:pensions"] == "32"
    assert keys["play:pension-dates"] == "34"
    assert keys["queue:english"] == "81"


def test_menus_that_lead_back_do_not_run_for_ever(example: Site) -> None:
    assert len(ways(example)) < 30


def test_voicemail_is_reached_because_its_agents_stay_away(example: Site) -> None:
    absent, away = unserved(example)
    assert [way.end for way in absent] == [Destination.parse("queue:english")]
    assert away == {"1005", "1009", "1011"}


def test_callers_are_mostly_patient_and_some_leave(example: Site) -> None:
    absent, _ = unserved(example)
    told = stories(example, absent)
    assert len(told) == CALLS
    patience = Counter(story.patience_ms for story in told)
    assert patience.most_common(1)[0][1] > CALLS / 2
    assert len(patience) == 4
    assert all(example.numbers[story.way.number].hours is None for story in told)


def test_a_site_without_an_open_queue_has_nothing_to_show(example: Site) -> None:
    closed = example.model_copy(update={"numbers": {}})
    with pytest.raises(ValueError, match="nothing to show"):
        stories(closed)
