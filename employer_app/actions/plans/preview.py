"""One letter of a send list as it would be, from what somebody has typed so far. Nothing is stored.

`look` is pure: a person, choices and surroundings in, the letter and all that is said of it out. It never
refuses: what is lacking or cannot be read comes back with its place.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

import sqlalchemy as sa

from employer_app.actions.letter_draft import Among, draft_of, said_of, same_lines
from employer_app.actions.letter_values import Around, values_of
from employer_app.actions.plan_items import composer, dressed, lines_of
from employer_app.actions.plans.change import own_plan
from employer_app.actions.plans.corrected import as_corrected
from employer_app.actions.plans.render import around_job
from employer_app.actions.preflight import Company, why_not
from employer_app.actions.two_languages import second_of
from employer_app.domain.audience import Audience
from employer_app.domain.close_out import Choices, GroupText
from employer_app.domain.courtesy import Complaint, Others, Rule
from employer_app.domain.errors import NotFound, Refused
from employer_app.domain.mailtext import MailText, Preview
from employer_app.domain.merge import FIELDS, Template, TemplateProblem, compile_text
from employer_app.domain.role import Person
from employer_app.extensions import db
from employer_app.models import Candidate, PlanItem
from employer_app.queries.recipients import RecipientRow, recipients


@dataclass(frozen=True)
class Trouble:
    """Why this text makes no letter, or none for this person. `where` is "subject" or "body"; line and
    column count from 1, and are 0 when it is about the whole."""

    where: str
    line: int
    column: int
    words: str
    field: str = ""


@dataclass(frozen=True)
class Value:
    """A field that the text names, and what stands there for this person; empty when nothing is known."""

    field: str
    words: str
    needed: bool


@dataclass(frozen=True)
class Piece:
    """A stretch of the plain text. `fault` is what is said of it; `hole` the field that has no value."""

    words: str
    fault: str = ""
    hole: str = ""


@dataclass(frozen=True)
class Look:
    """Without `marked` the text cannot be read at all; without `mail` something is lacking in it."""

    row: RecipientRow
    line: str
    troubles: Sequence[Trouble] = ()
    marked: Preview | None = None
    mail: MailText | None = None
    plain: Sequence[Piece] = ()
    complaints: Sequence[Complaint] = ()
    values: Sequence[Value] = ()
    #: why no message leaves to this person, whatever the text says
    skipped: str = ""
    remedy: str = ""


def preview(*, plan_id: int, choices: Choices, audience: Audience, at: int, actor: Person) -> Look:
    """The letter to `at` with these choices. Raises NotFound for somebody else's list, or for a stranger."""
    own_plan(plan_id, actor)
    rows = recipients(actor, [at], choices.purpose) if at in choices.application_ids else []
    rows = as_corrected(rows, choices)
    if not rows:
        raise NotFound("This person is not in the send list.")
    names = db.session.scalars(sa.select(PlanItem.name).where(PlanItem.plan_id == plan_id)).all()
    around = around_job(rows[0].job_id, actor)
    among = Among(
        Others(names, around.other_titles),
        bulk=len(choices.application_ids) - len(choices.left_out) > 1,
        lines=same_lines(lines_of(choices)),
    )
    return look(rows[0], choices, audience, around, among, company=_company(plan_id, rows[0]))


def _company(plan_id: int, row: RecipientRow) -> Company:
    """How many people of the list have this person's address."""
    key = row.address_key or ""
    query = (
        sa.select(sa.func.count(sa.distinct(PlanItem.candidate_id)))
        .select_from(PlanItem)
        .join(Candidate, Candidate.id == PlanItem.candidate_id)
        .where(PlanItem.plan_id == plan_id, Candidate.address_key == row.address_key)
    )
    return Company({key: db.session.scalar(query) or 0} if key else {})


def look(
    row: RecipientRow,
    choices: Choices,
    audience: Audience,
    around: Around,
    among: Among,
    *,
    company: Company,
) -> Look:
    text, line = choices.groups[audience], choices.lines.get(row.application_id, "")
    skipped, remedy = why_not(row, text, choices, company)
    try:
        subject = _compiled("subject", text.subject)
        body = _compiled("body", text.body, dressed(text.body, around))
        values = values_of(row, line, text, choices, around)
        second = second_of(row, line, text, choices, around)
        marked = composer().preview(subject, body, values, second)
    except _Unreadable as unreadable:
        return Look(row, line, (unreadable.trouble,), skipped=skipped, remedy=remedy)
    except TemplateProblem as problem:  # the markup has no room for a value
        return Look(row, line, (Trouble("body", 0, 0, str(problem)),), skipped=skipped, remedy=remedy)
    named = {field: values.get(field) or "" for field in dict.fromkeys((*subject.fields, *body.fields))}
    needed = subject.required | body.required
    lacking = dict.fromkeys((*subject.missing(values), *body.missing(values)))
    troubles = [_lacks(field, text) for field in lacking]
    try:
        # what is lacking is read as an example, so that the rest can be checked; nothing is said of that part
        filled = {**values, **{field: FIELDS[field].sample for field in lacking}}
        mail = composer().compose(subject, body, filled, language=text.language)
    except Refused as refused:
        troubles.append(Trouble("subject", 0, 0, str(refused)))
        mail = None
    complaints = _complaints(row, line, audience, mail, values, choices, around, among, frozenset(lacking))
    if mail and second and not lacking:
        try:
            mail = composer().compose(subject, body, values, language=text.language, second=second)
        except Refused as refused:
            troubles.append(Trouble("body", 0, 0, str(refused)))
    return Look(
        row,
        line,
        troubles,
        marked,
        mail if not lacking else None,
        tuple(_pieces(mail, complaints, frozenset(lacking))) if mail else (),
        complaints,
        [Value(field, words, field in needed) for field, words in named.items()],
        skipped,
        remedy,
    )


class _Unreadable(Exception):
    def __init__(self, trouble: Trouble) -> None:
        super().__init__(trouble.words)
        self.trouble = trouble


def _compiled(where: str, source: str, dressed_source: str = "") -> Template:
    try:
        own = compile_text(source)  # what stands under every letter must not hide where it goes wrong
        return compile_text(dressed_source) if dressed_source else own
    except TemplateProblem as problem:
        raise _Unreadable(Trouble(where, problem.line, problem.column, str(problem))) from None


def _lacks(field: str, text: GroupText) -> Trouble:
    words = f"Nothing is on record for “{FIELDS[field].help}”."
    if field == "personal_line":
        words = "Their own line is not written yet."
    printed = re.compile(rf"{{{{-?\s*{field}\s*-?}}}}")
    for where, source in (("subject", text.subject), ("body", text.body)):
        if found := printed.search(source):
            before = source[: found.start()]
            column = found.start() - (before.rfind("\n") + 1) + 1
            return Trouble(where, before.count("\n") + 1, column, words, field)
    return Trouble("body", 0, 0, words, field)


def _complaints(
    row: RecipientRow,
    line: str,
    audience: Audience,
    mail: MailText | None,
    values: Mapping[str, str | None],
    choices: Choices,
    around: Around,
    among: Among,
    lacking: frozenset[str],
) -> Sequence[Complaint]:
    if mail is None:
        return ()
    examples = [(mark.start, mark.end) for mark in mail.marks if mark.field in lacking]
    draft = draft_of(row, line, audience, mail, values, choices, around, among)
    return tuple(
        one
        for one in said_of(draft, choices.groups[audience], among, around.tuning)
        if not (one.rule is Rule.NOT_IN_BULK and "personal_line" in lacking)
        and not any(_overlap(one, start, end) for start, end in examples)
    )


def _overlap(one: Complaint, start: int, end: int) -> bool:
    return one.start is not None and one.end is not None and one.start < end and start < one.end


def _pieces(mail: MailText, complaints: Sequence[Complaint], lacking: frozenset[str]) -> Iterator[Piece]:
    """The plain text cut where something begins or ends; of two complaints at one place the worse one."""
    text = mail.text
    holes = [mark for mark in mail.marks if mark.field in lacking]
    placed = [
        (one.start, one.end, one.severity.value)
        for one in complaints
        if one.start is not None and one.end is not None
    ]
    edges = {0, len(text)}
    edges |= {edge for start, end, _ in placed for edge in (start, end)}
    edges |= {edge for mark in holes for edge in (mark.start, mark.end)}
    cuts = sorted(edges)
    for start, end in pairwise(cuts):
        hole = next((mark.field for mark in holes if mark.start <= start and end <= mark.end), "")
        fault = next((said for first, last, said in placed if first <= start and end <= last), "")
        yield Piece("" if hole else text[start:end], fault, hole)
