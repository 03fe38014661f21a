"""A mail server's box, for tests that send real mail."""

from email import message_from_bytes, policy
from email.message import EmailMessage

from aiosmtpd.smtp import SMTP, Envelope, Session


class Post:
    """What the mail server took."""

    def __init__(self) -> None:
        self.letters: list[EmailMessage] = []
        self.secured: list[bool] = []

    async def handle_RCPT(  # noqa: N802  as aiosmtpd calls it
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        if address.startswith("nobody"):
            return "550 there is nobody of that name"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(  # noqa: N802
        self, server: SMTP, session: Session, envelope: Envelope
    ) -> str:
        letter = message_from_bytes(envelope.original_content or b"", policy=policy.default)
        assert isinstance(letter, EmailMessage)
        self.letters.append(letter)
        self.secured.append(session.ssl is not None)
        return "250 OK"
