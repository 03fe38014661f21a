"""Sends a report by mail."""

import smtplib
import ssl
from email.message import EmailMessage
from pathlib import Path

from callcenter.site.model import Smtp

_TIMEOUT_S = 30.0


class MailRefused(Exception):
    """The mail was not taken; the message names the server."""


def send(smtp: Smtp, password: str, folder: Path, message: EmailMessage) -> list[str]:
    """Hand the message to the site's server; addresses that it refused, where it took others.

    `folder` is the site's, for paths in it. Raises MailRefused.
    """
    where = f"{smtp.host}:{smtp.port}"
    try:
        with _connected(smtp, folder) as server:
            if smtp.username:
                server.login(smtp.username, password)
            return sorted(server.send_message(message))
    except smtplib.SMTPRecipientsRefused as refused:
        raise MailRefused(
            f"{where} takes mail to none of {', '.join(refused.recipients)}"
        ) from None
    except (smtplib.SMTPException, OSError) as error:
        # What the server writes may hold anything; the first line tells enough.
        told = str(error).splitlines() or [type(error).__name__]
        raise MailRefused(f"{where} did not take the mail: {told[0][:200]}") from None


def _connected(smtp: Smtp, folder: Path) -> smtplib.SMTP:
    if smtp.security == "none":
        return smtplib.SMTP(smtp.host, smtp.port, timeout=_TIMEOUT_S)
    trusted = str(folder / smtp.certificates) if smtp.certificates else None
    context = ssl.create_default_context(cafile=trusted)
    if smtp.security == "tls":
        return smtplib.SMTP_SSL(smtp.host, smtp.port, timeout=_TIMEOUT_S, context=context)
    server = smtplib.SMTP(smtp.host, smtp.port, timeout=_TIMEOUT_S)
    try:
        server.starttls(context=context)  # else nothing is sent, least of all a password
    except BaseException:
        server.close()
        raise
    return server
