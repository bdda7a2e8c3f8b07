"""Two records become one person and two again: nothing is lost, nobody is decided upon, stale mail stays."""

from __future__ import annotations

import pytest
import sqlalchemy as sa
from flask import Flask

from employer_app.actions.applicants import Arrival, add_applicant
from employer_app.actions.candidates import Details, Merged, edit_person, living
from employer_app.actions.demo import remove
from employer_app.actions.merges import merge, not_the_same, unmerge
from employer_app.actions.messages import release
from employer_app.actions.underway import OnItsWay
from employer_app.domain.clock import now
from employer_app.domain.errors import Changed, NotAllowed, NotFound, Refused
from employer_app.domain.event import EventKind, application_subject
from employer_app.domain.message import MessageStatus
from employer_app.domain.one_person import Part
from employer_app.domain.role import Person
from employer_app.extensions import db, transaction
from employer_app.ledger.rebuild import verify
from employer_app.models import Application, Candidate, CandidateMerge, Event, EventPayload, Message
from tests import factories
from tests.actions import mail

pytestmark = pytest.mark.both


def person(name: str = "Anna Müller", address: str | None = "auto", **more: object) -> int:
    return factories.candidate(name, address, **more)


def joined(actor: Person, kept: int, merged: int, **more: object) -> int:
    """Merged as they stand now."""
    known = versions(kept, merged)
    return merge(
        actor=actor,
        kept_id=kept,
        merged_id=merged,
        kept_version=known[0],
        merged_version=known[1],
        **more,  # type: ignore[arg-type]
    )


def parted(actor: Person, merge_id: int, **more: object) -> bool:
    db.session.rollback()
    kept = db.session.get_one(CandidateMerge, merge_id).kept_id
    return unmerge(actor=actor, merge_id=merge_id, kept_version=versions(kept)[0], **more)  # type: ignore[arg-type]


def versions(*ids: int) -> list[int]:
    return [row(each).version for each in ids]


def row(candidate_id: int) -> Candidate:
    db.session.rollback()
    return db.session.get_one(Candidate, candidate_id, populate_existing=True)


def map_of() -> dict[int, tuple[int, int]]:
    """Application to person and round."""
    db.session.rollback()
    query = sa.select(Application.id, Application.candidate_id, Application.round)
    return {each.id: (each.candidate_id, each.round) for each in db.session.execute(query)}


def test_applications_move_and_come_back(app: Flask, bob: Person) -> None:
    job, other = factories.job(), factories.job("Cook")
    kept, merged = person(), person("A. Müller")
    first = factories.application(job, candidate_id=kept)
    second = factories.application(job, candidate_id=merged)
    third = factories.application(other, candidate_id=merged)
    start = map_of()
    merge_id = joined(bob, kept, merged)
    assert map_of() == {first: (kept, 1), second: (kept, 2), third: (kept, 1)}
    assert row(merged).merged_into_id == kept
    assert (row(merged).name, row(kept).name) == ("A. Müller", "Anna Müller")
    assert versions(kept, merged) == [2, 2]
    later = factories.application(factories.job("Purser"), candidate_id=kept)
    assert parted(bob, merge_id)
    assert map_of() == {**start, later: (kept, 1)}
    assert row(merged).merged_into_id is None
    assert verify(db.session()).differences == []


def test_twice_is_once(app: Flask, bob: Person) -> None:
    kept, merged = person(), person()
    factories.application(factories.job(), candidate_id=merged)
    first = merge(actor=bob, kept_id=kept, merged_id=merged, kept_version=1, merged_version=1)
    assert merge(actor=bob, kept_id=kept, merged_id=merged, kept_version=1, merged_version=1) == first
    assert versions(kept, merged) == [2, 2]
    assert unmerge(actor=bob, merge_id=first, kept_version=2)
    assert not unmerge(actor=bob, merge_id=first, kept_version=2)
    assert versions(kept, merged) == [3, 3]


def test_what_is_kept_is_chosen_field_by_field(app: Flask, bob: Person) -> None:
    kept = person("Anna Müller", "anna@post.example", language="de")
    merged = person("Anna Müller-Lüdenscheidt", "a.m@work.example", language="nl", phone="0170 1234567",
                    call_name="Anna", location="Bremen", do_not_mail=True)  # fmt: skip
    merge_id = joined(bob, kept, merged)
    after = row(kept)
    assert (after.name, after.address, after.language) == ("Anna Müller", "anna@post.example", "de")
    assert (after.second_address, after.second_address_key) == ("a.m@work.example", "a.m@work.example")
    assert (after.phone, after.phone_key, after.call_name) == ("0170 1234567", "1701234567", "Anna")
    assert (after.location, after.do_not_mail) == ("Bremen", True)
    assert parted(bob, merge_id)
    after = row(kept)
    assert after.second_address is None
    assert not any((after.phone, after.phone_key, after.call_name, after.location, after.do_not_mail))
    joined(bob, kept, merged, chosen={Part.NAME, Part.ADDRESS, Part.LANGUAGE})
    after = row(kept)
    assert (after.name, after.language) == ("Anna Müller-Lüdenscheidt", "nl")
    assert (after.address, after.second_address) == ("a.m@work.example", "anna@post.example")


def test_what_was_changed_since_stays_as_it_is(app: Flask, bob: Person) -> None:
    kept, merged = person("Anna Müller", "anna@post.example"), person(phone="0170 1234567", location="Bremen")
    merge_id = joined(bob, kept, merged)
    details = Details("Anna Müller", "anna@post.example", phone="030 1234567", do_not_mail=True)
    edit_person(actor=bob, candidate_id=kept, version=2, details=details)
    assert parted(bob, merge_id)
    assert (row(kept).phone, row(kept).location, row(kept).do_not_mail) == ("030 1234567", "", True)
    assert row(merged).do_not_mail, "nobody knows which of the two asked for it"


def test_mail_under_way_is_said_first_and_held_then(app: Flask, bob: Person) -> None:
    job = factories.job()
    kept, merged = person("Anna Müller", "anna@post.example"), person("A. Müller", "a@work.example")
    mine = mail.queue(factories.application(job, candidate_id=kept))
    moved = mail.queue(factories.application(job, candidate_id=merged), purpose=mail.Purpose.UPDATE)
    with pytest.raises(OnItsWay, match="Müller"):
        joined(bob, kept, merged)
    assert row(merged).merged_into_id is None
    merge_id = joined(bob, kept, merged, force=True)
    for message in (mine, moved):
        assert not mail.hand_over(message)
        assert mail.status_of(message) is MessageStatus.HELD
    assert "address is another" in release(message_ids=[moved], actor=bob).missed[moved]
    assert parted(bob, merge_id)
    assert db.session.get_one(Message, moved, populate_existing=True).candidate_id == merged
    db.session.rollback()
    # apart again, and yet not as it was reviewed: it needs a new review
    assert "changed after the review" in release(message_ids=[moved], actor=bob).missed[moved]
    assert mail.status_of(moved) is MessageStatus.HELD
    assert verify(db.session()).differences == []


def test_a_message_that_was_handed_over_is_named(app: Flask, bob: Person) -> None:
    merged = person("Kofi Mensah", "kofi@post.example")
    message = mail.queue(factories.application(factories.job(), candidate_id=merged))
    assert mail.hand_over(message)
    with pytest.raises(OnItsWay, match="being handed to the mail server") as said:
        joined(bob, person(), merged)
    assert said.value.too_late


def test_mail_that_was_queued_since_is_held_again(app: Flask, bob: Person) -> None:
    job = factories.job()
    kept, merged = person(address="a@post.example"), person()
    mine = factories.application(job, candidate_id=kept)
    moved = factories.application(job, candidate_id=merged)
    merge_id = joined(bob, kept, merged)
    both, only = mail.queue(mine, moved), mail.queue(moved, purpose=mail.Purpose.UPDATE)
    with pytest.raises(OnItsWay):
        parted(bob, merge_id)
    assert parted(bob, merge_id, force=True)
    assert mail.status_of(both) is MessageStatus.CANCELLED, "it spoke of two people"
    assert not mail.hand_over(only)
    assert mail.status_of(only) is MessageStatus.HELD
    assert db.session.get_one(Message, only, populate_existing=True).candidate_id == merged
    assert verify(db.session()).differences == []


def test_each_that_moved_tells_who_became_one(app: Flask, bob: Person) -> None:
    kept, merged = person("Anna Müller", "anna@post.example"), person("A. Müller", "a@post.example")
    stays = factories.application(factories.job(), candidate_id=kept)
    moves = factories.application(factories.job("Cook"), candidate_id=merged)
    parted(bob, joined(bob, kept, merged))
    query = (
        sa.select(Event.subject, Event.facts, EventPayload.payload)
        .join(EventPayload, EventPayload.event_id == Event.id)
        .where(Event.kind == EventKind.CANDIDATE_CHANGED)
        .order_by(Event.id)
    )
    found = [tuple(each) for each in db.session.execute(query)]
    said = {
        "kept": {"id": kept, "name": "Anna Müller", "address": "anna@post.example"},
        "merged": {"id": merged, "name": "A. Müller", "address": "a@post.example"},
    }
    told = [(facts["fields"], payload) for subject, facts, payload in found
            if subject == application_subject(moves)]  # fmt: skip
    assert told == [(["merged"], said), (["unmerged"], said)]
    assert [facts["fields"] for subject, facts, _ in found if subject == application_subject(stays)] == [
        ["second_address"],
        ["second_address"],
    ]


def test_what_cannot_be_one_is_refused_and_changes_nothing(app: Flask, bob: Person, charlie: Person) -> None:
    kept, merged, third = person(), person(), person()
    factories.application(factories.job(), candidate_id=merged)
    gone, pretended = person(erased_at=now()), person(demo=True)
    with pytest.raises(Refused, match="one record already"):
        joined(bob, kept, kept)
    with pytest.raises(Refused, match="erased"):
        joined(bob, kept, gone)
    with pytest.raises(Refused, match="demo"):
        joined(bob, pretended, kept)
    with pytest.raises(NotFound):
        merge(actor=bob, kept_id=kept, merged_id=4711, kept_version=1, merged_version=1)
    with pytest.raises(NotFound):
        unmerge(actor=bob, merge_id=4711, kept_version=1)
    with pytest.raises(NotAllowed):
        joined(charlie, kept, merged)
    with pytest.raises(Changed):
        merge(actor=bob, kept_id=kept, merged_id=merged, kept_version=1, merged_version=2)
    merge_id = joined(bob, kept, merged)
    for pair in ((third, merged), (merged, third), (merged, kept)):
        with pytest.raises(Refused, match="already"):
            joined(bob, *pair)
    with pytest.raises(NotAllowed):
        parted(charlie, merge_id)
    with pytest.raises(Changed):
        unmerge(actor=bob, merge_id=merge_id, kept_version=1)
    assert versions(kept, merged, third) == [2, 2, 1]


def test_the_latest_merge_is_undone_first(app: Flask, bob: Person) -> None:
    job = factories.job()
    one, two, three, four = (person(name) for name in ("One Person", "Two Person", "Three P.", "Four P."))
    ids = [factories.application(job, candidate_id=each) for each in (one, two, three, four)]
    start = map_of()
    first, second = joined(bob, two, one), joined(bob, two, three)
    with pytest.raises(Refused, match=r"Three P\."):
        parted(bob, first)
    third = joined(bob, four, two)
    assert {row(each).merged_into_id for each in (one, two, three)} == {four}
    assert map_of() == {ids[3]: (four, 1), ids[1]: (four, 2), ids[0]: (four, 3), ids[2]: (four, 4)}
    with pytest.raises(Refused, match=r"merged into that of Four P\."):
        parted(bob, second)
    for each in (third, second, first):
        assert parted(bob, each)
    assert map_of() == start
    assert {row(each).merged_into_id for each in (one, two, three, four)} == {None}


def test_a_former_round_that_was_taken_is_the_next_free_one(app: Flask, bob: Person) -> None:
    job = factories.job()
    kept, merged = person(), person()
    moved = factories.application(job, candidate_id=merged)
    merge_id = joined(bob, kept, merged)
    late = factories.application(job, candidate_id=merged)  # a list that was read before
    assert parted(bob, merge_id)
    assert map_of() == {moved: (merged, 2), late: (merged, 1)}


def test_two_people_are_remembered_as_two(app: Flask, bob: Person, charlie: Person) -> None:
    one, other = person(), person()
    assert not_the_same(actor=bob, one_id=other, other_id=one)
    assert not not_the_same(actor=bob, one_id=one, other_id=other)
    remembered = db.session.scalars(sa.select(CandidateMerge)).one()
    assert (remembered.before, remembered.undone_at) == ({"not_same": True}, remembered.merged_at)
    with pytest.raises(NotFound):
        unmerge(actor=bob, merge_id=remembered.id, kept_version=1)
    with pytest.raises(Refused):
        not_the_same(actor=bob, one_id=one, other_id=one)
    with pytest.raises(NotAllowed):
        not_the_same(actor=charlie, one_id=one, other_id=other)


def test_a_merged_record_takes_nothing_in(app: Flask, bob: Person) -> None:
    kept = person("Anna Müller", "anna@post.example", second_address="x@post.example")
    merged = person("Anna Müller", "other@post.example")
    joined(bob, kept, merged)
    with pytest.raises(Merged):
        edit_person(actor=bob, candidate_id=merged, version=2, details=Details("Somebody Else"))
    application = add_applicant(
        actor=bob,
        job_id=factories.job(),
        details=Details("Anna Müller", "other@post.example"),
        arrival=Arrival(),
    )
    assert map_of() == {application: (kept, 1)}
    with transaction() as session:
        assert living(session, [merged, kept]) == {merged: kept, kept: kept}


def test_the_demo_goes_with_what_was_merged_in_it(app: Flask, alice: Person) -> None:
    kept, merged = person(demo=True), person(demo=True)
    factories.application(factories.job(demo=True), candidate_id=merged)
    joined(alice, kept, merged)
    assert remove(actor=alice) == 1
    assert db.session.scalar(sa.select(sa.func.count()).select_from(Candidate)) == 0
