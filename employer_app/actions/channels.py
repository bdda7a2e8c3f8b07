"""What is said to one person by phone, on paper or in a short text, filled from the record.

Law: this stores nothing; what came of it is told to `actions/said.py`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from zoneinfo import ZoneInfo

import sqlalchemy as sa

from employer_app.actions.letter_values import Around, values_of
from employer_app.actions.plan_items import composer, dressed
from employer_app.actions.plans import around_job, style_for, usual_date
from employer_app.domain.audience import group_of, very_late
from employer_app.domain.channel_choice import Standing, Way
from employer_app.domain.clock import now
from employer_app.domain.close_out import Choices, GroupText
from employer_app.domain.disposition import disposition
from employer_app.domain.duty import Reason
from employer_app.domain.errors import NotFound, Refused
from employer_app.domain.event import EventKind
from employer_app.domain.kind import occasions
from employer_app.domain.merge import Template, compile_text
from employer_app.domain.message import Purpose, needs_date, purpose_of, states_no
from employer_app.domain.phone_script import Step, phone_script
from employer_app.domain.role import Person, Verb, require
from employer_app.domain.short_text import short_text
from employer_app.domain.stage import StageKind
from employer_app.domain.starter import Style, nearest
from employer_app.extensions import db
from employer_app.models import Decision
from employer_app.queries.applications import ApplicationPage, application_page
from employer_app.queries.recipients import RecipientRow, recipients

GAP = "…"
"""Stands where a value is lacking."""


@dataclass(frozen=True)
class One:
    """One person with all that is known for saying something to them."""

    page: ApplicationPage
    row: RecipientRow
    around: Around
    style: Style
    standing: Standing

    @property
    def today(self) -> date:
        return now().astimezone(ZoneInfo(self.page.timezone)).date()

    @property
    def missed_date(self) -> date | None:
        """The last day that we gave and let pass."""
        missed = [debt.target_at for debt in self.page.owed if _missed(debt.reason, debt.target_at)]
        return max(missed).astimezone(ZoneInfo(self.page.timezone)).date() if missed else None


@dataclass(frozen=True)
class Own:
    """What somebody typed for this person, because no record says it."""

    next_update_by: date | None = None
    cause_sentence: str = ""
    personal_line: str = ""
    criterion: str = ""
    fields: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Said:
    """What of, and in which language and address."""

    about: str
    style: Style

    @property
    def decides(self) -> bool:
        kind, variant = occasions()[self.about]
        return states_no(kind, paused=variant == "on_hold")

    @property
    def gives_day(self) -> bool:
        kind, variant = occasions()[self.about]
        return needs_date(kind, paused=variant == "on_hold")


@dataclass(frozen=True)
class PaperText:
    subject: str
    text: str
    #: what a gap stands for
    lacking: tuple[str, ...]


def one_person(application_id: int, actor: Person) -> One:
    """Raises NotFound, also for somebody whose data were erased."""
    require(actor, Verb.EDIT)
    page = application_page(actor, application_id)
    if page.person.erased:
        raise NotFound("This person's data were erased.", "There is nobody left to reach.")
    (row,) = recipients(actor, [application_id], Purpose.UPDATE)
    standing = Standing(
        status=page.status,
        depth=page.depth,
        told=page.told_at is not None,
        reason=_reason_code(application_id),
        by_phone=page.told_how == EventKind.CALL_LOGGED.value,
        late=very_late(page.last_contact_at or page.received_at, now()),
        missed_date=any(_missed(debt.reason, debt.target_at) for debt in page.owed),
        unheard=any(debt.reason is Reason.NOT_ACKNOWLEDGED for debt in page.owed),
    )
    return One(page, row, around_job(page.job_id, actor), style_for(application_id, actor), standing)


def _missed(reason: Reason, target_at: datetime) -> bool:
    return reason is Reason.PROMISE_DUE and target_at < now()


def _reason_code(application_id: int) -> str:
    query = sa.select(Decision.disposition).where(
        Decision.application_id == application_id, Decision.undone_at.is_(None)
    )
    return db.session.scalar(query.order_by(Decision.id.desc()).limit(1)) or ""


def gap_refused() -> Refused:
    """Of a text that still has a gap."""
    return Refused("“…” stands where something is missing.", "Fill it in, or take it out.", "text")


def usual_words(one: One) -> Own:
    """What is offered before somebody types: the usual day of the next word, and the day we let pass."""
    missed = one.missed_date
    fields = {"previous_date": missed.isoformat()} if missed else {}
    return Own(next_update_by=usual_date(one.page.job_id), fields=fields)


def asked_for(one: One, way: Way, said: Said) -> list[str]:
    """The fields that this text names, with "criterion" where the sentence of the reason needs one."""
    names = {name for template in _templates(one, way, said) for name in template.fields}
    asked = sorted(names)
    if said.decides and "reason_sentence" in names and one.standing.reason:
        asked += ["criterion"] * ("criterion" in disposition(one.standing.reason).slots)
    return asked


def needed(one: One, way: Way, said: Said) -> frozenset[str]:
    """The fields without which this text has a gap."""
    return frozenset(name for template in _templates(one, way, said) for name in template.required)


def script(one: One, said: Said, own: Own) -> dict[Step, str]:
    """What to say, step by step, with "…" where a value is lacking."""
    values = values_for(one, said, own)
    found = phone_script(*occasions()[said.about], said.style.language, informal=said.style.informal)
    if found is None:
        raise NotFound("There is no such script.")
    steps = found.filled(values)
    if said.decides and one.standing.depth is StageKind.APPLIED and not values["reason_sentence"]:
        del steps[Step.REASON]  # what stands there in its place speaks of talks
    return steps


def short(one: One, said: Said, own: Own) -> str:
    """Raises ValuesMissing, and TooLong."""
    found = short_text(*occasions()[said.about], said.style.language, informal=said.style.informal)
    if found is None:
        raise NotFound("There is no such text.")
    return found.filled(values_for(one, said, own))


def paper_text(one: One, said: Said, own: Own) -> PaperText:
    """The letter to begin with, with "…" where a value is lacking."""
    text = _group_text(one, said)
    subject = compile_text(text.subject)
    body = compile_text(dressed(text.body, one.around))
    values = values_for(one, said, own)
    lacking = tuple(dict.fromkeys((*subject.missing(values), *body.missing(values))))
    mail = composer().compose(
        subject, body, {**values, **dict.fromkeys(lacking, GAP)}, language=text.language
    )
    return PaperText(mail.subject, mail.text.strip(), lacking)


def _templates(one: One, way: Way, said: Said) -> list[Template]:
    kind, variant = occasions()[said.about]
    language, informal = said.style.language, said.style.informal
    if way is Way.CALL:
        found = phone_script(kind, variant, language, informal=informal)
        return list(found.steps.values()) if found else []
    if way is Way.SHORT_TEXT:
        short_one = short_text(kind, variant, language, informal=informal)
        return [short_one.template] if short_one else []
    text = _group_text(one, said)
    return [compile_text(text.subject), compile_text(text.body)]


def _group_text(one: One, said: Said) -> GroupText:
    kind, variant = occasions()[said.about]
    met = group_of(one.standing.depth).met
    text = GroupText.from_letter(nearest(kind, said.style, variant), one.standing.reason, met=met)
    return text if states_no(kind, paused=text.paused) else replace(text, disposition="")


def values_for(one: One, said: Said, own: Own) -> dict[str, str | None]:
    """What stands in the fields for this person, by their names."""
    kind, variant = occasions()[said.about]
    paused = variant == "on_hold"
    style = said.style
    text = GroupText(
        kind,
        "",
        "",
        one.standing.reason if said.decides else "",
        own.criterion,
        paused,
        style.language,
        style.informal,
    )
    choices = Choices(
        purpose_of(kind, paused=paused),
        (one.page.id,),
        {},
        style.language,
        next_update_by=own.next_update_by,
        cause_sentence=own.cause_sentence,
        fields=own.fields,
    )
    return values_of(one.row, own.personal_line, text, choices, one.around)
