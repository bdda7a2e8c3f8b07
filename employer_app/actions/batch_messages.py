"""The messages of a confirmed send list: what was reviewed, to whom, and when each may leave."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy.orm import Session

from employer_app.actions.leaving import due_at
from employer_app.domain import business_time
from employer_app.domain.audience import Audience
from employer_app.domain.close_out import Choices
from employer_app.domain.errors import Refused
from employer_app.domain.message import Kind
from employer_app.domain.send_time import NO_WISHES, Wishes, together
from employer_app.ledger.history import calendar_of
from employer_app.models import Application, Batch, Job, Organisation, PlanItem
from employer_app.outbox.enqueue import About, NewMessage, Sender


@dataclass(frozen=True)
class Timing:
    """`later`: so long after the time to undo at the earliest. `slow`: it waits as long as a large list."""

    slow: bool
    later: timedelta
    #: of each reader, by application
    wishes: Mapping[int, Wishes]


def messages_of(
    items: Sequence[PlanItem],
    applications: Mapping[int, Application],
    batch: Batch,
    choices: Choices,
    jobs: Mapping[int, Job],
    timing: Timing,
) -> Iterator[NewMessage]:
    """Each with the moment at which it leaves: a "no" leaves in the working hours of its reader's job."""
    about: defaultdict[int, list[About]] = defaultdict(list)
    for item in sorted(items, key=lambda one: one.lead_id is not None):
        row = applications[item.application_id]
        status = jobs[row.job_id].status.value
        about[item.lead_id or row.id].append(About(row.id, row.version, item.cycle, status))
    moment, due = batch.confirmed_at + timing.later, dict[tuple[int, Wishes], datetime]()
    for item in items:
        if item.lead_id is not None:
            continue
        job = jobs[applications[item.application_id].job_id]
        every = tuple(about[item.application_id])
        wishes = together(timing.wishes.get(one.application_id, NO_WISHES) for one in every)
        if (job.id, wishes) not in due:
            due[job.id, wishes] = due_at(
                moment, choices.purpose, batch.messages, job, slow=timing.slow, wishes=wishes
            )
        yield _message(item, every, choices, job, due[job.id, wishes])


def _message(
    item: PlanItem, about: tuple[About, ...], choices: Choices, job: Job, due: datetime
) -> NewMessage:
    expires_at = None
    if item.promise_on:
        expires_at = business_time.end_of_day(calendar_of(job.place), date.fromisoformat(item.promise_on))
    return NewMessage(
        candidate_id=item.candidate_id,
        candidate_version=item.candidate_version,
        name=item.name,
        address=item.address,
        kind=item.kind or Kind.HOLDING_NOTE,
        purpose=choices.purpose,
        letter=choices.groups[Audience.parse(item.group)].letter,
        subject=item.subject,
        text=item.text,
        html=item.html,
        about=about,
        promise_on=item.promise_on,
        expires_at=expires_at,
        due_at=due,
        corrects=choices.corrects.get(item.application_id),
    )


def sender(session: Session) -> Sender:
    """Who the mail is from. Raises Refused when nobody has set it."""
    organisation = session.get_one(Organisation, 1)
    if not organisation.sender_address:
        raise Refused(
            "No sender address is set, so no message can be prepared.", "Set it in Settings, Organisation."
        )
    return Sender(
        organisation.sender_name or organisation.name,
        organisation.sender_address,
        organisation.reply_to or organisation.sender_address,
    )
