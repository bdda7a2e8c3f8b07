"""Everybody a send list might reach, with all that decides whether and what we may write to each."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa

from employer_app.domain.event import EventKind, application_subject
from employer_app.domain.interviewer import Interviewer, restored
from employer_app.domain.message import CONFIRMS_A_CALL, MessageStatus, Purpose
from employer_app.domain.role import Person, Verb, require
from employer_app.domain.stage import StageKind
from employer_app.domain.status import Status
from employer_app.extensions import db
from employer_app.models import (
    Application,
    Candidate,
    Event,
    EventPayload,
    Job,
    Message,
    MessageApplication,
    Stage,
)

_SLICE = 500
#: on its way, or nobody knows
_UNSETTLED = frozenset(
    {
        MessageStatus.HELD,
        MessageStatus.QUEUED,
        MessageStatus.CLAIMED,
        MessageStatus.HANDING_OVER,
        MessageStatus.UNCERTAIN,
    }
)


@dataclass(frozen=True)
class Interview:
    held_at: datetime
    kind: str
    interviewers: tuple[Interviewer, ...]


@dataclass(frozen=True)
class Elsewhere:
    """Another application of the same person."""

    application_id: int
    title: str
    status: Status
    depth: StageKind


@dataclass(frozen=True)
class RecipientRow:
    """One application with its person, as they stand now."""

    application_id: int
    candidate_id: int
    job_id: int
    version: int
    candidate_version: int
    cycle: int
    status: Status
    depth: StageKind
    stage: str
    received_at: datetime
    decided: bool
    told: bool
    name: str
    call_name: str
    address: str | None
    address_key: str | None
    language: str
    do_not_mail: bool
    erased: bool
    last_contact_at: datetime | None = None
    interview: Interview | None = None
    #: an interview, or a call that somebody logged
    talked: bool = False
    elsewhere: tuple[Elsewhere, ...] = ()
    #: a message of this purpose that is on its way or whose fate is unknown
    on_its_way: bool = False
    #: when they were told the decision, if that was by phone
    told_by_phone_at: datetime | None = None
    #: a mail that puts that in writing has left, or is on its way
    confirmed: bool = False
    #: messages of this purpose so far, not counting cancelled ones
    sent_before: int = 0
    #: the one of this cycle could not be delivered
    failed: bool = False
    #: they wrote to us then, and nobody has read it
    unread_since: datetime | None = None
    #: their language, or where nobody knows it that of the job
    reads: str = ""
    #: has had a correction of the message that this list corrects
    corrected: bool = False


def reads() -> sa.ColumnElement[str]:
    """The language in which somebody is written to: their own, or where nobody knows it that of the job."""
    return sa.case((Candidate.language != "", Candidate.language), else_=Job.language)


def recipients(viewer: Person, application_ids: Collection[int], purpose: Purpose) -> list[RecipientRow]:
    """The rows in order of id. Ids that do not exist are simply not among them."""
    require(viewer, Verb.READ)
    ids = sorted(application_ids)
    found: list[RecipientRow] = []
    for start in range(0, len(ids), _SLICE):
        found += _slice(ids[start : start + _SLICE], purpose)
    return found


def _slice(ids: Sequence[int], purpose: Purpose) -> list[RecipientRow]:
    query = (
        sa.select(Application, Candidate, Stage.name, reads())
        .join(Candidate, Application.candidate_id == Candidate.id)
        .join(Job, Job.id == Application.job_id)
        .join(Stage, Application.stage_id == Stage.id)
        .where(Application.id.in_(ids))
        .order_by(Application.id)
    )
    rows = db.session.execute(query).all()
    interviews, called = _interviews(ids), _called(ids)
    elsewhere = _elsewhere({candidate.id for _, candidate, *_ in rows})
    sent, confirmed = _messages(ids, purpose), confirmed_in_writing(ids)
    return [
        RecipientRow(
            application_id=application.id,
            candidate_id=candidate.id,
            job_id=application.job_id,
            version=application.version,
            candidate_version=candidate.version,
            cycle=application.cycle,
            status=application.status,
            depth=application.depth,
            stage=stage,
            received_at=application.received_at,
            decided=application.decided_at is not None,
            told=application.told_at is not None,
            name=candidate.name,
            call_name=candidate.call_name,
            address=candidate.address,
            address_key=candidate.address_key,
            language=candidate.language,
            do_not_mail=candidate.do_not_mail,
            erased=candidate.erased_at is not None,
            last_contact_at=application.last_contact_at,
            told_by_phone_at=told_by_phone_at(application),
            confirmed=application.id in confirmed,
            interview=interviews.get(application.id),
            talked=application.id in interviews or application.id in called,
            elsewhere=tuple(
                other for other in elsewhere[candidate.id] if other.application_id != application.id
            ),
            on_its_way=any(status in _UNSETTLED for status, _ in sent[application.id]),
            sent_before=len(sent[application.id]),
            failed=(MessageStatus.FAILED, application.cycle) in sent[application.id],
            unread_since=application.unread_since,
            reads=language,
        )
        for application, candidate, stage, language in rows
    ]


def told_by_phone_at(application: Application) -> datetime | None:
    return application.told_at if application.told_how == EventKind.CALL_LOGGED.value else None


def confirmed_in_writing(ids: Collection[int]) -> set[int]:
    """Who has had the mail that puts in writing what they were told by phone, or has it on its way."""
    query = (
        sa.select(MessageApplication.application_id)
        .join(Message, MessageApplication.message_id == Message.id)
        .where(
            MessageApplication.application_id.in_(ids),
            MessageApplication.purpose == Purpose.UPDATE,
            MessageApplication.cancelled.is_(False),
            Message.kind.in_(CONFIRMS_A_CALL),
            Message.status != MessageStatus.FAILED,
        )
    )
    return set(db.session.scalars(query))


def _interviews(ids: Sequence[int]) -> Mapping[int, Interview]:
    """The last interview of each; a screening call counts when there was nothing more."""
    subjects = {application_subject(row): row for row in ids}
    query = (
        sa.select(Event.subject, Event.occurred_at, Event.facts, EventPayload.payload)
        .outerjoin(EventPayload, EventPayload.event_id == Event.id)
        .where(Event.subject.in_(list(subjects)), Event.kind == EventKind.INTERVIEW_HELD)
        .order_by(Event.occurred_at)
    )
    found: dict[int, Interview] = {}
    for row in db.session.execute(query):
        interview = Interview(row.occurred_at, row.facts["interview_kind"], restored(row.payload))
        known = found.get(subjects[row.subject])
        if known is None or interview.kind != "screen" or known.kind == "screen":
            found[subjects[row.subject]] = interview
    return found


def _called(ids: Sequence[int]) -> set[int]:
    """With whom somebody talked on the phone."""
    subjects = {application_subject(row): row for row in ids}
    query = sa.select(Event.subject).where(
        Event.subject.in_(list(subjects)), Event.kind == EventKind.CALL_LOGGED
    )
    return {subjects[subject] for subject in db.session.scalars(query.distinct())}


def _elsewhere(candidate_ids: Collection[int]) -> Mapping[int, list[Elsewhere]]:
    query = (
        sa.select(
            Application.id, Application.candidate_id, Job.public_title, Application.status, Application.depth
        )
        .join(Job, Application.job_id == Job.id)
        .where(Application.candidate_id.in_(candidate_ids))
    )
    found: dict[int, list[Elsewhere]] = defaultdict(list)
    for row in db.session.execute(query):
        found[row.candidate_id].append(Elsewhere(row.id, row.public_title, row.status, row.depth))
    return found


def _messages(ids: Sequence[int], purpose: Purpose) -> Mapping[int, list[tuple[MessageStatus, int]]]:
    """Where the messages of this purpose are, with the cycle of each; cancelled ones do not count."""
    query = (
        sa.select(MessageApplication.application_id, Message.status, MessageApplication.cycle)
        .join(Message, MessageApplication.message_id == Message.id)
        .where(
            MessageApplication.application_id.in_(ids),
            MessageApplication.purpose == purpose,
            MessageApplication.cancelled.is_(False),
        )
    )
    found: dict[int, list[tuple[MessageStatus, int]]] = defaultdict(list)
    for row in db.session.execute(query):
        found[row.application_id].append((row.status, row.cycle))
    return found
