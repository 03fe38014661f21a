"""What the controller works with, beside the floor."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from callcenter.live.agents.lamps import Lamps
from callcenter.live.agents.members import Members
from callcenter.live.calls.phones import Phones
from callcenter.live.effects import Effects
from callcenter.live.recordings.recorder import Recorder
from callcenter.live.restart.resync import Holdings
from callcenter.pbx.ari.session import AriSession


@dataclass(frozen=True, slots=True)
class Equipment:
    """The parts that hear Asterisk and act on it."""

    ari: AriSession
    effects: Effects
    phones: Phones
    recorder: Recorder
    lamps: Lamps
    members: Members
    look: Callable[[], Awaitable[Holdings]]
    """Asks Asterisk what it holds, after the records of what it did alone are read."""

    def forget_all(self) -> None:
        """The connection was lost: nothing that was heard, shown or begun can be relied on."""
        self.phones.forget_all()
        self.recorder.forget_all()
        self.lamps.forget()
