"""A mail log or a list of sent mail that somebody pastes or drops in: who was written to, and when.

Law: nobody counts as written to by a guess. What did not leave, came back, or cannot be read for sure is
listed with its line and the reason, and does not count.
"""

from employer_app.domain.applicant_list.mail_log.entry import (
    Ignored,
    MailLog,
    Sent,
    UnreadableMailLog,
)
from employer_app.domain.applicant_list.mail_log.read import read_mail_log

__all__ = ["Ignored", "MailLog", "Sent", "UnreadableMailLog", "read_mail_log"]
