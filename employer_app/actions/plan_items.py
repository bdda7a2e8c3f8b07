"""Render a send list: for every application one message, or one skip with its reason. Nobody disappears.

Pure but for reading the mail's shell: rows and choices in, items out. Facts that must not be wrong stop a
row; the others are warnings to look at.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import cache
from zoneinfo import ZoneInfo

from employer_app.config import shipped
from employer_app.domain.address import is_sendable
from employer_app.domain.close_out import Choices, Group, GroupText, group_of
from employer_app.domain.courtesy import Complaint, Draft, Others, Recipient, Rule, Severity, check
from employer_app.domain.disposition import candidate_sentence
from employer_app.domain.errors import Refused
from employer_app.domain.interviewer import Interviewer
from employer_app.domain.mailtext import Composer, MailText
from employer_app.domain.merge import Template, compile_text
from employer_app.domain.message import NEEDS_PERSONAL_LINE, Purpose, needs_date, states_no
from employer_app.domain.person_name import greeting_name
from employer_app.domain.stage import StageKind
from employer_app.domain.status import LIVE, Status
from employer_app.models.plan import PlanAction
from employer_app.queries.recipients import RecipientRow


@dataclass(frozen=True)
class Around:
    """What all messages of one send list share."""

    role_title: str
    company: str
    place: str
    timezone: str
    send_on: date
    sender_name: str
    sender_title: str
    contact_name: str
    contact_phone: str
    closing_on: date | None = None
    retention_months: int | None = None
    other_titles: tuple[str, ...] = ()
    #: the house's own lines under every text, as typed in the settings
    signature: str = ""


@dataclass
class Item:
    """One row of the review."""

    row: RecipientRow
    group: Group
    action: PlanAction = PlanAction.SKIP
    skip_reason: str = ""
    remedy: str = ""
    warnings: list[str] = field(default_factory=list)
    text: GroupText | None = None
    subject: str = ""
    body: str = ""
    html: str = ""
    preview: str = ""
    line: str = ""
    promise_on: str | None = None
    cycle: int = 1


#: where to mend what stops a message, when that is not the text
_REMEDIES: Mapping[Rule, str] = {
    Rule.RIGHT_PERSON: "person",
    Rule.GREETS_BY_NAME: "name",
    Rule.NOT_IN_BULK: "line",
}


@cache
def composer() -> Composer:
    return Composer((shipped("templates") / "mail" / "shell.html").read_text("utf-8"))


def render(rows: Sequence[RecipientRow], choices: Choices, around: Around) -> list[Item]:
    """One item per row, in the rows' order. Raises TemplateProblem when a text cannot be read at all."""
    compiled = {
        group: (compile_text(text.subject), compile_text(signed(text.body, around.signature)))
        for group, text in choices.groups.items()
    }
    shared = Counter(row.address_key for row in rows if row.address_key)
    others = Others((row.name for row in rows), around.other_titles)
    bulk = len(rows) - len(choices.left_out) > 1
    items = []
    for row in rows:
        group = group_of(row.depth)
        item = Item(row, group, text=choices.groups[group], line=choices.lines.get(row.application_id, ""))
        item.cycle = row.cycle + (row.failed if choices.purpose is Purpose.DECISION else row.sent_before)
        item.skip_reason, item.remedy = _out_of_question(row, choices, shared)
        if not item.skip_reason:
            _write(item, compiled[group], choices, around, others, bulk)
        items.append(item)
    return items


def signed(body: str, signature: str) -> str:
    """The text with the house's signature under it, taken word for word: no field and no markup in it."""
    if not signature.strip():
        return body
    return f"{body.rstrip()}\n\n{_MARKUP.sub(_literally, signature.strip())}\n"


def _literally(found: re.Match[str]) -> str:
    return f"\\{found[0]}"


_MARKUP = re.compile(r"[\\`*_\[\]<>#&!|~]|^[ \t]*[-+=]", re.MULTILINE)


def _out_of_question(row: RecipientRow, choices: Choices, shared: Mapping[str, int]) -> tuple[str, str]:
    """Why no text can be right for this row, and what to do; empty when one may."""
    decision = choices.purpose is Purpose.DECISION
    untold = decision and row.status is Status.REJECTED and not row.told
    needs_line = choices.groups[group_of(row.depth)].kind in NEEDS_PERSONAL_LINE
    reasons = (
        (row.application_id in choices.left_out, "You left this person out.", "take_back"),
        (row.erased, "This person's data were erased.", ""),
        (row.told, "Has been told already.", ""),
        (row.status is Status.WITHDRAWN, "Has withdrawn.", ""),
        (row.status is Status.HIRED, "Has been hired for this job.", ""),
        (row.status not in LIVE and not untold, "Is no longer in the running.", ""),
        (row.on_its_way, "A message to this person is already on its way.", "outbox"),
        (row.do_not_mail, "Asked us not to write by mail.", "call"),
        (not row.address, "No mail address. Call, or write a letter.", "call"),
        (not is_sendable(row.address or ""), "Mail servers do not take this address. Correct it.", "address"),
        (
            shared[row.address_key or ""] > 1,
            "Two people here share this address. Ask which is right.",
            "address",
        ),
        (
            needs_line and not choices.lines.get(row.application_id, "").strip(),
            "Was interviewed: needs a line of their own.",
            "line",
        ),
    )
    return next(((reason, remedy) for applies, reason, remedy in reasons if applies), ("", ""))


def _write(
    item: Item,
    compiled: tuple[Template, Template],
    choices: Choices,
    around: Around,
    others: Others,
    bulk: bool,
) -> None:
    text = choices.groups[item.group]
    values = _values(item, text, choices, around)
    try:
        mail = composer().compose(*compiled, values)
    except Refused as refused:
        item.skip_reason, item.remedy = str(refused), "text"
        return
    draft = _draft(item, mail, values, choices, around, others, bulk)
    for complaint in check(draft):
        words = f"{complaint.why} {complaint.fix}"
        if complaint.severity is Severity.STOPS:
            item.skip_reason = item.skip_reason or words
            item.remedy = item.remedy or _remedy(complaint, item)
        elif complaint.severity is Severity.WARNS:
            item.warnings.append(words)
    if item.skip_reason:
        return
    if item.row.failed:
        item.warnings.append("The last message to this person could not be delivered. Is the address right?")
    item.action = PlanAction.MESSAGE
    item.subject, item.body, item.html = mail.subject, mail.text, mail.html
    item.preview = composer().preview(*compiled, values).body
    if choices.next_update_by and needs_date(text.kind, paused=text.paused):
        item.promise_on = choices.next_update_by.isoformat()


def _draft(
    item: Item,
    mail: MailText,
    values: Mapping[str, str | None],
    choices: Choices,
    around: Around,
    others: Others,
    bulk: bool,
) -> Draft:
    """The message as the courtesy check reads it: its words beside the facts of the record."""
    text = choices.groups[item.group]
    promised = (choices.next_update_by,) if choices.next_update_by else ()
    return Draft(
        kind=text.kind,
        subject=mail.subject,
        text=mail.text,
        greeting_name=values["greeting_name"] or "",
        full_name=item.row.name,
        role_title=around.role_title,
        company=around.company,
        send_on=around.send_on,
        candidate_language=item.row.language or None,
        paused=text.paused,
        bulk=bulk and choices.purpose is Purpose.DECISION,
        depth=item.row.depth,
        personal_line=item.line or None,
        promised=promised,
        recipient=_recipient(item.row),
        others=others,
        also_named=_also_named(item.row, around),
    )


def _remedy(complaint: Complaint, item: Item) -> str:
    if complaint.rule is Rule.GREETS_BY_NAME and complaint.words != item.row.name:
        return "text"  # the greeting is wrong, not the record
    if complaint.rule is Rule.NOT_IN_BULK and item.line:
        return "text"  # the line is there, and the text has no place for it
    return _REMEDIES.get(complaint.rule, "text")


def _values(item: Item, text: GroupText, choices: Choices, around: Around) -> dict[str, str | None]:
    row, interview = item.row, item.row.interview
    held_on = _day(interview.held_at, around.timezone) if interview else None
    closing = _long(around.closing_on) if around.closing_on else None
    slots = {"criterion": text.criterion, "closing_date": closing}
    says_no = states_no(text.kind, paused=text.paused)
    reason = candidate_sentence(text.disposition, slots, row.depth) if says_no and text.disposition else None
    return {
        "greeting_name": greeting_name(row.name, row.call_name),
        "full_name": row.name,
        "role_title": around.role_title,
        "company": around.company,
        "place": around.place,
        "contact_name": around.contact_name if around.contact_name != around.sender_name else None,
        "contact_phone": around.contact_phone,
        "next_update_by": _long(choices.next_update_by) if choices.next_update_by else None,
        "closing_date": closing,
        "applied_on": _day(row.received_at, around.timezone),
        "interview_date": held_on,
        "interviewers": _names(interview.interviewers) if interview else None,
        "reason_sentence": reason,
        "cause_sentence": choices.cause_sentence or None,
        "personal_line": item.line or None,
        "retention_months": str(around.retention_months) if around.retention_months else None,
        "sender_name": around.sender_name,
        "sender_title": around.sender_title or None,
    }


def _recipient(row: RecipientRow) -> Recipient:
    live = [other for other in row.elsewhere if other.status in LIVE]
    return Recipient(
        hired=any(other.status is Status.HIRED for other in row.elsewhere),
        offer_live=row.depth.depth >= StageKind.OFFER.depth
        or any(other.depth.depth >= StageKind.OFFER.depth for other in live),
        withdrawn=row.status is Status.WITHDRAWN,
        already_told=row.told,
        active_elsewhere=tuple(other.title for other in live),
    )


def _also_named(row: RecipientRow, around: Around) -> tuple[str, ...]:
    people = row.interview.interviewers if row.interview else ()
    named = [around.sender_name, around.contact_name, around.place, *(each.name for each in people)]
    return tuple(name for name in named if name)


def _names(interviewers: Sequence[Interviewer]) -> str | None:
    """ "Jonas Lindholm (Head of Depots) and Priya Raman", as it stands in a sentence."""
    people = [str(each) for each in interviewers]
    if len(people) < 2:
        return people[0] if people else None
    return f"{', '.join(people[:-1])} and {people[-1]}"


def _day(moment: datetime, timezone: str) -> str:
    return _long(moment.astimezone(ZoneInfo(timezone)).date())


def _long(day: date) -> str:
    """ "Friday 27 November 2026": the words on a mail do not depend on the server's locale."""
    return f"{_WEEKDAYS[day.weekday()]} {day.day} {_MONTHS[day.month - 1]} {day.year}"


_WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
_MONTHS = (
    *("January", "February", "March", "April", "May", "June", "July"),
    *("August", "September", "October", "November", "December"),
)
