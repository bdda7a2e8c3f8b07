"""Render a send list: for every application one message, or one skip with its reason. Nobody disappears.

Pure but for reading the mail's shell: rows and choices in, items out. Facts that must not be wrong stop a
row; the others are warnings to look at.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cache

from employer_app.actions.letter_draft import Among, draft_of, same_lines
from employer_app.actions.letter_values import Around, values_of
from employer_app.actions.preflight import (
    NEEDS_LINE,
    Company,
    company_of,
    findings,
    lacks_line,
    one_message_each,
    stopped,
    unseen,
)
from employer_app.actions.two_languages import both_said, second_of
from employer_app.config import shipped
from employer_app.domain.audience import Audience, very_late
from employer_app.domain.clock import now
from employer_app.domain.close_out import Choices, GroupText
from employer_app.domain.courtesy import Complaint, Others, Rule, Severity
from employer_app.domain.errors import Refused
from employer_app.domain.mailtext import Composer
from employer_app.domain.merge import Template, compile_text
from employer_app.domain.message import Purpose, needs_date
from employer_app.domain.preflight import Check, Finding, about
from employer_app.models.plan import PlanAction
from employer_app.queries.preflight import NOTHING_KNOWN, Surroundings
from employer_app.queries.recipients import RecipientRow


@dataclass
class Item:
    """One row of the review."""

    row: RecipientRow
    audience: Audience
    action: PlanAction = PlanAction.SKIP
    skip_reason: str = ""
    remedy: str = ""
    #: the application whose message speaks of this one too
    lead_id: int | None = None
    findings: list[Finding] = field(default_factory=list)
    text: GroupText | None = None
    subject: str = ""
    body: str = ""
    html: str = ""
    preview: str = ""
    line: str = ""
    promise_on: str | None = None
    cycle: int = 1

    @property
    def warnings(self) -> list[str]:
        return [finding.words for finding in self.findings]


#: where to mend what stops a message, when that is not the text
_REMEDIES: Mapping[Rule, str] = {
    Rule.RIGHT_PERSON: "person",
    Rule.GREETS_BY_NAME: "name",
    Rule.NOT_IN_BULK: "line",
}


@cache
def composer() -> Composer:
    return Composer((shipped("templates") / "mail" / "shell.html").read_text("utf-8"))


def render(
    rows: Sequence[RecipientRow],
    choices: Choices,
    arounds: Mapping[int, Around],
    known: Surroundings = NOTHING_KNOWN,
) -> list[Item]:
    """One item per row, in the rows' order; `arounds` by job. Raises TemplateProblem when a text cannot be
    read at all."""
    company = company_of(rows)
    items = [_item(row, choices, company) for row in rows]
    by_id = {item.row.application_id: item for item in items}
    leads = one_message_each(rows, lambda row: not by_id[row.application_id].skip_reason)
    joined: dict[int, list[Item]] = {}
    for application_id, lead in leads.items():
        by_id[application_id].lead_id = lead
        joined.setdefault(lead, []).append(by_id[application_id])
    letters = _Letters(rows, choices, arounds)
    for item in items:
        if item.skip_reason or item.lead_id:
            continue
        if lacks_line(item.row, choices.groups[item.audience], choices):
            item.skip_reason, item.remedy = NEEDS_LINE, "line"
        else:
            letters.write(item, joined.get(item.row.application_id, ()))
        if item.action is PlanAction.MESSAGE:
            kind = choices.groups[item.audience].kind
            item.findings = unseen(
                item.row, [*findings(item.row, kind, company, known, now()), *item.findings], known
            )
        for other in joined.get(item.row.application_id, ()):
            _join(other, item, arounds)
    return items


def _item(row: RecipientRow, choices: Choices, company: Company) -> Item:
    audience = audience_for(row, choices)
    text = choices.groups[audience]
    item = Item(row, audience, text=text, line=choices.lines.get(row.application_id, ""))
    item.cycle = row.cycle + (row.failed if choices.purpose is Purpose.DECISION else row.sent_before)
    item.skip_reason, item.remedy = stopped(row, text, choices, company)
    return item


def _join(item: Item, lead: Item, arounds: Mapping[int, Around]) -> None:
    title = arounds[lead.row.job_id].role_title
    if lead.action is PlanAction.MESSAGE:
        item.skip_reason = f"Told in the same message as “{title}”."
    else:
        item.lead_id = None
        item.skip_reason = f"Goes with the message about “{title}”, and that one is stopped."


class _Letters:
    """The letters of one list: what is the same for many is made once."""

    def __init__(self, rows: Sequence[RecipientRow], choices: Choices, arounds: Mapping[int, Around]) -> None:
        self._choices, self._arounds = choices, arounds
        names = [row.name for row in rows]
        bulk = len({row.candidate_id for row in rows if row.application_id not in choices.left_out}) > 1
        lines = same_lines(lines_of(choices))
        self._among = {
            job_id: Among(Others(names, around.other_titles), bulk=bulk, lines=lines)
            for job_id, around in arounds.items()
        }
        self._compiled: dict[tuple[int, Audience], tuple[Template, Template]] = {}
        for job_id in list(arounds)[:1]:  # a text that cannot be read is said, also where nobody gets it
            for audience in choices.groups:
                self._texts(job_id, audience)

    def write(self, item: Item, joined: Sequence[Item]) -> None:
        around, among = self._arounds[item.row.job_id], self._among[item.row.job_id]
        compiled = self._texts(item.row.job_id, item.audience)
        if joined:
            others = [self._arounds[other.row.job_id] for other in joined]
            around = around.speaking_of(others, language=self._choices.groups[item.audience].language)
        _write(item, _without(item.row, joined), compiled, self._choices, around, among)

    def _texts(self, job_id: int, audience: Audience) -> tuple[Template, Template]:
        found = self._compiled.get((job_id, audience))
        if found is None:
            text, around = self._choices.groups[audience], self._arounds[job_id]
            found = compile_text(text.subject), compile_text(dressed(text.body, around))
            self._compiled[job_id, audience] = found
        return found


def _without(row: RecipientRow, joined: Sequence[Item]) -> RecipientRow:
    """The row, with only those of its person's other applications of which this message does not speak."""
    spoken_of = {other.row.application_id for other in joined}
    others = tuple(other for other in row.elsewhere if other.application_id not in spoken_of)
    return replace(row, elsewhere=others)


def audience_for(row: RecipientRow, choices: Choices) -> Audience:
    """Which of the texts this person gets today."""
    late = very_late(row.last_contact_at or row.received_at, now())
    return choices.audience_of(row.depth, row.reads or row.language, late=late)


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


def lines_of(choices: Choices) -> list[str]:
    """The lines of their own that leave with this list."""
    there = set(choices.application_ids) - choices.left_out
    return [line for row, line in choices.lines.items() if line and row in there]


def _write(
    item: Item,
    row: RecipientRow,
    compiled: tuple[Template, Template],
    choices: Choices,
    around: Around,
    among: Among,
) -> None:
    text = choices.groups[item.audience]
    values = values_of(row, item.line, text, choices, around)
    try:
        mail = composer().compose(*compiled, values, language=text.language)
        second = second_of(row, item.line, text, choices, around)
        draft = draft_of(row, item.line, item.audience, mail, values, choices, around, among)
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
            item.findings.append(_finding(complaint, words, row))
    if item.skip_reason:
        return
    item.action = PlanAction.MESSAGE
    item.subject, item.body, item.html = mail.subject, mail.text, mail.html
    item.preview = composer().preview(*compiled, values, second).body
    if choices.next_update_by and needs_date(text.kind, paused=text.paused):
        item.promise_on = choices.next_update_by.isoformat()


def _finding(complaint: Complaint, words: str, row: RecipientRow) -> Finding:
    if complaint.rule is Rule.GREETS_BY_NAME and complaint.words == row.name:
        return Finding(Check.NAME, words, about(row.name, row.call_name))
    return Finding(Check.WORDING, words, complaint.rule.value)


def _remedy(complaint: Complaint, item: Item) -> str:
    if complaint.rule is Rule.GREETS_BY_NAME and complaint.words != item.row.name:
        return "text"  # the greeting is wrong, not the record
    if complaint.rule is Rule.NOT_IN_BULK and item.line:
        return "text"  # the line is there, and the text has no place for it
    return _REMEDIES.get(complaint.rule, "text")
