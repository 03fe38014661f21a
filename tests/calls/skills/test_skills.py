"""A queue's level keeps those away who lack it; among those who have it, the best comes first."""

import pytest
from callcenter.qa.phone import Behaviour
from tests.calls.hotline import Hotline

pytestmark = pytest.mark.calls

SHORT = Behaviour(talk_s=0.4)


async def test_a_lower_level_never_gets_the_call(hotline: Hotline) -> None:
    low = await hotline.agent("1001", SHORT)
    callers = await hotline.callers("7003", patience_s=10)
    await hotline.waiting("french")
    assert low.offers == []
    able = await hotline.agent("1002", SHORT)
    assert (await callers.result()).ok == 1
    assert (len(low.offers), len(able.offers)) == (0, 1)


async def test_the_best_is_called_although_others_idle_longer(hotline: Hotline) -> None:
    await hotline.agent("1001", SHORT)
    await hotline.agent("1002", SHORT)
    await hotline.agent("1003", SHORT)
    assert (await (await hotline.callers("7003")).result()).ok == 1
    assert await hotline.rings() == [("1003", "answered")]
