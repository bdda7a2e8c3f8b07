"""Begin a send list: who is on it, and the texts that fit them."""

from __future__ import annotations

import secrets
from collections.abc import Collection, Sequence
from dataclasses import replace
from datetime import date, timedelta

import sqlalchemy as sa

from employer_app.actions.plans.change import NOT_THERE
from employer_app.actions.plans.own_texts import with_own_texts
from employer_app.actions.plans.render import rendered, store
from employer_app.domain import business_time
from employer_app.domain.audience import group_of, very_late
from employer_app.domain.clock import now
from employer_app.domain.close_out import (
    USUAL_REASON,
    Cause,
    Choices,
    close_out_choices,
    letter_choices,
    update_choices,
)
from employer_app.domain.errors import NotFound, Refused
from employer_app.domain.event import EventKind
from employer_app.domain.letter_choice import confirming, serves
from employer_app.domain.message import Purpose, needs_date, states_no
from employer_app.domain.own_letter import first_choice
from employer_app.domain.role import Person, Verb, require
from employer_app.domain.starter import USUAL, Letter, Style, Tone, Variant, languages, nearest
from employer_app.extensions import db, setting, transaction
from employer_app.ledger.history import calendar_of
from employer_app.models import Application, Decision, Job, Organisation, Plan
from employer_app.queries.chosen import jobs_of, languages_read, somebody_waits_since, still_owed
from employer_app.queries.message_templates import letters_in

#: the date a holding note offers first, in business days
NEXT_WORD_IN = 5
_SLICE = 500


def start_close_out(
    *, cause: Cause, actor: Person, job_id: int | None = None, application_ids: Sequence[int] = ()
) -> int:
    """A plan of a final answer to these people, or to everybody in the job who is still owed one. Without a
    job to people of any; the one with most of them gives the language."""
    require(actor, Verb.DECIDE)
    job_id, ids = _whom(job_id, application_ids, actor)
    since = somebody_waits_since(actor, ids)
    late = since is not None and very_late(since, now())
    choices = close_out_choices(ids, cause, style_of(job_id), languages_read(actor, ids), late=late)
    return begin(job_id, with_own_texts(choices, job_id, actor), actor)


def start_update(
    *,
    actor: Person,
    job_id: int | None = None,
    application_ids: Sequence[int] = (),
    next_update_by: date | None = None,
) -> int:
    """A plan of a holding note: no decision yet, and the date of the next word. To whom: as a close-out."""
    require(actor, Verb.MAIL)
    job_id, ids = _whom(job_id, application_ids, actor)
    day = next_update_by or usual_date(job_id)
    choices = update_choices(ids, day, style_of(job_id), languages_read(actor, ids))
    return begin(job_id, with_own_texts(choices, job_id, actor), actor)


def _whom(job_id: int | None, application_ids: Sequence[int], actor: Person) -> tuple[int, tuple[int, ...]]:
    """The job that gives its name to the list, and the people. Raises NotFound for a stranger among them."""
    ids = tuple(sorted(set(application_ids)))
    if job_id is not None:
        if ids:
            _refuse_strangers(job_id, ids)
        return job_id, ids or tuple(still_owed(actor, job_id))
    jobs = jobs_of(actor, ids)
    if not jobs:
        raise Refused("Nobody was chosen.", "Choose whom to write to.")
    return jobs[0], ids


def start_letter(*, application_id: int, letter: Letter, actor: Person) -> int:
    """A plan of one letter of any kind to one person. Raises NotFound."""
    require(actor, Verb.MAIL)
    if serves(letter, Purpose.DECISION):
        require(actor, Verb.DECIDE)
    application = db.session.get(Application, application_id)
    if application is None:
        raise NotFound("There is no such application.")
    choices = letter_choices(application_id, letter, _reason(application, letter))
    if needs_date(letter.kind, paused=letter.paused):
        choices = replace(choices, next_update_by=usual_date(application.job_id))
    return begin(application.job_id, choices, actor)


def start_confirmation(*, application_id: int, actor: Person) -> int:
    """A plan of the mail that puts in writing the "no" that this person was told by phone, with a letter of
    our own where there is one. Raises NotFound, and Refused for whoever was not told by phone."""
    require(actor, Verb.MAIL)
    application = db.session.get(Application, application_id)
    if application is None:
        raise NotFound("There is no such application.")
    if application.told_how != EventKind.CALL_LOGGED.value:
        raise Refused("This person was not told by phone.", "There is nothing that a mail could confirm.")
    style = style_for(application_id, actor)
    group = group_of(application.depth)
    letter: Letter = nearest(confirming(group), style, Variant.AFTER_CALL)
    own = letters_in(actor, application.job_id, style.language)
    reason = _reason(application, letter)
    ours = first_choice(own, letter, language=style.language, job_id=application.job_id, disposition=reason)
    return start_letter(application_id=application_id, letter=ours or letter, actor=actor)


def _reason(application: Application, letter: Letter) -> str:
    """The reason that was recorded, or the usual one for such a letter."""
    if not states_no(letter.kind, paused=letter.paused):
        return ""
    query = sa.select(Decision.disposition).where(
        Decision.application_id == application.id, Decision.undone_at.is_(None)
    )
    recorded = db.session.scalar(query.order_by(Decision.id.desc()).limit(1))
    return recorded or letter.disposition or USUAL_REASON[letter.kind]


def style_of(job_id: int) -> Style:
    """How the letters of a job are written: as the job says, else as the house does. Raises NotFound."""
    job, house = db.session.get(Job, job_id), db.session.get(Organisation, 1)
    if job is None:
        raise NotFound("There is no such job.")
    if house is None:
        return USUAL
    informal = house.informal if job.informal is None else job.informal
    return Style(job.language or house.language, Tone(job.tone or house.tone), informal)


def style_for(application_id: int, actor: Person) -> Style:
    """How we write to this person: as their job does, in their own language where we have letters in it.

    Raises NotFound.
    """
    application = db.session.get(Application, application_id)
    if application is None:
        raise NotFound("There is no such application.")
    style = style_of(application.job_id)
    read = languages_read(actor, [application_id]) & set(languages())
    return replace(style, language=min(read)) if read else style


def start_like(*, plan_id: int, application_ids: Sequence[int], actor: Person) -> int:
    """A new plan for these people with the texts and lines of an earlier one, whoever made that."""
    require(actor, Verb.MAIL)
    plan = db.session.get(Plan, plan_id)
    if plan is None:
        raise NotFound(NOT_THERE)
    choices = Choices.from_json(plan.choices)
    if choices.purpose is Purpose.DECISION:
        require(actor, Verb.DECIDE)
    elif choices.next_update_by and choices.next_update_by < now().date():
        choices = replace(choices, next_update_by=usual_date(plan.job_id))
    ids = tuple(sorted(set(application_ids)))
    return begin(plan.job_id, replace(choices, application_ids=ids, left_out=frozenset()), actor)


def usual_date(job_id: int) -> date:
    """The date that a holding note offers first. Raises NotFound."""
    job = db.session.get(Job, job_id)
    if job is None:
        raise NotFound("There is no such job.")
    due = business_time.add_business_days(calendar_of(job.place), now(), NEXT_WORD_IN)
    return due.date()


def begin(job_id: int, choices: Choices, actor: Person) -> int:
    """Store it as a new plan, rendered. Raises NotFound for a stranger among the people."""
    if db.session.get(Job, job_id) is None:
        raise NotFound("There is no such job.")
    if not choices.application_ids:
        raise Refused("Nobody in this job is waiting for an answer.", "There is nothing to send.")
    created_at = now()
    items, digest = rendered(job_id, choices, actor)
    if len(items) != len(choices.application_ids):
        raise NotFound("One of these people is not in the records.", "Nothing was done. Choose them again.")
    with transaction() as session:
        plan = Plan(
            token=secrets.token_urlsafe(24),
            job_id=job_id,
            author_id=actor.user_id,
            created_at=created_at,
            expires_at=created_at + timedelta(hours=setting("PLAN_HOURS")),
            choices=choices.to_json(),
            digest=digest,
        )
        session.add(plan)
        session.flush()
        store(session, plan.id, items)
        return plan.id


def _refuse_strangers(job_id: int, application_ids: Collection[int]) -> None:
    """One id of another job, or of nobody, refuses the whole request: it was not made on our page."""
    ids, known = sorted(application_ids), 0
    for start in range(0, len(ids), _SLICE):
        query = sa.select(sa.func.count()).where(
            Application.job_id == job_id, Application.id.in_(ids[start : start + _SLICE])
        )
        known += db.session.scalar(query.select_from(Application)) or 0
    if known != len(ids):
        raise NotFound("One of these people is not in this job.", "Nothing was done. Choose them again.")
