"""The lists behind the figures: page by page, per message, and for nobody without a role."""

from __future__ import annotations

from datetime import date
from itertools import product

import pytest
from flask import Flask

from employer_app.domain.errors import NotAllowed, Refused
from employer_app.domain.message import Kind, MessageStatus, Purpose
from employer_app.domain.role import Person
from employer_app.extensions import transaction
from employer_app.models import Message, MessageApplication
from employer_app.queries.audit import (
    After,
    By,
    Figure,
    Filters,
    audit,
    audit_list,
    breakdown,
    by_reason,
    every_row,
)
from tests import factories
from tests.queries.test_audit import NOW, _wednesday, seed

pytestmark = pytest.mark.both
__all__ = ["_wednesday"]


def test_messages_count_once_however_many_applications_they_speak_of(bob: Person) -> None:
    candidate = factories.candidate("Amara Nwosu")
    jobs = [factories.job("Cook"), factories.job("Pilot")]
    applications = [factories.application(job, candidate_id=candidate) for job in jobs]
    states = [MessageStatus.QUEUED, MessageStatus.HANDING_OVER, MessageStatus.HELD, MessageStatus.CANCELLED]
    with transaction() as session:
        for number, status in enumerate(states):
            session.add(message(number, candidate, status, applications))
    found = audit(bob).counts
    assert [found[f] for f in (Figure.QUEUED, Figure.HELD, Figure.ACCEPTED)] == [2, 1, 0]
    (row,) = audit_list(bob, Figure.HELD).rows
    assert (row.name, row.message_kind, row.message_status) == (
        "Amara Nwosu",
        Kind.FILLED,
        MessageStatus.HELD,
    )
    assert audit(bob, Filters(job_id=jobs[1])).counts[Figure.QUEUED] == 2
    assert audit(bob, Filters(job_id=jobs[1], to_day=date(2026, 11, 17))).counts[Figure.QUEUED] == 0


def message(number: int, candidate: int, status: MessageStatus, applications: list[int]) -> Message:
    handing = status is MessageStatus.HANDING_OVER
    row = Message(
        candidate_id=candidate,
        kind=Kind.FILLED,
        purpose=Purpose.DECISION,
        name="Amara Nwosu",
        address="amara@post.example",
        candidate_version=1,
        sender_name="B",
        sender_address="b@brightwater.example",
        subject="s",
        text="t",
        text_hash="h",
        message_id=f"<{number}@brightwater.example>",
        status=status,
        held_because="Look." if status is MessageStatus.HELD else "",
        fenced_at=NOW if handing else None,
        lease_until=NOW if handing else None,
        due_at=NOW,
        created_at=NOW,
    )
    row.applications = [
        MessageApplication(application_id=each, purpose=Purpose.DECISION, cycle=number, version=1)
        for each in applications
    ]
    return row


@pytest.mark.parametrize(
    ("figure", "limit"), list(product([Figure.APPLICATIONS, Figure.PROMISES_BROKEN], [1, 2]))
)
def test_pages_follow_each_other_without_a_gap(bob: Person, figure: Figure, limit: int) -> None:
    seed()
    seen: list[int] = []
    after: After | None = None
    while True:
        page = audit_list(bob, figure, after=after, limit=limit)
        seen += [row.application_id for row in page.rows]
        if page.after is None:
            break
        after = After.parse(str(page.after))
    assert len(seen) == len(set(seen)) == page.total
    assert sorted(seen) == sorted(row.application_id for row in every_row(bob, figure))


@pytest.mark.parametrize("text", ["", "1", "x~2", "1e300~2", "1~x"])
def test_broken_address_of_a_page_is_refused(app: Flask, text: str) -> None:
    with pytest.raises(Refused):
        After.parse(text)


def test_nobody_without_a_role_sees_a_figure(charlie: Person) -> None:
    for read in (audit, by_reason):
        with pytest.raises(NotAllowed):
            read(charlie)
    for figure in Figure:
        with pytest.raises(NotAllowed):
            audit_list(charlie, figure)
    with pytest.raises(NotAllowed):
        list(every_row(charlie, Figure.OWED))
    with pytest.raises(NotAllowed):
        breakdown(charlie, By.OWNER)
