"""A small port for the few messages that the server sends: one-time links.

`Smtp` sends; `Outbox` keeps what would be sent (no mail server configured, and tests).  Either is
`app.extensions["mail"]`.
"""

from __future__ import annotations

import logging
import smtplib
from collections import deque
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from email.message import EmailMessage
from typing import Protocol
from urllib.parse import unquote, urlsplit

from flask import Flask

from server.core.config import Settings

log = logging.getLogger(__name__)
SECONDS = 20  # a mail server that does not answer is given up after this


@dataclass(frozen=True)
class Message:
    to: str
    subject: str
    body: str


class Mail(Protocol):
    """`delivers` says whether messages leave the machine; where not, links are shown to the person who asks."""

    delivers: bool

    def send(self, message: Message) -> None: ...


class Outbox:
    """Keeps the last messages in memory.  In development their text goes to the log, in production never."""

    delivers = False

    def __init__(self, show: bool) -> None:
        self.messages: deque[Message] = deque(maxlen=100)
        self.show = show

    def send(self, message: Message) -> None:
        self.messages.append(message)
        text = message.body if self.show else "(text not logged; set FIELDBEAT_SMTP_URL to send mail)"
        log.warning("mail to %s was not sent: %s: %s", message.to, message.subject, text)


class Smtp:
    """Sends in the background, so that the answer takes as long whether an address exists or not."""

    delivers = True

    def __init__(self, url: str, sender: str, run: Callable[[Callable[[], None]], object] | None = None) -> None:
        self.parts, self.sender = urlsplit(url), sender
        self.run = run or ThreadPoolExecutor(1, thread_name_prefix="mail").submit

    def send(self, message: Message) -> None:
        self.run(lambda: self._deliver(message))

    def _deliver(self, message: Message) -> None:
        letter = EmailMessage()
        letter["From"], letter["To"], letter["Subject"] = self.sender, message.to, message.subject
        letter.set_content(message.body)
        try:
            with self._connect() as server:
                if self.parts.username:
                    server.login(unquote(self.parts.username), unquote(self.parts.password or ""))
                server.send_message(letter)
        except (OSError, smtplib.SMTPException) as error:
            log.error("mail to %s could not be sent: %s", message.to, error)

    def _connect(self) -> smtplib.SMTP:
        host, port = self.parts.hostname or "", self.parts.port
        if self.parts.scheme == "smtps":
            return smtplib.SMTP_SSL(host, port or 465, timeout=SECONDS)
        server = smtplib.SMTP(host, port or 587, timeout=SECONDS)
        server.ehlo()
        if server.has_extn("starttls"):
            server.starttls()
        return server


def bind(app: Flask, settings: Settings) -> None:
    real = bool(settings.smtp_url)
    app.extensions["mail"] = (
        Smtp(settings.smtp_url, settings.mail_from) if real else Outbox(show=not settings.production)
    )
