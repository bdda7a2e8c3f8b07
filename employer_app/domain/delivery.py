"""What one attempt to hand a message to the mail server came to, and when to try again.

The law: after the final dot only a clear answer counts. A 2yz means that the server owns the message, a 4yz
or 5yz that it does not, and anything else means that nobody can know (RFC 1047). Before the dot nothing has
left, so nothing that happens there is ever in doubt.
"""

from datetime import timedelta
from enum import StrEnum

EXPIRES_AFTER = timedelta(hours=72)
"""A message that could not be handed over for this long is given up, and a person is told."""

_WAITS_IN_MINUTES = (1, 5, 15, 30, 60, 120, 240)
_JITTER_SHARE = 0.2


class Outcome(StrEnum):
    """The end of one attempt. Only `uncertain` needs a person to look."""

    ACCEPTED = "accepted"
    TRY_LATER = "try_later"
    REFUSED = "refused"
    UNCERTAIN = "uncertain"
    STOPPED = "stopped"


class SmtpStage(StrEnum):
    """The command that a reply of the mail server answers; `body` is the text before its final dot."""

    MAIL = "mail"
    RCPT = "rcpt"
    DATA = "data"
    BODY = "body"
    DOT = "dot"


def outcome_of_reply(stage: SmtpStage, code: int) -> Outcome:
    """The outcome of an attempt that ended with this three-digit code (RFC 5321 section 4.2).

    Only a reply to the dot can be `accepted` or `uncertain`: any 2yz there accepts, not 250 alone.
    """
    match code // 100:
        case 4:
            return Outcome.TRY_LATER
        case 5:
            return Outcome.REFUSED
        case 2 if stage is SmtpStage.DOT:
            return Outcome.ACCEPTED
        case _:
            return Outcome.UNCERTAIN if stage is SmtpStage.DOT else Outcome.TRY_LATER


def retry_delay(attempt: int, jitter: float) -> timedelta:
    """How long to wait after an attempt (the first is 1); a `jitter` of -1 to 1 moves it by up to 20 %.

    Raises ValueError for an attempt below 1 or a jitter out of range.
    """
    if attempt < 1:
        raise ValueError(f"attempts are counted from 1, not {attempt}")
    if not -1 <= jitter <= 1:
        raise ValueError(f"jitter lies between -1 and 1, not {jitter}")
    minutes = _WAITS_IN_MINUTES[min(attempt, len(_WAITS_IN_MINUTES)) - 1]
    return timedelta(minutes=minutes * (1 + _JITTER_SHARE * jitter))
