"""Recording policy: which calls are recorded, decided by a rule that can be proved again later."""

from hashlib import md5

from callcenter.site.model import Site
from callcenter.terms import Direction

ALL = "g"
"""The mark of a share of 100 percent: behind every hexadecimal digit."""
_DIGITS = 4
YEAR_S = 365 * 86400.0
"""What contracts and the law ask for at least: twelve months."""


def share_of(site: Site, queue: str, direction: Direction) -> int:
    """Percent of such calls that are recorded. `queue` may be empty: no queue led to the talk."""
    rule = site.recording
    if not rule.enabled or direction.value not in rule.directions:
        return 0
    asked = site.queues.get(queue)
    if asked is None:
        return rule.share
    if not asked.record:
        return 0
    return rule.share if asked.record_share is None else asked.record_share


def is_recorded(site: Site, queue: str, direction: Direction, call: str) -> bool:
    """True when policy wants this call's talks recorded; `call` is the caller's own call."""
    return mark_of(call) < share_mark(share_of(site, queue, direction))


def mark_of(call: str) -> str:
    """What decides whether a call is in a share: the first digits of its id's MD5.

    `printf %s CALL | md5sum` tells the same, and so does Asterisk's MD5() for its own queue.
    """
    return md5(call.encode(), usedforsecurity=False).hexdigest()[:_DIGITS]


def share_mark(percent: int) -> str:
    """Calls whose mark sorts before this one are in the share."""
    if percent >= 100:
        return ALL
    return f"{16**_DIGITS * percent // 100:0{_DIGITS}x}"


def may_record(site: Site, queue: str) -> bool:
    """True when a caller who enters the queue may be recorded, so that he must be told."""
    return share_of(site, queue, Direction.IN) > 0
