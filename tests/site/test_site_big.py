"""A site of a province's size is checked whole."""

import pytest
from callcenter.site.load import inspect, load
from tests.site.big_site import big_site

pytestmark = pytest.mark.pure


def test_a_thousand_agents_in_a_hundred_queues_have_no_findings() -> None:
    inspection = inspect(big_site(), "site.yaml")
    assert inspection.findings == ()
    assert inspection.site is not None
    assert (len(inspection.site.agents), len(inspection.site.queues)) == (1000, 100)


def test_a_thousand_faults_are_a_thousand_findings() -> None:
    files = big_site()
    files["agents.yaml"] = files["agents.yaml"].replace("name:", "nmae:")
    findings = inspect(files, "site.yaml").findings
    assert [f.code for f in findings].count("E_UNKNOWN_KEY") == 1000


def test_a_small_one_loads_too() -> None:
    assert len(load(big_site(agents=9, queues=9), "site.yaml").queues) == 9
