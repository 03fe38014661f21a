"""A queue as callers and phones notice it."""

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class QueueDress:
    """What a queue shows and plays."""

    label: str
    music: str
    """Class of music on hold."""
    music_by_language: Mapping[str, str] = field(default_factory=dict)
    """Language -> class, where callers of it hear another one."""
