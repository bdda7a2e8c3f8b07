"""Letters of the organisation's own: all of them, one with its versions, and those that a list may take."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import aliased

from employer_app.domain.audience import Group
from employer_app.domain.errors import NotFound
from employer_app.domain.letter_choice import fits, serves
from employer_app.domain.merge import TemplateProblem
from employer_app.domain.message import Kind, Purpose
from employer_app.domain.own_letter import OwnLetter, problem_of
from employer_app.domain.role import Person, Verb, require
from employer_app.domain.starter import Tone, Variant, place
from employer_app.extensions import db
from employer_app.models import Application, Candidate, Job, MessageTemplate, TemplateVersion, User

#: how many people a preview lets one choose from
READERS = 20


@dataclass(frozen=True)
class VersionRow:
    number: int
    subject: str
    body: str
    author: str
    created_at: datetime
    pinned_by: str
    pinned_at: datetime | None
    says_no: bool


@dataclass(frozen=True)
class LetterRow:
    """A letter in its newest version. `job` is the job's title; empty: for all."""

    letter: OwnLetter
    newest: VersionRow
    job: str
    retired_at: datetime | None


@dataclass(frozen=True)
class Reader:
    """Somebody whom a text can be tried on."""

    application_id: int
    name: str
    job: str


def letters(viewer: Person, *, language: str = "", kind: str = "", retired: bool = False) -> list[LetterRow]:
    """In the order of the library: by kind, then by name. Empty: of every language, of every kind."""
    require(viewer, Verb.READ)
    gone = MessageTemplate.retired_at.is_not(None) if retired else MessageTemplate.retired_at.is_(None)
    query = _rows().where(gone)
    if language:
        query = query.where(MessageTemplate.language == language)
    if kind:
        query = query.where(MessageTemplate.kind == kind)
    return sorted((_row(found) for found in db.session.execute(query)), key=lambda row: place(row.letter))


def letter(viewer: Person, template_id: int) -> LetterRow:
    """Raises NotFound. One that was retired is found too."""
    require(viewer, Verb.READ)
    found = db.session.execute(_rows().where(MessageTemplate.id == template_id)).one_or_none()
    if found is None:
        raise NotFound("There is no such text.", "Choose one from the list of texts.")
    return _row(found)


def versions(viewer: Person, template_id: int) -> list[VersionRow]:
    """The newest first."""
    require(viewer, Verb.READ)
    query = _versions().where(TemplateVersion.template_id == template_id)
    return [_version(*found) for found in db.session.execute(query.order_by(TemplateVersion.number.desc()))]


def version(viewer: Person, template_id: int, number: int) -> VersionRow:
    """Raises NotFound."""
    require(viewer, Verb.READ)
    query = _versions().where(TemplateVersion.template_id == template_id, TemplateVersion.number == number)
    found = db.session.execute(query).one_or_none()
    if found is None:
        raise NotFound("There is no such version.", "Choose one from the list of its versions.")
    return _version(*found)


def own_letters(
    viewer: Person, group: Group, purpose: Purpose, language: str, job_id: int | None = None
) -> list[OwnLetter]:
    """Those that can be right for people of this group, in the order of the library; of a `job_id` also
    those that are for it alone."""
    return [one for one in letters_in(viewer, job_id, language) if serves(one, purpose) and fits(one, group)]


def letters_in(viewer: Person, job_id: int | None = None, language: str = "") -> list[OwnLetter]:
    """All that may be taken in this job, in the order of the library, without those that cannot be used."""
    return [one for one in _of_job(viewer, job_id, language) if problem_of(one) is None]


def unusable_in(viewer: Person, job_id: int, language: str = "") -> list[tuple[OwnLetter, TemplateProblem]]:
    """Those that would be taken in this job and cannot, each with what is wrong in it."""
    found = [(one, problem_of(one)) for one in _of_job(viewer, job_id, language)]
    return [(one, problem) for one, problem in found if problem]


def _of_job(viewer: Person, job_id: int | None, language: str = "") -> list[OwnLetter]:
    found = [row.letter for row in letters(viewer, language=language)]
    return [one for one in found if one.job_id in (None, job_id)]


def languages_written(viewer: Person) -> list[str]:
    """The languages that we have letters of our own in, retired ones too."""
    require(viewer, Verb.READ)
    query = sa.select(MessageTemplate.language).distinct().order_by(MessageTemplate.language)
    return list(db.session.scalars(query))


def readers(viewer: Person, job_id: int | None = None) -> list[Reader]:
    """Recent applicants, of one job or of all; the newest first."""
    require(viewer, Verb.READ)
    query = (
        sa.select(Application.id, Candidate.name, Job.title)
        .join(Candidate, Candidate.id == Application.candidate_id)
        .join(Job, Job.id == Application.job_id)
        .where(Candidate.erased_at.is_(None), Candidate.name != "")
        .order_by(Application.received_at.desc(), Application.id.desc())
        .limit(READERS)
    )
    if job_id is not None:
        query = query.where(Application.job_id == job_id)
    return [Reader(*found) for found in db.session.execute(query)]


def _rows() -> sa.Select[*tuple[Any, ...]]:
    author, pinner = aliased(User), aliased(User)
    newest = sa.and_(
        TemplateVersion.template_id == MessageTemplate.id, TemplateVersion.number == MessageTemplate.version
    )
    return (
        sa.select(MessageTemplate, TemplateVersion, author.name, pinner.name, Job.title)
        .join(TemplateVersion, newest)
        .outerjoin(author, author.id == TemplateVersion.author_id)
        .outerjoin(pinner, pinner.id == TemplateVersion.pinned_by)
        .outerjoin(Job, Job.id == MessageTemplate.job_id)
    )


def _versions() -> sa.Select[*tuple[Any, ...]]:
    author, pinner = aliased(User), aliased(User)
    return (
        sa.select(TemplateVersion, author.name, pinner.name)
        .outerjoin(author, author.id == TemplateVersion.author_id)
        .outerjoin(pinner, pinner.id == TemplateVersion.pinned_by)
    )


def _row(found: Sequence[Any]) -> LetterRow:
    template, newest, author, pinner, job = found
    return LetterRow(
        letter_of(template, newest), _version(newest, author, pinner), job or "", template.retired_at
    )


def letter_of(template: MessageTemplate, words: TemplateVersion) -> OwnLetter:
    """The letter in one of its versions."""
    return OwnLetter(
        kind=Kind(template.kind),
        tone=Tone(template.tone),
        language=template.language,
        name=template.name,
        subject=words.subject,
        body=words.body,
        when="",
        variant=Variant(template.variant),
        informal=template.informal,
        disposition=template.disposition,
        job_id=template.job_id,
        pinned=words.pinned_at is not None,
        says_no=words.says_no,
        template_id=template.id,
        version=words.number,
    )


def _version(words: TemplateVersion, author: str | None, pinner: str | None) -> VersionRow:
    return VersionRow(
        number=words.number,
        subject=words.subject,
        body=words.body,
        author=author or "",
        created_at=words.created_at,
        pinned_by=pinner or "",
        pinned_at=words.pinned_at,
        says_no=words.says_no,
    )
