"""Outside the opening hours the caller hears so, whatever agents are there."""

import pytest
from tests.calls.hotline import Hotline

pytestmark = pytest.mark.calls


async def test_closed_hours(hotline: Hotline) -> None:
    agent = await hotline.agent("1001")
    counts = await (await hotline.callers("7009", "1")).result()
    assert counts.messages["BYE", "Recv"] == 1, "the prompt was played, then hung up"
    call = await hotline.call()
    assert (call["outcome"], call["requested_at"], call["called"]) == ("ivr_end", None, "7009")
    assert agent.offers == []
