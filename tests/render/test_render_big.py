"""A province's site is rendered in a moment."""

import time

import pytest
from callcenter.site.load import load
from tests.render.sites import files_of
from tests.site.big_site import big_site

pytestmark = pytest.mark.pure

LIMIT_S = 1.0


def test_a_thousand_agents_and_a_hundred_queues_take_less_than_a_second() -> None:
    site = load(big_site(), "site.yaml")
    began = time.process_time()
    files = files_of(site)
    took = time.process_time() - began
    assert files["pjsip.conf"].count("](any.agent)") == 1000
    assert took < LIMIT_S
