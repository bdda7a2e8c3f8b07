"""How a text of our own reads before anybody is written to: as a mail, and what the wording check says of it.

Nothing is written. What is typed for each message, and what a sample lacks, stands there as a sample.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from employer_app.actions.letter_draft import said_of
from employer_app.actions.letter_values import Around, values_of
from employer_app.actions.letter_words import checked_words
from employer_app.actions.plan_items import composer, signed
from employer_app.actions.plans import around_job
from employer_app.actions.wording import tuning_of
from employer_app.domain.audience import Audience, Group
from employer_app.domain.clock import now
from employer_app.domain.close_out import USUAL_REASON, Choices, GroupText
from employer_app.domain.courtesy import UNTUNED, Complaint, Draft, Rule, Severity, Tuning
from employer_app.domain.errors import NotFound, Refused
from employer_app.domain.in_words import day_in_words
from employer_app.domain.mailtext import MailText, Preview
from employer_app.domain.merge import SAMPLES, Template, compile_text, samples
from employer_app.domain.merge.typed import TYPED
from employer_app.domain.message import NEEDS_PERSONAL_LINE, purpose_of, states_no
from employer_app.domain.role import Person, Verb, require
from employer_app.domain.stage import StageKind
from employer_app.domain.starter import Letter
from employer_app.extensions import db
from employer_app.models import Application, Job, Organisation
from employer_app.queries.recipients import RecipientRow, recipients

_BY_HAND = {"personal_line", "cause_sentence", *TYPED}
_SATURDAY = 5
_ALWAYS = frozenset({"greeting_name", "full_name", "role_title", "company", "personal_line"})


@dataclass(frozen=True)
class Reading:
    """`reader` empty: it was read with sample values."""

    preview: Preview
    reader: str
    complaints: tuple[Complaint, ...]

    @property
    def says_nothing_plain(self) -> bool:
        """The check found no "no" in it, which a person may know better."""
        return any(one.rule is Rule.SAYS_NO and one.severity is Severity.STOPS for one in self.complaints)


def read_letter(letter: Letter, *, actor: Person, application_id: int | None = None) -> Reading:
    """Raises Refused or TemplateProblem for a text that cannot be kept, NotFound for a reader."""
    require(actor, Verb.READ)
    words = checked_words(letter.subject, letter.body)
    reason = letter.disposition
    if states_no(letter.kind, paused=letter.paused):
        reason = reason or USUAL_REASON[letter.kind]
    text = GroupText.from_letter(letter, reason, met=letter.kind in NEEDS_PERSONAL_LINE)
    if application_id is None:
        values, around = _sample(text.language), None
    else:
        row, around = _reader(application_id, text, actor)
        values = _values(row, text, around)
    body = signed(text.body, around.signature if around else "")
    subject, message = compile_text(words["subject"]), compile_text(body)
    complaints = {
        (one.rule, one.why, one.words): one
        for kept in (values, _bare(values, subject, message))
        for one in _complaints(text, subject, message, kept, around, _job_of(letter, around))
    }
    return Reading(
        composer().preview(subject, message, values),
        (values["full_name"] or "") if around else "",
        tuple(sorted(complaints.values(), key=lambda one: list(Severity).index(one.severity))),
    )


def _complaints(
    text: GroupText,
    subject: Template,
    body: Template,
    values: Mapping[str, str | None],
    around: Around | None,
    job: Job | Around | None,
) -> list[Complaint]:
    try:
        mail = composer().compose(subject, body, values, language=text.language)
    except Refused as refused:
        return [Complaint(Rule.NO_HOLE, Severity.STOPS, "", refused.message, refused.remedy)]
    return list(said_of(_draft(text, mail, values, around, job), text, tuning=_tuning()))


def _job_of(letter: Letter, around: Around | None) -> Job | Around | None:
    """What says how much a letter may tell: the job of its reader, or else the one that it is for."""
    return around or (db.session.get(Job, letter.job_id) if letter.job_id else None)


def _tuning() -> Tuning:
    """As strict as the house is about style."""
    organisation = db.session.get(Organisation, 1)
    return tuning_of(organisation.wording) if organisation else UNTUNED


def _draft(
    text: GroupText,
    mail: MailText,
    values: Mapping[str, str | None],
    around: Around | None,
    job: Job | Around | None,
) -> Draft:
    """About the text alone: what the record says of its reader stands in nobody's way here."""
    named = ("sender_name", "contact_name", "place", "interviewers", "meeting_with")
    return Draft(
        kind=text.kind,
        subject=mail.subject,
        text=mail.text,
        greeting_name=values["greeting_name"] or "",
        full_name=values["full_name"] or "",
        role_title=values["role_title"] or "",
        company=values["company"] or "",
        send_on=around.send_on if around else now().date(),
        language=text.language,
        paused=text.paused,
        depth=StageKind.FINAL if text.kind in NEEDS_PERSONAL_LINE else StageKind.APPLIED,
        personal_line=values["personal_line"],
        promised=(_next_word(),),
        also_named=tuple(values[name] or "" for name in named if values.get(name)),
        tells_score=bool(job and job.tells_score),
        tells_reserve=bool(job and job.tells_reserve),
        house_text=text.letter if text.pinned else None,
    )


def _sample(language: str) -> dict[str, str | None]:
    return {**samples(language), "next_update_by": day_in_words(_next_word(), language)}


def _next_word() -> date:
    """A working day that is to come."""
    day = now().date() + timedelta(days=7)
    return day - timedelta(days=max(0, day.weekday() - _SATURDAY + 1))


def _bare(values: Mapping[str, str | None], subject: Template, body: Template) -> dict[str, str | None]:
    """As somebody gets it of whom we know nothing more than the text needs."""
    kept = _ALWAYS | subject.required | body.required
    return {name: value if name in kept else None for name, value in values.items()}


def _reader(application_id: int, text: GroupText, actor: Person) -> tuple[RecipientRow, Around]:
    purpose = purpose_of(text.kind, paused=text.paused, confirms=text.confirms)
    application = db.session.get(Application, application_id)
    rows = recipients(actor, [application_id], purpose) if application else []
    if application is None or not rows or rows[0].erased:
        raise NotFound("There is no such application.", "Choose somebody of the list.")
    return rows[0], around_job(application.job_id, actor)


def _values(row: RecipientRow, text: GroupText, around: Around) -> dict[str, str | None]:
    choices = Choices(
        purpose_of(text.kind, paused=text.paused, confirms=text.confirms),
        (row.application_id,),
        {Audience(Group.APPLIED): text},
        text.language,
        next_update_by=_next_word(),
    )
    found = dict.fromkeys(SAMPLES) | values_of(row, "", text, choices, around)
    return {name: value or (SAMPLES[name] if name in _BY_HAND else None) for name, value in found.items()}
