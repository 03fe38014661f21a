"""The floor as screens show it: queues, agents, calls. Caller numbers are masked."""

from collections.abc import Mapping
from typing import TypeAlias

from callcenter.acd.floor import Floor
from callcenter.acd.views import AgentView, CallView, QueueView
from callcenter.live.names import masked
from callcenter.site.model import Site

Json: TypeAlias = str | int | float | bool | list["Json"] | dict[str, "Json"] | None


def snapshot(floor: Floor, site: Site, now: float) -> dict[str, Json]:
    """All of it. Times are seconds before `now`."""
    return {
        "at": round(now, 3),
        "queues": [_queue(view, site, now) for view in floor.queues()],
        "agents": agents(floor, site, now),
        "calls": [_call(view, now) for view in floor.calls()],
    }


def agents(floor: Floor, site: Site, now: float) -> list[Json]:
    """Agents by number."""
    return [_agent(view, site, now) for view in sorted(floor.agents(), key=lambda v: v.agent)]


def _queue(view: QueueView, site: Site, now: float) -> Json:
    queue = site.queues.get(view.queue)
    longest = view.longest_since
    return {
        "queue": view.queue,
        "label": queue.label if queue else "",
        "waiting": len(view.waiting),
        "longest_s": None if longest is None else _since(longest, now),
        "ready": view.ready,
        "signed_in": view.signed_in,
    }


def _agent(view: AgentView, site: Site, now: float) -> Json:
    agent = site.agents.get(view.agent)
    skills: Mapping[str, int] = agent.skills if agent else {}
    return {
        "agent": view.agent,
        "name": agent.name if agent else "",
        "state": view.state.value,
        "reason": view.reason,
        "since_s": _since(view.since, now),
        "call": view.call,
        "queue": view.queue,
        "queues": list(view.queues),
        "skills": dict(skills),
        "misses": view.misses,
    }


def _call(view: CallView, now: float) -> Json:
    return {
        "call": view.call,
        "queue": view.queue,
        "state": view.state.value,
        "caller": masked(view.caller),
        "called": view.called,
        "position": view.position,
        "waited_s": _since(view.requested_at, now) if view.joined_at is None else None,
        "talked_s": None if view.joined_at is None else _since(view.joined_at, now),
        "agent": view.agent,
        "attempts": view.attempts,
        "test": view.test,
    }


def _since(then: float, now: float) -> float:
    return round(max(0.0, now - then), 1)
