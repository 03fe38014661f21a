"""A softphone that a person or a script uses: registers, then does what it was started for."""

import asyncio
import os
import threading
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from callcenter.qa.phone import Refused
from callcenter.qa.softphone import Softphone, Softphones
from callcenter.qa.softphone_agent import Shift, dial_code, work
from callcenter.qa.softphone_console import Console, NoSuchCommand
from callcenter.qa.softphone_engine import SoftphoneError
from callcenter.qa.softphone_words import Told
from callcenter.qa.stage import Late

QUIT = ("quit", "exit")


@dataclass(frozen=True, slots=True)
class Plan:
    """What the softphone is started for."""

    user: str
    secret: str
    server: tuple[str, int]
    register: bool = True
    number: str = ""
    """Called; the session ends with that call."""
    keys: str = ""
    """Pressed when it is answered."""
    talk_s: float | None = None
    expect_hz: float | None = None
    """A tone that must be heard in it."""
    shift: Shift | None = None
    """Calls are answered by this; None leaves that to the console."""
    sign_in: str = ""
    """Feature codes dialled first and last, where there is no shift."""
    sign_out: str = ""
    tone_hz: float | None = None
    watch: tuple[str, ...] = ()
    mailbox: bool = False
    sip_log: Path | None = None


async def run(plan: Plan, told: Callable[[Told], None], say: Callable[[str], None]) -> None:
    """Run a session to its end; lines of standard input are commands meanwhile.

    Raises Refused when the registration or a code is; Late when the call of the plan is not
    answered or its tone not heard; SoftphoneMissing, SoftphoneError.
    """
    async with Softphones(plan.sip_log) as phones:
        phone = await phones.phone(
            plan.user,
            plan.secret,
            plan.server,
            register=plan.register,
            mailbox=plan.mailbox,
            hear=told,
        )
        for number in plan.watch:
            await phone.watch(number)
        typed = asyncio.create_task(_obey_input(Console(phone, plan.tone_hz), say))
        doing = asyncio.create_task(_do(phone, plan))
        try:
            await asyncio.wait((typed, doing), return_when=asyncio.FIRST_COMPLETED)
            if not (typed.done() and typed.result()):  # nobody said quit
                await doing
            if not plan.number and plan.shift is None:
                await typed
        finally:
            typed.cancel()
            doing.cancel()
            await asyncio.gather(typed, doing, return_exceptions=True)
            if plan.shift is None:
                await dial_code(phone, plan.sign_out)


async def _do(phone: Softphone, plan: Plan) -> None:
    if plan.shift is not None:
        await work(phone, plan.shift)
        return
    await dial_code(phone, plan.sign_in)
    if plan.number:
        await _call(phone, plan)


async def _call(phone: Softphone, plan: Plan) -> None:
    try:
        call = await phone.call(plan.number, plan.tone_hz, within_s=60.0)
    except Refused as refused:
        raise Late(str(refused)) from None
    if plan.keys:
        await call.press(plan.keys)
    if plan.expect_hz is not None:
        await call.hears(plan.expect_hz)
    with suppress(Late):
        await call.end(plan.talk_s if plan.talk_s is not None else 24 * 3600.0)
    await call.hang_up()


async def _obey_input(console: Console, say: Callable[[str], None]) -> bool:
    """Obey lines until their end; whether the last one was `quit`."""
    reader = asyncio.StreamReader()
    loop = asyncio.get_running_loop()
    threading.Thread(target=_read_input, args=(reader, loop), daemon=True).start()
    while line := (await reader.readline()).decode(errors="replace"):
        if line.strip() in QUIT:
            return True
        if not line.strip():
            continue
        try:
            answer = await console.obey(line)
        except (NoSuchCommand, SoftphoneError, Refused, Late) as error:
            say(f"! {error}")
        else:
            if answer:
                say(answer)
    return False


def _read_input(reader: asyncio.StreamReader, loop: asyncio.AbstractEventLoop) -> None:
    """By a thread: standard input may be a terminal, a pipe, a file or nothing at all.

    Not by sys.stdin, whose lock a waiting thread would hold when Python ends.
    """
    with suppress(RuntimeError):  # the loop is closed: nobody waits any more
        with suppress(OSError):
            while data := os.read(0, 4096):
                loop.call_soon_threadsafe(reader.feed_data, data)
        loop.call_soon_threadsafe(reader.feed_eof)
