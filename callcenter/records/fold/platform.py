"""Use of trunks, and times in which something of the platform was not there."""

from collections.abc import Callable, Mapping
from typing import Any

from callcenter.records.fold.drafts import Downtime, TrunkUse
from callcenter.records.fold.page import Page
from callcenter.records.journal.platform_facts import PlatformDown, TrunkUsed
from callcenter.records.tables.columns import ms


def _used(fact: TrunkUsed, page: Page) -> None:
    page.add(
        TrunkUse(
            at=ms(fact.at),
            trunk=fact.trunk,
            call_id=fact.call,
            direction=fact.direction,
            result=fact.result,
            cause=fact.cause,
            until=ms(fact.until),
        )
    )


def _down(fact: PlatformDown, page: Page) -> None:
    page.add(Downtime(at=ms(fact.at), what=fact.what, since=ms(fact.since), until=ms(fact.until)))


FOLDS: Mapping[type, Callable[[Any, Page], None]] = {TrunkUsed: _used, PlatformDown: _down}
