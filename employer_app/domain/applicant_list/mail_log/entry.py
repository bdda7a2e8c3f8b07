"""What a mail log comes to, and what its readers find before dates are settled."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import NamedTuple


class UnreadableMailLog(ValueError):
    """This is no list of sent mail, or too much of it; str() says why, and what to do about it."""


@dataclass(frozen=True, slots=True)
class Sent:
    """One message to one person. `on` has a time if the list has, and is aware if it names its zone."""

    address_key: str
    address: str
    on: date | datetime
    subject: str


class Ignored(NamedTuple):
    """What did not count: where it stands, how it begins, and why in a sentence."""

    line_number: int
    text: str
    why: str


@dataclass(frozen=True, slots=True)
class MailLog:
    """`dates_unclear`: some dates can be read day or month first, and nobody has said which."""

    entries: tuple[Sent, ...]
    ignored: tuple[Ignored, ...]
    dates_unclear: bool


@dataclass(frozen=True, slots=True)
class Found:
    """One line, row or letter as it stands. With a `why` it does not count."""

    line_number: int
    text: str
    #: one or more addresses, with names or without, as a mail program writes them
    recipients: str = ""
    date: str = ""
    subject: str = ""
    why: str = ""
    #: it says that a message failed or came back, so an earlier one of the same subject did not arrive
    came_back: bool = False
