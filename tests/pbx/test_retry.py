"""How long to wait before connecting to Asterisk again."""

from itertools import islice

import pytest
from callcenter.pbx.retry import retry_delays

pytestmark = pytest.mark.pure


def test_a_quick_try_then_doubling_to_half_a_minute() -> None:
    assert list(islice(retry_delays(), 8)) == [0.2, 1, 2, 4, 8, 16, 30, 30]


def test_it_goes_on_however_long_asterisk_is_away() -> None:
    assert next(islice(retry_delays(), 5000, None)) == 30
