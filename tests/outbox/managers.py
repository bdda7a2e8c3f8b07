"""Mail what is due to hiring managers, and look at what a mail server took."""

from __future__ import annotations

import email
import email.policy
import re
from datetime import UTC, datetime, timedelta
from email.message import EmailMessage
from typing import cast

from flask import Flask

from employer_app.extensions import db
from employer_app.outbox import manager_mail
from tests.smtp_sink import Script, SmtpSink

#: a Monday in Rotterdam, 14:00
MONDAY = datetime(2026, 11, 16, 13, 0, tzinfo=UTC)
WEDNESDAY, FRIDAY = MONDAY + timedelta(days=2), MONDAY + timedelta(days=4)
LINK = re.compile(r"^https://jobs\.brightwater\.example/manager/(\S+)", re.MULTILINE)


def send(app: Flask, script: Script | None = None) -> list[EmailMessage]:
    """What the worker does each minute, against a mail server that does what the script says."""
    with SmtpSink(script) as sink:
        app.config["MAIL_PORT"] = sink.port
        manager_mail.send_due()
        db.session.remove()
    return [
        cast(EmailMessage, email.message_from_bytes(letter.raw, policy=email.policy.default))
        for letter in sink.accepted
    ]


def subjects(mails: list[EmailMessage]) -> list[str]:
    return [mail["Subject"] for mail in mails]


QUESTION, REMINDER = ["Your word, please: Deck Officer"], ["Reminder: your word, please: Deck Officer"]
