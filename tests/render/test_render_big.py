"""A province's site is rendered whole."""

import pytest
from callcenter.site.load import load
from tests.render.sites import files_of
from tests.site.big_site import big_site

pytestmark = pytest.mark.pure


def test_a_thousand_agents_have_a_phone_each() -> None:
    files = files_of(load(big_site(), "site.yaml"))
    assert files["pjsip.conf"].count("](any.agent)") == 1000
