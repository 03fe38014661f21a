"""Agents' lamps: each agent's state as a device state, which phones and hints show."""

import asyncio
import logging
from collections.abc import Callable, Mapping

from callcenter.acd.views import AgentView
from callcenter.live.effects import Effects
from callcenter.pbx.ari.session import AriSession
from callcenter.terms import AgentState

# A hint joins this with the phone's own state, and UNAVAILABLE beside a registered phone shows as
# free: who is signed out would look ready for calls.
DEVICE_STATE: Mapping[AgentState, str] = {
    AgentState.SIGNED_OUT: "BUSY",
    AgentState.READY: "NOT_INUSE",
    AgentState.NOT_READY: "BUSY",
    AgentState.RESERVED: "RINGING",
    AgentState.RINGING: "RINGING",
    AgentState.TALKING: "INUSE",
    AgentState.WRAP_UP: "BUSY",
}
_ON, _OFF = "INUSE", "NOT_INUSE"
LAMPS: Mapping[str, Callable[[AgentState], str]] = {
    "agent": DEVICE_STATE.__getitem__,
    "in": lambda state: _OFF if state is AgentState.SIGNED_OUT else _ON,
    "ready": lambda state: _ON if state is AgentState.READY else _OFF,
    "wrap": lambda state: _ON if state is AgentState.WRAP_UP else _OFF,
}
"""Lamps of an agent, and how each shows his state: all of it, signed in, ready, wrap-up."""
_log = logging.getLogger(__name__)

_GATHER_S = 0.02
"""Lamps wait so long, so that calls go first and a quick change back costs nothing."""


class Lamps:
    """Shows agents' states; what is shown already is not sent again."""

    def __init__(
        self, ari: AriSession, effects: Effects, agent: Callable[[str], AgentView | None]
    ) -> None:
        self._ari = ari
        self._effects = effects
        self._agent = agent
        self._changed: dict[str, None] = {}
        self._wake = asyncio.Event()
        self._shown: dict[str, str] = {}

    def changed(self, agent: str) -> None:
        """Show the agent's state of a moment later."""
        self._changed[agent] = None
        self._wake.set()

    def forget(self) -> None:
        """The connection was lost: what Asterisk shows now is not known."""
        self._shown.clear()

    def compare(self, lit: Mapping[str, str]) -> None:
        """Show again what Asterisk does not show as we told it; `lit`: device -> its state."""
        wrong = {d for d, shown in self._shown.items() if lit.get(d) != shown}
        for device in wrong:
            _log.warning("mended: lamp %s showed %s", device, lit.get(device, "nothing"))
            del self._shown[device]
            self.changed(device.partition("-")[2])

    async def run(self) -> None:
        """Follow changes until cancelled."""
        while True:
            await self._wake.wait()
            await asyncio.sleep(_GATHER_S)
            self._wake.clear()
            self._show()

    def _show(self) -> None:
        for name in self._changed:
            view = self._agent(name)
            state = view.state if view else AgentState.SIGNED_OUT
            for lamp, shows in LAMPS.items():
                device, shown = f"{lamp}-{name}", shows(state)
                if self._shown.get(device) != shown:
                    self._shown[device] = shown
                    self._effects.start(self._ari.set_device_state(device, shown))
        self._changed.clear()
