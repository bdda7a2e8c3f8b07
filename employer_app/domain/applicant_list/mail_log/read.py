"""The text to a MailLog: which reader, then addresses and dates, in the same way for all of them."""

import re
from collections.abc import Iterable, Iterator
from datetime import UTC, date, datetime

from employer_app.domain.address import BadAddress, check_address
from employer_app.domain.applicant_list.dates import (
    EARLIEST_YEAR,
    BadDate,
    DateOrder,
    column_order,
    is_future,
    read_date,
)
from employer_app.domain.applicant_list.mail_log.entry import (
    Found,
    Ignored,
    MailLog,
    Sent,
    UnreadableMailLog,
)
from employer_app.domain.applicant_list.mail_log.letters import are_letters, read_letters
from employer_app.domain.applicant_list.mail_log.lines import read_lines
from employer_app.domain.applicant_list.mail_log.table import find_table, read_table
from employer_app.domain.applicant_list.mail_log.words import month_number

MOST_BYTES = 20 * 1024 * 1024
MOST_LINES = 200_000
_SHOWN = 200
_MOST_RECIPIENTS = 20_000  # characters
_WEEKDAY = re.compile(r"[^\W\d_]{2,12}\.?,? (?=\d{1,4}[-/.]\d{1,2}[-/.]\d|\d{1,2}\.? [^\W\d_])")
_ZONE_TWICE = re.compile(r"(?<=[+-]\d{4}) [A-Z]{3,4}$")
_NAMED_MONTH = re.compile(r"(\d{1,2})\.? (?:de )?([^\W\d_]{3,10})\.?,? (?:de )?(\d{4})(.*)")
_EPOCH = re.compile(r"(\d{10})(?:\d{3}|\.\d+)?", re.ASCII)
_PERSON = re.compile(r'(?:"[^"]*"|[^,;"])+')
_IN_BRACKETS = re.compile(r"<([^<>]*)>$")


def read_mail_log(text: str, *, today: date, order: DateOrder | None = None) -> MailLog:
    """Who was written to and when, in the order of the text. `order`: what a person said of its dates.

    Raises UnreadableMailLog, and nothing else.
    """
    _refuse_too_much(text)
    found = list(_found(text.replace("\r\n", "\n")))
    order = order or column_order(_without_weekday(each.date) for each in found if not each.why)
    entries: list[tuple[int, Sent]] = []
    ignored: list[Ignored] = []
    returned: list[tuple[Sent, int]] = []
    unclear = False
    for each in found:
        sent, why, odd = _sent(each, order, today)
        unclear = unclear or (odd and not each.why)
        if each.came_back:
            returned += [(one, each.line_number) for one in sent]
        if each.why or why:
            ignored.append(Ignored(each.line_number, _shown(each.text), each.why or why))
        if not each.why:
            entries += [(each.line_number, one) for one in sent]
    kept, gone = _arrived(entries, returned)
    return MailLog(tuple(kept), tuple(sorted([*ignored, *gone])), unclear)


def _refuse_too_much(text: str) -> None:
    if not text.strip("\ufeff \r\n\t"):
        raise UnreadableMailLog("There is nothing here. Paste the list of sent mail, or choose its file.")
    if len(text) > MOST_BYTES or len(text.encode("utf-8", "replace")) > MOST_BYTES:
        raise UnreadableMailLog(
            f"This is more than {MOST_BYTES // 1024 // 1024} MB. Bring it in several parts."
        )
    if text.count("\n") >= MOST_LINES:
        raise UnreadableMailLog(f"This has more than {MOST_LINES:,} lines. Bring it in several parts.")


def _found(text: str) -> Iterator[Found]:
    if are_letters(text):
        return read_letters(text)
    table = find_table(text)
    return read_table(text, table) if table else read_lines(text)


def _sent(found: Found, order: DateOrder | None, today: date) -> tuple[list[Sent], str, bool]:
    """A message to each of its people, why some do not count, and whether its date is of two meanings."""
    if found.why and not found.came_back:
        return [], "", False
    try:
        on = _moment(found.date, order)
    except BadDate as bad:
        return [], str(bad), order is None and _of_two_meanings(found.date)
    if is_future(on, today):
        return [], "The date lies in the future.", False
    people, why = _people(found.recipients)
    return [Sent(key, address, on, found.subject) for key, address in people.items()], why, False


def _moment(text: str, order: DateOrder | None) -> date | datetime:
    text = _without_weekday(text)
    epoch = _EPOCH.fullmatch(text)
    if epoch and (moment := datetime.fromtimestamp(int(epoch[1]), UTC)).year >= EARLIEST_YEAR:
        return moment
    return read_date(_in_figures(text), order)


def _without_weekday(text: str) -> str:
    """ "Mo., 2.3.2026" and "2026-03-02 14:03:00 +0000 UTC" without what says it twice."""
    text = _ZONE_TWICE.sub("", " ".join(text[:100].split()))
    weekday = _WEEKDAY.match(text)
    return text[weekday.end() :] if weekday else text


def _in_figures(text: str) -> str:
    """ "2. März 2026 14:03" as "2026-3-2 14:03"; what has no name of a month stays."""
    found = _NAMED_MONTH.fullmatch(text)
    month = month_number(found[2]) if found else None
    return f"{found[3]}-{month}-{found[1]}{found[4]}" if found and month else text


def _of_two_meanings(text: str) -> bool:
    try:
        _moment(text, DateOrder.DAY_FIRST)
    except BadDate:
        return False
    return True


def _people(text: str) -> tuple[dict[str, str], str]:
    """Keys with their addresses, and what is wrong with the first that cannot be one."""
    people: dict[str, str] = {}
    wrong = ""
    if len(text) > _MOST_RECIPIENTS:
        return people, "There are too many addresses to read."
    for person in _PERSON.findall(text):
        address = _alone(person)
        if "@" not in address:
            continue  # "Meier" of "Meier, Anna <anna@…>"
        try:
            checked = check_address(address)
        except BadAddress as bad:
            wrong = wrong or str(bad)
        else:
            people.setdefault(checked.key, checked.given)
    return people, wrong if people or wrong else "There is no address."


def _alone(person: str) -> str:
    """The address without the name before it."""
    person = person.strip()
    brackets = _IN_BRACKETS.search(person)
    address = (brackets[1] if brackets else person).strip(" '\"")
    kind, colon, rest = address.partition(":")
    return rest.strip() if colon and kind.lower() in {"mailto", "smtp"} else address


def _arrived(
    entries: Iterable[tuple[int, Sent]], returned: Iterable[tuple[Sent, int]]
) -> tuple[list[Sent], list[Ignored]]:
    """Without those that came back after they had been delivered."""
    back: dict[tuple[str, str], tuple[Sent, int]] = {}  # the last return of each
    for sent, line in returned:
        place = (sent.address_key, sent.subject)
        if place not in back or _since(sent, back[place][0]):
            back[place] = sent, line
    kept, gone = [], []
    for line, sent in entries:
        last = back.get((sent.address_key, sent.subject))
        if last and _since(last[0], sent):
            why = f"The message came back afterwards, says line {last[1]:,}."
            gone.append(Ignored(line, _shown(sent.address), why))
        else:
            kept.append(sent)
    return kept, gone


def _since(other: Sent, sent: Sent) -> bool:
    a, b = other.on, sent.on
    if isinstance(a, datetime) and isinstance(b, datetime) and (a.tzinfo is None) == (b.tzinfo is None):
        return a >= b
    return date(a.year, a.month, a.day) >= date(b.year, b.month, b.day)


def _shown(text: str) -> str:
    return " ".join(text[: _SHOWN * 2].split())[:_SHOWN]
