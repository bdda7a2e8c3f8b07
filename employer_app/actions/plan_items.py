"""Render a send list: for every application one message, or one skip with its reason. Nobody disappears.

Pure but for reading the mail's shell: rows and choices in, items out. Facts that must not be wrong stop a
row; the others are warnings to look at.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache

from employer_app.actions.letter_draft import Among, draft_of, same_lines
from employer_app.actions.letter_values import Around, values_of
from employer_app.actions.two_languages import both_said, second_of
from employer_app.config import shipped
from employer_app.domain.address import is_sendable
from employer_app.domain.audience import Audience, very_late
from employer_app.domain.clock import now
from employer_app.domain.close_out import Choices, GroupText
from employer_app.domain.courtesy import Complaint, Others, Rule, Severity
from employer_app.domain.errors import Refused
from employer_app.domain.mailtext import Composer
from employer_app.domain.merge import Template, compile_text
from employer_app.domain.message import AFTER_THE_END, NEEDS_PERSONAL_LINE, Purpose, needs_date
from employer_app.domain.status import LIVE, Status
from employer_app.models.plan import PlanAction
from employer_app.queries.recipients import RecipientRow


@dataclass
class Item:
    """One row of the review."""

    row: RecipientRow
    audience: Audience
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
        audience: (compile_text(text.subject), compile_text(dressed(text.body, around)))
        for audience, text in choices.groups.items()
    }
    shared = Counter(row.address_key for row in rows if row.address_key)
    among = Among(
        Others((row.name for row in rows), around.other_titles),
        bulk=len(rows) - len(choices.left_out) > 1,
        lines=same_lines(lines_of(choices)),
    )
    items = []
    for row in rows:
        audience = audience_for(row, choices)
        text = choices.groups[audience]
        item = Item(row, audience, text=text, line=choices.lines.get(row.application_id, ""))
        item.cycle = row.cycle + (row.failed if choices.purpose is Purpose.DECISION else row.sent_before)
        item.skip_reason, item.remedy = out_of_question(row, text, choices, shared)
        if not item.skip_reason:
            _write(item, compiled[audience], choices, around, among)
        items.append(item)
    return items


def audience_for(row: RecipientRow, choices: Choices) -> Audience:
    """Which of the texts this person gets today."""
    late = very_late(row.last_contact_at or row.received_at, now())
    return choices.audience_of(row.depth, row.language, late=late)


def dressed(body: str, around: Around) -> str:
    """The text with what stands under every letter: the house's signature, and the notice that the law wants
    in this job's letters where the text has no place of its own for it."""
    under = "" if "notice_text" in body else around.notice
    return signed(signed(body, around.signature), under)


def signed(body: str, signature: str) -> str:
    """The text with the house's signature under it, taken word for word: no field and no markup in it."""
    if not signature.strip():
        return body
    return f"{body.rstrip()}\n\n{_MARKUP.sub(_literally, signature.strip())}\n"


def _literally(found: re.Match[str]) -> str:
    return f"\\{found[0]}"


_MARKUP = re.compile(r"[\\`*_\[\]<>#&!|~]|^[ \t]*[-+=]", re.MULTILINE)


def out_of_question(
    row: RecipientRow, text: GroupText, choices: Choices, shared: Mapping[str, int]
) -> tuple[str, str]:
    """Why no text can be right for this row, and what to do; empty when one may."""
    decision = choices.purpose is Purpose.DECISION
    untold = decision and row.status is Status.REJECTED and not row.told
    ended = text.kind not in AFTER_THE_END and not text.confirms
    needs_line = text.kind in NEEDS_PERSONAL_LINE
    reasons = (
        (row.application_id in choices.left_out, "You left this person out.", "take_back"),
        (row.erased, "This person's data were erased.", ""),
        (text.confirms and row.told_by_phone_at is None, "Was not told by phone.", ""),
        (text.confirms and row.confirmed, "Has had this in writing already.", ""),
        (ended and row.told, "Has been told already.", ""),
        (ended and row.status is Status.WITHDRAWN, "Has withdrawn.", ""),
        (ended and row.status is Status.HIRED, "Has been hired for this job.", ""),
        (ended and row.status not in LIVE and not untold, "Is no longer in the running.", ""),
        (row.corrected, "Has had a correction of this message already.", ""),
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


def lines_of(choices: Choices) -> list[str]:
    """The lines of their own that leave with this list."""
    there = set(choices.application_ids) - choices.left_out
    return [line for row, line in choices.lines.items() if line and row in there]


def _write(
    item: Item, compiled: tuple[Template, Template], choices: Choices, around: Around, among: Among
) -> None:
    text = choices.groups[item.audience]
    values = values_of(item.row, item.line, text, choices, around)
    try:
        mail = composer().compose(*compiled, values, language=text.language)
        second = second_of(item.row, item.line, text, choices, around)
        draft = draft_of(item.row, item.line, item.audience, mail, values, choices, around, among)
        said = list(both_said(draft, text, among, around, composer(), compiled[0], second))
        if second:
            mail = composer().compose(*compiled, values, language=text.language, second=second)
    except Refused as refused:
        item.skip_reason, item.remedy = str(refused), "text"
        return
    for complaint in said:
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
    item.preview = composer().preview(*compiled, values, second).body
    if choices.next_update_by and needs_date(text.kind, paused=text.paused):
        item.promise_on = choices.next_update_by.isoformat()


def _remedy(complaint: Complaint, item: Item) -> str:
    if complaint.rule is Rule.GREETS_BY_NAME and complaint.words != item.row.name:
        return "text"  # the greeting is wrong, not the record
    if complaint.rule is Rule.NOT_IN_BULK and item.line:
        return "text"  # the line is there, and the text has no place for it
    return _REMEDIES.get(complaint.rule, "text")
