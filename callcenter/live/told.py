"""What the floor is told, of calls and agents and of what parties of a talk ask for."""

from typing import TypeAlias

from callcenter.acd.events import Event
from callcenter.acd.talk_events import TalkEvent

Told: TypeAlias = Event | TalkEvent
