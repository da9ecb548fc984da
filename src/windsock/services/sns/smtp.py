"""Sending mail by SMTP, off the loop's thread."""

from __future__ import annotations

import asyncio
import smtplib
import ssl
from dataclasses import dataclass
from email.message import EmailMessage
from typing import Self
from urllib.parse import parse_qs, unquote, urlsplit

from windsock.services.sns.limits import SMTP_TIMEOUT_S


@dataclass(frozen=True, slots=True)
class SmtpServer:
    """A mail server: `smtp://[user:password@]host[:port][/?starttls&from=address]`.

    `starttls` encrypts the connection and requires a certificate that is valid; `from` replaces the
    sender's address, which a relay of one's own may require.
    """

    host: str
    port: int
    user: str
    password: str
    starttls: bool
    sender: str

    @classmethod
    def parse(cls, url: str) -> Self:
        """The server a URL names; raises ValueError."""
        parts = urlsplit(url)
        if parts.scheme != "smtp" or not parts.hostname:
            raise ValueError(f"{url!r} is not smtp://host:port")
        query = parse_qs(parts.query, keep_blank_values=True)
        return cls(
            parts.hostname,
            parts.port or smtplib.SMTP_PORT,
            unquote(parts.username or ""),
            unquote(parts.password or ""),
            "starttls" in query,
            query.get("from", [""])[0],
        )

    async def send(self, mail: EmailMessage) -> None:
        """Send; raises OSError or SMTPException."""
        await asyncio.to_thread(self._send, mail)

    def _send(self, mail: EmailMessage) -> None:
        with smtplib.SMTP(self.host, self.port, timeout=SMTP_TIMEOUT_S) as connection:
            if self.starttls:
                connection.starttls(context=ssl.create_default_context())
            if self.user:
                connection.login(self.user, self.password)
            connection.send_message(mail)


def is_refused(error: Exception) -> bool:
    """Whether a server said no for good: a 5xx reply, to the mail or to its only recipient."""
    if isinstance(error, smtplib.SMTPRecipientsRefused):
        return all(code >= 500 for code, _ in error.recipients.values())
    return isinstance(error, smtplib.SMTPResponseException) and error.smtp_code >= 500
