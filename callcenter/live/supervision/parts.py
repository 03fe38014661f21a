"""All that supervisors use, built and joined."""

import asyncio
import time
from collections.abc import Callable, Mapping

from callcenter.acd.floor import Floor
from callcenter.live.calls.phones import Phones
from callcenter.live.effects import Effects
from callcenter.live.ledger import Ledger
from callcenter.live.supervision.acts import Acts
from callcenter.live.supervision.codes import CODES, SupervisorCodes
from callcenter.live.supervision.desk import SupervisionDesk
from callcenter.live.supervision.overrides import Overrides
from callcenter.live.supervision.presence import Supervision
from callcenter.live.supervision.rings import SupervisorRings
from callcenter.live.told import Told
from callcenter.pbx.ari import events as pbx
from callcenter.pbx.ari.session import AriSession
from callcenter.records.journal.facts import ActDone


class Supervising:
    """Hears Asterisk before the others do; what it takes is nobody else's."""

    def __init__(
        self,
        ari: AriSession,
        effects: Effects,
        floor: Floor,
        ledger: Ledger,
        phones: Phones,
        overrides: Overrides,
        *,
        submit: Callable[[Told], None],
        talks: Callable[[], Mapping[str, ActDone]],
    ) -> None:
        """`talks` tells the supervisions whose end the journal does not have."""
        sits_at, farewell = phones.seats.sits_at, phones.codes.farewell
        acts = Acts(floor, overrides, ledger.note)
        self._hearing = phones.hearing
        self._supervision = Supervision(
            ari, effects, phones.hearing, floor, acts, submit, lambda: list(talks().values())
        )
        self._supervision.farewell = farewell
        self._rings = SupervisorRings(
            ari, effects, floor, acts, self._supervision, submit, phones.seats.phone_of
        )
        self._rings.farewell, self._rings.say = farewell, phones.talks.say
        self._codes = SupervisorCodes(
            self._supervision,
            acts,
            lambda queue: floor.queue_view(queue).waiting,
            sits_at,
            submit,
            farewell,
        )
        self.desk = SupervisionDesk(acts, self._rings, sits_at, time.time)
        phones.talks.actions["escalate"] = self._rings.escalate
        phones.ears.append(self)

    def hear(self, event: pbx.Event, now: float) -> bool:
        """True for what concerns nobody else."""
        match event:
            case pbx.StasisStart(args=("code", code, *words)) if code in CODES:
                self._hearing.hear(event, now)
                self._codes.dialled(event.channel, code, words[0] if words else "", now)
                return True
        return self._rings.hear(event, now) or self._supervision.hear(event, now)

    def forget_all(self) -> None:
        """The connection was lost."""
        self._rings.forget_all()
        self._supervision.forget_all()

    def restored(self) -> None:
        """After a gap all else knows what there is."""
        # The floor hears of what was found in the same breath, but after us.
        asyncio.get_running_loop().call_soon(self._supervision.restored, time.time())
