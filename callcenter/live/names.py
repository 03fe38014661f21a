"""Names by which the controller finds its things again in Asterisk, also after a crash."""

LEG_MARK = "~"
TALK = "talk-"
WAIT = "wait-"
PARK = WAIT + "^park"
"""Music for callers who are put aside and belong to no queue; no queue has such a name."""
CALLBACK = "+cb"
"""Ends the name of a callback's call, which the dialled channel has."""
FAREWELL = "farewell-"
"""Playback to a channel that is hung up when it ends."""
PIN = "pin-"
"""Playback that asks an agent for his PIN."""
POSITION = "position-"
"""Playback to a channel that goes on afterwards: his place to a waiting caller, say."""


SNOOP = "snoop-"
"""Begins the channel that hears an agent's talk for a supervisor: SNOOP, his channel, a number."""
SPY = "spy-"
"""Begins the bridge of a supervisor and that channel."""
SUPERVISOR = "supervisor-"
"""Begins the channel of a supervisor whose phone we call."""


def snooped_by(snoop: str) -> tuple[str, int]:
    """The supervisor's channel, and the number, of a channel that begins with SNOOP."""
    line, _, number = snoop.removeprefix(SNOOP).rpartition("-")
    return line, int(number)


def is_leg(channel: str) -> bool:
    """True for an agent's channel: the floor names it CALL~N."""
    return LEG_MARK in channel


def call_of(leg: str) -> str:
    """The call that an agent's leg belongs to."""
    return leg.rpartition(LEG_MARK)[0]


def attempt_of(leg: str) -> int:
    """The number of the ring attempt in a leg's name, 0 where there is none."""
    number = leg.rpartition(LEG_MARK)[2]
    return int(number) if number.isdecimal() else 0


def is_callback(channel: str) -> bool:
    """True for the channel of a caller whom we dialled back."""
    return channel.endswith(CALLBACK)


def talk_bridge(call: str) -> str:
    """The bridge in which caller and agent talk."""
    return TALK + call


def wait_bridge(queue: str, language: str = "") -> str:
    """The bridge in which a queue's callers hear music; a language has one of its own where its
    music is another."""
    return f"{WAIT}{queue}^{language}" if language else WAIT + queue


def masked(number: str) -> str:
    """A caller's number as logs and screens show it: `138****1234`."""
    first, last = (3, 4) if len(number) > 10 else (1, 1) if len(number) > 6 else (0, 0)
    hidden = "*" * (len(number) - first - last)
    return number[:first] + hidden + number[len(number) - last :]
