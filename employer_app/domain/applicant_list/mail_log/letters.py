"""Whole messages: one as saved (.eml), or a folder of them in one file (mbox). Only their heads are read.

Whoever stands under To and Bcc was written to; Cc mostly names colleagues.
"""

import re
from collections.abc import Iterator, Mapping
from email.errors import HeaderParseError
from email.header import decode_header, make_header

from employer_app.domain.applicant_list.mail_log.entry import Found

LONGEST_HEAD = 100_000  # characters
_BEGINS = re.compile(r"From \S+ .*\d{4}\s*")
_FIELD = re.compile(r"([A-Za-z][A-Za-z0-9-]*):[ \t]?(.*)")
_MACHINE = re.compile(r"multipart/report|mailer-daemon|report-type", re.IGNORECASE)
_COMMENT = re.compile(r"\([^()]*\)")
_GREENWICH = re.compile(r"\b(?:GMT|UT)\b")


def are_letters(text: str) -> bool:
    """Whether the text begins as a message or a folder of messages does."""
    lines = text.lstrip("\ufeff\r\n").split("\n", 200)
    if _BEGINS.fullmatch(lines[0].rstrip("\r")):
        return len(lines) > 1 and bool(_FIELD.match(lines[1]))
    return {"to", "date"} <= _fields(lines).keys() or {"bcc", "date"} <= _fields(lines).keys()


def read_letters(text: str) -> Iterator[Found]:
    lines = text.split("\n")
    for begins, ends in _letters(lines):
        number = begins + 1
        fields = _fields(lines[begins:ends])
        recipients = ", ".join(fields[name] for name in ("to", "bcc") if fields.get(name))
        subject = _decoded(fields.get("subject", ""))
        shown = f"To: {recipients} Subject: {subject}"
        if any(_MACHINE.search(fields.get(name, "")) for name in ("content-type", "from", "return-path")):
            yield Found(number, shown, why="The message is a report about mail, not mail to somebody.")
        elif not recipients:
            yield Found(number, shown, why="The message does not say to whom it went.")
        else:
            yield Found(number, shown, recipients, _plain_date(fields.get("date", "")), subject)


def _letters(lines: list[str]) -> Iterator[tuple[int, int]]:
    """Where each message begins and ends, as places in `lines`."""
    starts = [
        place
        for place, line in enumerate(lines)
        if line.startswith("From ")
        and _BEGINS.fullmatch(line.rstrip("\r"))
        and (place == 0 or not lines[place - 1].strip())
    ]
    if not starts:
        first = next((place for place, line in enumerate(lines) if line.strip("\ufeff\r")), 0)
        yield first, len(lines)
        return
    for place, following in zip(starts, [*starts[1:], len(lines)], strict=True):
        yield place + 1, following


def _fields(lines: list[str]) -> Mapping[str, str]:
    """The head of one message up to its blank line, by small name; the first of each name counts."""
    found: dict[str, list[str]] = {}
    name, size = "", 0
    for line in lines:
        line = line.strip("\ufeff").rstrip("\r")
        size += len(line)
        if not line or size > LONGEST_HEAD:
            break
        if line[0] in " \t":
            if name:
                found[name].append(line.strip())
            continue
        field = _FIELD.match(line)
        if not field:
            break
        name = field[1].lower()
        if name in found:  # a second one of the name: not ours to read
            name = f"{name} again {size}"
        found[name] = [field[2].strip()]
    return {name: " ".join(parts) for name, parts in found.items()}


def _plain_date(text: str) -> str:
    """ "Mon, 2 Mar 2026 14:03:00 GMT (UTC)" as dates.read_date takes it."""
    return _GREENWICH.sub("+0000", _COMMENT.sub("", text)).strip()


def _decoded(text: str) -> str:
    try:
        return " ".join(str(make_header(decode_header(text))).split())
    except (HeaderParseError, LookupError, ValueError):  # UnicodeError is a ValueError
        return text
