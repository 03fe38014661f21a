"""Agents and callers who do at random all that phones can do, and never look what comes of it."""

import asyncio
import random
import time
from collections.abc import Awaitable, Callable, Mapping

from callcenter.qa.phone import Refused
from callcenter.qa.softphone import Softphone
from callcenter.qa.softphone_call import SoftCall
from callcenter.qa.softphone_engine import SoftphoneError
from callcenter.qa.stage import Late
from tests.calls.hotline import Hotline
from tests.calls.softphones import HotlinePhones

AGENTS = ("1001", "1002", "1003", "1004", "1005")
NUMBERS = ("7001", "7001", "7002")
DIALLED = ("4001", "4002", "13800138000", *AGENTS)
"""Queues, a number outside, colleagues."""
PLACES = ("4000", *DIALLED)
"""Where a caller is handed to: also a menu."""
GIVES_UP = (AssertionError, Refused, SoftphoneError)
"""What a phone tells when the other side was faster, or nobody was there to act."""
SHORT_S = 3.0

Act = Callable[[Softphone, SoftCall, random.Random], Awaitable[object]]


async def _hold(phone: Softphone, call: SoftCall, dice: random.Random) -> None:
    await call.hold(SHORT_S)
    await asyncio.sleep(dice.uniform(0.1, 1.0))
    await call.retrieve(SHORT_S)


async def _refer(phone: Softphone, call: SoftCall, dice: random.Random) -> None:
    await call.transfer(dice.choice(PLACES), SHORT_S)
    await call.transferred(SHORT_S)


async def _second_line(phone: Softphone, call: SoftCall, dice: random.Random) -> None:
    await call.hold(SHORT_S)
    line = await phone.dial(dice.choice(DIALLED))
    try:
        await line.is_answered(SHORT_S)
        await asyncio.sleep(dice.uniform(0.0, 1.5))
        if dice.random() < 0.6:
            await call.transfer_to(line, SHORT_S)
            await call.transferred(SHORT_S)
    finally:
        await line.hang_up()
    await call.retrieve(SHORT_S)


def _keys(*codes: str) -> Act:
    async def press(phone: Softphone, call: SoftCall, dice: random.Random) -> None:
        for code in codes:
            await call.press(code.replace("N", dice.choice(PLACES)))
            await asyncio.sleep(dice.uniform(0.2, 1.5))

    return press


async def _ends(phone: Softphone, call: SoftCall, dice: random.Random) -> None:
    await call.hang_up()


ACTS: Mapping[str, tuple[int, Act]] = {
    "hold": (2, _hold),
    "refer": (3, _refer),
    "second line": (3, _second_line),
    "transfer": (2, _keys("*21N#")),
    "hold by keys": (1, _keys("*20", "*20")),
    "consult": (1, _keys("*22N#", "*25")),
    "consult and swap": (1, _keys("*22N#", "*23", "*23", "*24")),
    "consult and complete": (2, _keys("*22N#", "*24")),
    "three": (2, _keys("*22N#", "*26")),
    "three and back": (1, _keys("*22N#", "*26", "*25")),
    "pause": (1, _keys("*28", "*28")),
    "survey": (2, _keys("*27")),
    "mark": (1, _keys("*29")),
    "end": (3, _ends),
}
"""What an agent does in a talk: how often, and how."""


class Crowd:
    """All of them, until `stop`. What each one does follows from the seed; when, from the wire.

    Use it as `async with`: nobody acts any more when the case has failed.
    """

    def __init__(self, hotline: Hotline, phones: HotlinePhones, seed: int) -> None:
        self._hotline = hotline
        self._phones = phones
        self._seed = seed
        self._over = False
        self._tasks: list[asyncio.Task[None]] = []
        self.placed: list[tuple[str, float]] = []
        """Callers' numbers, and when each call was answered."""
        self.refused: list[str] = []
        """Calls that were not answered at all."""
        self.done: dict[str, int] = {}
        """Act -> how often it was begun."""

    async def __aenter__(self) -> "Crowd":
        return self

    async def __aexit__(self, *failure: object) -> None:
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    async def start(self, callers: int) -> None:
        """Sign all agents in and let the first callers call."""
        agents = [await self._phones.agent(name) for name in AGENTS]
        self._tasks = [
            *(asyncio.create_task(self._works(agent)) for agent in agents),
            *(asyncio.create_task(self._calls(n)) for n in range(callers)),
        ]

    async def stop(self) -> None:
        """Everybody ends what he does and hangs up."""
        self._over = True
        await asyncio.gather(*self._tasks)
        for agent in AGENTS:
            await self._hotline.stage.ask(do="sign_out", agent=agent)

    async def _works(self, phone: Softphone) -> None:
        dice = random.Random(f"{self._seed} {phone.user}")  # noqa: S311  no secret
        while not self._over:
            try:
                await self._next(phone, dice)
            except GIVES_UP:
                phone.forget()
            await asyncio.sleep(0.05)
        for call in phone.calls:
            await call.hang_up()

    async def _next(self, phone: Softphone, dice: random.Random) -> None:
        offered = [call for call in phone.calls if call.incoming and call.state == "offered"]
        if offered:
            await self._takes(phone, offered[-1], dice)
        elif dice.random() < 0.01:
            call = await phone.dial(dice.choice(DIALLED))
            try:
                await call.is_answered(SHORT_S)
                await self._talks(phone, call, dice)
            finally:
                await call.hang_up()
        elif dice.random() < 0.01:
            await (await phone.call(dice.choice(("*12", "*11", "*13")), None)).end()

    async def _takes(self, phone: Softphone, call: SoftCall, dice: random.Random) -> None:
        await asyncio.sleep(dice.uniform(0.0, 0.8))
        if dice.random() < 0.1:
            await call.reject(dice.choice((486, 603)))
            return
        await call.answer(SHORT_S)
        await self._talks(phone, call, dice)

    async def _talks(self, phone: Softphone, call: SoftCall, dice: random.Random) -> None:
        names = list(ACTS)
        while call.up and not self._over:
            await asyncio.sleep(dice.uniform(0.1, 1.5))
            (act,) = dice.choices(names, [ACTS[name][0] for name in names])
            self.done[act] = self.done.get(act, 0) + 1
            try:
                await ACTS[act][1](phone, call, dice)
            except GIVES_UP:
                continue

    async def _calls(self, number: int) -> None:
        dice = random.Random(f"{self._seed} caller {number}")  # noqa: S311  no secret
        phone, call = await self._phones.caller(dice.choice(NUMBERS))
        while True:
            self.placed.append((phone.user, time.time()))
            try:
                await self._waits(call, dice)
            except GIVES_UP:
                await call.hang_up()
            while not self._over:
                await asyncio.sleep(dice.uniform(0.0, 1.0))
                phone.forget()
                try:
                    call = await phone.call(dice.choice(NUMBERS))
                except GIVES_UP as why:
                    self.refused.append(str(why))
                else:
                    self._hotline.placed += 1
                    break
            else:
                return

    async def _waits(self, call: SoftCall, dice: random.Random) -> None:
        """To the end, until he loses patience, or he presses a key: a callback, a rating."""
        for _ in range(dice.randrange(1, 4)):
            try:
                await call.end(dice.uniform(0.5, 5.0))
            except Late:
                if dice.random() < 0.3:
                    await call.press(dice.choice(("1", "2", "3")))
            else:
                return
        await call.hang_up()
