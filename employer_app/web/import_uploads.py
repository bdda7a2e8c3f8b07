"""Files that come with a page of the import: several lists at once, and a mail log."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

from werkzeug.datastructures import FileStorage

from employer_app.actions.imports.lists import plain_filename
from employer_app.domain.applicant_list.choices import ListChoices, Told
from employer_app.domain.applicant_list.dates import DateOrder
from employer_app.domain.applicant_list.encoding import decode
from employer_app.domain.applicant_list.mail_log import MailLog, UnreadableMailLog, read_mail_log
from employer_app.domain.applicant_list.sheet import UnreadableList
from employer_app.domain.applicant_list.vendors import bundle
from employer_app.domain.clock import now
from employer_app.domain.errors import Refused

#: lines that did not count are shown up to here
MOST_IGNORED = 200


def together(files: Sequence[tuple[str, bytes]]) -> list[tuple[str, bytes]]:
    """JSON files dropped at once belong together: one names the people, another their applications."""
    return bundle(files)


def with_mail_log(choices: ListChoices, pasted: str, dropped: FileStorage | None) -> ListChoices:
    """`choices` with what a pasted or dropped mail log proves. Raises Refused when it cannot be read."""
    told = choices.told
    for name, text in _logs(pasted, dropped):
        told = _joined(told, _read(text, choices.date_order), name)
    return replace(choices, told=told)


def _logs(pasted: str, dropped: FileStorage | None) -> Iterator[tuple[str, str]]:
    """Name and text of each log that came."""
    if pasted.strip():
        yield "what you pasted", pasted
    if dropped and dropped.filename:
        try:
            yield plain_filename(dropped.filename), decode(dropped.read()).text
        except UnreadableList as problem:
            raise Refused(f"The mail log: {problem}", field="mail_log") from problem


def _read(text: str, date_order: str | None) -> MailLog:
    order = DateOrder(date_order) if date_order else None
    try:
        log = read_mail_log(text, today=now().date(), order=order)
    except UnreadableMailLog as problem:
        raise Refused(f"The mail log: {problem}", field="mail_log") from problem
    if log.dates_unclear:
        raise Refused(
            "Some dates of the mail log can be read day first or month first.",
            "Choose under “Dates such as 03/04/2026” which it is, and bring the log again.",
            "date_order",
        )
    if not log.entries:
        why = f" The first line: {log.ignored[0].why}" if log.ignored else ""
        raise Refused(
            f"The mail log names nobody who was written to.{why}",
            "Bring a list with an address and a date on each line.",
            "mail_log",
        )
    return log


def _joined(told: Told, log: MailLog, name: str) -> Told:
    """The last mail to each address counts."""
    last = dict(told.log)
    for sent in log.entries:
        last[sent.address_key] = max(last.get(sent.address_key, ""), sent.on.isoformat())
    ignored = [[f"{name}, line {one.line_number}", one.text, one.why] for one in log.ignored]
    return replace(
        told,
        log=last,
        log_names=list(dict.fromkeys([*told.log_names, name])),
        log_ignored=[*told.log_ignored, *ignored][:MOST_IGNORED],
    )
