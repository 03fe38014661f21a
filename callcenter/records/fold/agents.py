"""Agents' times, and what people did: the audit."""

from collections.abc import Callable, Mapping
from typing import Any

from callcenter.acd.facts import AgentAsked, AgentChanged
from callcenter.acd.talk_events import root_of
from callcenter.acd.talk_facts import NotReadyRefused
from callcenter.records.fold.drafts import Act, AgentInterval
from callcenter.records.fold.page import Page
from callcenter.records.fold.stays import add_wrap_up
from callcenter.records.journal.facts import ActDone, CelRead, Overridden
from callcenter.records.tables.columns import ms
from callcenter.terms import AgentState

_WRAP_UP = AgentState.WRAP_UP


def _changed(fact: AgentChanged, page: Page) -> None:
    # Half of all facts are these.
    at, agent = ms(fact.at), fact.agent
    before = page.duties.get(agent)
    if before is not None:
        before.ended_at = at
        if before.state == _WRAP_UP:
            add_wrap_up(page, before.call_id, agent, at - before.started_at)
    page.add_duty(
        AgentInterval(
            agent=agent,
            state=fact.state,
            reason=fact.reason,
            call_id=root_of(fact.call),
            started_at=at,
        )
    )


def _not_ready_refused(fact: NotReadyRefused, page: Page) -> None:
    page.add(
        Act(
            at=ms(fact.at),
            who=fact.agent,
            act="not_ready",
            target=fact.team,
            detail=fact.reason,
            result="refused",
        )
    )


def _act(fact: ActDone, page: Page) -> None:
    page.add(
        Act(
            at=ms(fact.at),
            who=fact.who,
            act=fact.act,
            target=fact.target,
            detail=fact.detail,
            result=fact.result,
        )
    )


def _nothing(fact: AgentAsked | CelRead | Overridden, page: Page) -> None:
    """What an agent asks for changes no row before he gets it; nor does a place in a file. A change
    at once has its own row as an act."""


FOLDS: Mapping[type, Callable[[Any, Page], None]] = {
    AgentChanged: _changed,
    AgentAsked: _nothing,
    CelRead: _nothing,
    NotReadyRefused: _not_ready_refused,
    ActDone: _act,
    Overridden: _nothing,
}
