"""What stands on the paper of a letter, and where it breaks: pure, for the PDF and for the printed page."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from employer_app.actions.channels import One, Said
from employer_app.domain.in_words import day_in_words

#: of an address, in the window of an envelope
MOST_LINES = 6
LONGEST_LINE = 40
_LETTER_PAPER = frozenset({"US", "CA", "MX"})


@dataclass(frozen=True)
class Paragraph:
    text: str
    #: the sender's name begins it: there is room above for a name written by hand
    signs: bool


@dataclass(frozen=True)
class Sheet:
    company: str
    address: Sequence[str]
    #: how to reach us, one a line
    reach: Sequence[str]
    place_and_day: str
    subject: str
    paragraphs: Sequence[Paragraph]
    language: str
    size: str


def in_the_window(address: Sequence[str]) -> bool:
    """Whether all of it can be read through the window, long lines broken."""
    return sum(-(-len(line) // LONGEST_LINE) for line in address) <= MOST_LINES


def sheet_of(one: One, said: Said, address: Sequence[str], subject: str, text: str) -> Sheet:
    around, language = one.around, said.style.language
    reach = (around.contact_name or around.sender_name, around.contact_phone, around.contact_address)
    parts = [part.strip("\n") for part in text.split("\n\n") if part.strip()]
    return Sheet(
        company=around.company,
        address=address,
        reach=[line for line in reach if line],
        place_and_day=f"{around.place}, {day_in_words(one.today, language)}",
        subject=" ".join(subject.split()),
        paragraphs=[Paragraph(part, _signs(part, around.sender_name)) for part in parts],
        language=language,
        size="letter" if one.page.calendar.country in _LETTER_PAPER else "A4",
    )


def _signs(paragraph: str, sender: str) -> bool:
    return bool(sender) and paragraph.partition("\n")[0].strip() == sender
