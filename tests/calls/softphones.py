"""Real softphones at the hotline of a case: agents at their accounts, callers from outside."""

from callcenter.qa import audio
from callcenter.qa.phone import Behaviour
from callcenter.qa.softphone import Softphone, Softphones
from callcenter.qa.softphone_call import SoftCall
from tests.calls.hotline import Hotline


class HotlinePhones:
    """Made by the fixture `softphones`; all of them end with the case."""

    def __init__(self, hotline: Hotline, library: Softphones) -> None:
        self._hotline = hotline
        self._library = library

    async def agent(
        self,
        name: str,
        behaviour: Behaviour | None = None,
        *,
        sign_in: bool = True,
        mailbox: bool = False,
    ) -> Softphone:
        """An agent with a registered softphone, ready unless told otherwise.

        Without a behaviour the case itself answers its calls.
        """
        stage = self._hotline.stage
        secret = stage.secrets[f"agents.{name}"]
        phone = await self._library.phone(name, secret, stage.server, behaviour, mailbox=mailbox)
        self._hotline.expect(name)
        if sign_in:
            # The announcement is heard out: there is no call of his when the case begins.
            code = await phone.call(stage.site.feature_codes.sign_in, None)
            await code.end()
            await self._hotline.state(name, "ready")
            phone.forget()
        return phone

    async def caller(
        self, number: str, hz: float | None = audio.CALLER_HZ
    ) -> tuple[Softphone, SoftCall]:
        """A caller from outside, answered by the hotline and up; one row of the records."""
        self._hotline.placed += 1
        user = f"1360000{self._hotline.placed:04d}"
        phone = await self._library.phone(user, "", self._hotline.stage.server, register=False)
        return phone, await phone.call(number, hz)
