"""One ask with its candidates, as the team sees it and as its link shows it.

Law: the page of the link shows name, stage and dates of exactly the people asked about, and no way to reach
them; of those who have an answer, who withdrew or were erased meanwhile it shows that and nothing more.
"""

from __future__ import annotations

import hmac
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from zoneinfo import ZoneInfo

import sqlalchemy as sa

from employer_app.domain.clock import now
from employer_app.domain.errors import NotFound
from employer_app.domain.event import EventKind, application_subject
from employer_app.domain.manager_ask import Answer, Ending, awaited, read
from employer_app.domain.role import Person, Verb, require
from employer_app.domain.stage import StageKind
from employer_app.domain.status import LIVE
from employer_app.domain.story import read_story
from employer_app.extensions import db, setting
from employer_app.ledger.history import facts_of
from employer_app.models import (
    Application,
    Candidate,
    Event,
    EventPayload,
    Job,
    ManagerAsk,
    ManagerAskItem,
    OwedAnswer,
    Place,
    Stage,
    User,
)


@dataclass(frozen=True)
class Row:
    """One candidate of an ask. `over`: decided, withdrawn, erased or moved meanwhile, or settled here."""

    item_id: int
    version: int
    application_id: int
    application_version: int
    name: str
    stage: str
    depth: StageKind
    received_at: datetime
    talked_at: datetime | None
    #: since when we owe them a word; None: nothing is owed
    waits_since: datetime | None
    answer: Answer
    until: date | None
    answered_at: datetime | None
    note: str
    ending: Ending | None
    over: bool
    erased: bool
    told: bool

    @property
    def to_confirm(self) -> bool:
        return not self.over and self.answer in (Answer.YES, Answer.NO)


@dataclass(frozen=True)
class AskPage:
    id: int
    job_id: int
    job: str
    timezone: str
    name: str
    address: str
    competing: bool
    asked_by: str
    asked_at: datetime
    expires_at: datetime
    withdrawn_at: datetime | None
    mails: int
    mailed_at: datetime | None
    next_mail_at: datetime | None
    trouble: str
    rows: Sequence[Row]

    @property
    def open(self) -> bool:
        """Whether its link still opens something."""
        return self.withdrawn_at is None and self.expires_at > now()

    @property
    def today(self) -> date:
        return now().astimezone(ZoneInfo(self.timezone)).date()

    @property
    def waiting(self) -> int:
        """About how many the manager still has to say something."""
        return sum(not one.over and awaited(one.answer, one.until, self.today) for one in self.rows)

    @property
    def unsettled(self) -> int:
        """How many are neither over nor settled."""
        return sum(not one.over for one in self.rows)


def ask_page(viewer: Person, ask_id: int) -> AskPage:
    """As the team sees it. Raises NotFound."""
    require(viewer, Verb.READ)
    found = _page(ask_id)
    if found is None:
        raise NotFound("There is no such question.", "Go back to the job.")
    return found


def by_link(token: str) -> AskPage | None:
    """As the link shows it; None for a link that opens nothing. Looking changes nothing."""
    link = read(setting("SECRET_KEY"), token)
    row = db.session.get(ManagerAsk, link.ask_id, populate_existing=True) if link else None
    if link is None or row is None or not hmac.compare_digest(row.key.encode(), link.key.encode()):
        return None
    page = _page(row.id)
    return page if page is not None and page.open else None


def is_ours(token: str) -> bool:
    """Whether we signed this link, be it of use or not; asks no database."""
    return read(setting("SECRET_KEY"), token) is not None


def _page(ask_id: int) -> AskPage | None:
    query = (
        sa.select(ManagerAsk, Job.title, Place.timezone, User.name.label("asker"))
        .join(Job, Job.id == ManagerAsk.job_id)
        .join(Place, Place.id == Job.place_id)
        .outerjoin(User, User.id == ManagerAsk.asked_by)
        .where(ManagerAsk.id == ask_id)
    )
    found = db.session.execute(query).first()
    if found is None:
        return None
    ask, job, timezone, asker = found
    return AskPage(
        id=ask.id,
        job_id=ask.job_id,
        job=job,
        timezone=timezone,
        name=ask.name,
        address=ask.address,
        competing=ask.competing,
        asked_by=asker or "",
        asked_at=ask.asked_at,
        expires_at=ask.expires_at,
        withdrawn_at=ask.withdrawn_at,
        mails=ask.mails,
        mailed_at=ask.mailed_at,
        next_mail_at=ask.next_mail_at,
        trouble=ask.trouble,
        rows=_rows(ask),
    )


def _rows(ask: ManagerAsk) -> list[Row]:
    query = (
        sa.select(ManagerAskItem, Application, Candidate.name, Candidate.erased_at, Stage.name.label("stage"))
        .join(Application, Application.id == ManagerAskItem.application_id)
        .join(Candidate, Candidate.id == Application.candidate_id)
        .join(Stage, Stage.id == Application.stage_id)
        .where(ManagerAskItem.ask_id == ask.id)
        .order_by(ManagerAskItem.application_id)
    )
    found = db.session.execute(query).all()
    ids = [item.application_id for item, *_ in found]
    notes, talks, waits = notes_of(ask.id, ids), _talks(ids), _waits(ids)
    return [
        Row(
            item_id=item.id,
            version=item.version,
            application_id=row.id,
            application_version=row.version,
            name=name,
            stage=stage,
            depth=row.depth,
            received_at=row.received_at,
            talked_at=talks.get(row.id),
            waits_since=waits.get(row.id),
            answer=item.answer,
            until=item.until,
            answered_at=item.answered_at,
            note=notes.get(row.id, ""),
            ending=item.ending,
            over=bool(item.ended_at or erased_at or row.status not in LIVE or row.job_id != ask.job_id),
            erased=erased_at is not None,
            told=row.told_at is not None,
        )
        for item, row, name, erased_at, stage in found
    ]


def notes_of(ask_id: int, application_ids: Sequence[int]) -> Mapping[int, str]:
    """What the manager noted last of each, where it was not erased."""
    subjects = {application_subject(one): one for one in application_ids}
    query = (
        sa.select(Event.subject, Event.facts, EventPayload.payload)
        .outerjoin(EventPayload, EventPayload.event_id == Event.id)
        .where(Event.subject.in_(list(subjects)), Event.kind == EventKind.MANAGER_ANSWERED)
        .order_by(Event.seq)
    )
    last = {
        subjects[row.subject]: str((row.payload or {}).get("note", ""))
        for row in db.session.execute(query)
        if row.facts["ask_id"] == ask_id
    }
    return {one: note for one, note in last.items() if note}


def _talks(application_ids: Sequence[int]) -> Mapping[int, datetime]:
    """The last talk with each who had one."""
    histories = facts_of(db.session(), [application_subject(one) for one in application_ids])
    stories = {one: read_story(histories[application_subject(one)]) for one in application_ids}
    return {
        one: max(talk.occurred_at for talk in story.talks) for one, story in stories.items() if story.talks
    }


def _waits(application_ids: Sequence[int]) -> Mapping[int, datetime]:
    """Since when each waits for a word from us: of what we owe them, what presses most."""
    query = sa.select(OwedAnswer.application_id, OwedAnswer.since).where(
        OwedAnswer.application_id.in_(application_ids)
    )
    rows = db.session.execute(query.order_by(OwedAnswer.rank.desc(), OwedAnswer.since.desc()))
    return {row.application_id: row.since for row in rows}
