"""A scripted agent at a real softphone: signs in, answers, talks, wraps up, again and again."""

import asyncio
import math
from dataclasses import dataclass

from callcenter.qa import audio
from callcenter.qa.softphone import Softphone
from callcenter.qa.softphone_call import SoftCall
from callcenter.qa.stage import Late, until


@dataclass(frozen=True, slots=True)
class Shift:
    """What the agent does; codes are feature codes of the hotline, empty for: dial none."""

    sign_in: str = ""
    sign_out: str = ""
    ready: str = ""
    """Dialled when his wrap-up is done, where the site does not end it by itself."""
    answer_after_s: float = 2.0
    reject: int = 0
    """Refuses each call with this SIP code instead of answering it; 0 answers."""
    talk_s: float | None = 30.0
    """Hangs up after this; None talks until the caller hangs up."""
    wrap_up_s: float = 0.0
    tone_hz: float | None = audio.AGENT_HZ
    calls: int = 0
    """The shift ends after so many calls; 0 goes on for ever."""


async def work(phone: Softphone, shift: Shift) -> None:
    """Work a shift. Raises Refused when a code is, Late when a call does not go as it should.

    A caller who hangs up early is no failure.
    """
    await dial_code(phone, shift.sign_in)
    try:
        served = 0
        while not shift.calls or served < shift.calls:
            served += 1
            await _serve(await phone.offered(served, math.inf), shift)
            await asyncio.sleep(shift.wrap_up_s)
            await dial_code(phone, shift.ready)
    finally:
        await dial_code(phone, shift.sign_out)


async def dial_code(phone: Softphone, code: str) -> None:
    """Dial a feature code and hear it out; an empty code is none. Raises Refused or Late."""
    if code:
        await (await phone.call(code, None)).end(30.0)


async def _serve(call: SoftCall, shift: Shift) -> None:
    try:
        await until(lambda: call.state == "ended", "he waits", shift.answer_after_s)
    except Late:  # the caller still waits
        if shift.reject:
            await call.reject(shift.reject)
            return
        await call.say(shift.tone_hz)
        await call.answer()
    talk_s = math.inf if shift.talk_s is None else shift.talk_s
    try:
        await call.end(talk_s)
    except Late:
        await call.hang_up()
