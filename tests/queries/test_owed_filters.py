"""The filters of the home list find exactly whom they mean, and whatever counts them counts the same."""

from __future__ import annotations

import random
from dataclasses import fields, replace
from datetime import timedelta

import pytest
import sqlalchemy as sa
import time_machine
from flask import Flask

from employer_app.domain.duty import Reason
from employer_app.domain.errors import NotAllowed
from employer_app.domain.role import Person, Role
from employer_app.domain.stage import StageKind
from employer_app.extensions import db, transaction
from employer_app.ledger.record import refold
from employer_app.models import (
    ApplicantList,
    Application,
    Candidate,
    ImportEffect,
    ImportItem,
    ImportSource,
    Job,
    OwedAnswer,
    User,
)
from employer_app.queries.chosen import still_owed, still_owed_among
from employer_app.queries.owed import (
    Filters,
    Group,
    OwedRow,
    Source,
    SourceKind,
    owed_counts,
    owed_ids,
    owed_options,
    owed_page,
    owed_piles,
)
from tests import factories
from tests.queries.crowd import NOW, random_world
from tests.queries.test_health import _statements

pytestmark = pytest.mark.both


@pytest.fixture(autouse=True)
def _wednesday(app: Flask) -> object:
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def dora(app: Flask) -> Person:
    """A recruiter who may not sign in any more."""
    gone = factories.person("Dora Lindqvist", "dora@team.example", Role.RECRUITER)
    with transaction() as session:
        session.get_one(User, gone.user_id).active = False
    return gone


def varied_world(seed: int, *owners: Person) -> None:
    """`random_world`, with owners, languages, systems and lists dealt out at random."""
    random_world(seed)
    dice = random.Random(seed)
    who = [None, *(one.user_id for one in owners)]
    with transaction() as session:
        systems = [
            ImportSource(name=n, fingerprint=n, remembered={}, created_at=NOW) for n in ("Old", "Older")
        ]
        lists = [
            ApplicantList(
                filename=f"{n}.csv", sha256=n, uploaded_at=NOW, imported_at=NOW, mapping={}, counts={}
            )
            for n in ("a", "b")
        ]
        session.add_all([*systems, *lists])
        session.flush()
        for job in session.scalars(sa.select(Job).order_by(Job.id)):
            job.owner_id, job.language = dice.choice(who), dice.choice(["", "de", "fr"])
        for person in session.scalars(sa.select(Candidate).order_by(Candidate.id)):
            person.language = dice.choice(["", "", "de", "nl"])
        for row in session.scalars(sa.select(Application).order_by(Application.id)):
            row.owner_id = dice.choice([None, *who])
            row.source_id = dice.choice([None, *(one.id for one in systems)])
            effects = dice.choice([(), (ImportEffect.ADDED,), (ImportEffect.ADDED, ImportEffect.SEEN)])
            for one, effect in zip(dice.sample(lists, 2), effects, strict=False):
                session.add(ImportItem(list_id=one.id, application_id=row.id, effect=effect, event_seq=1))
    with transaction() as session:
        refold(session, list(session.scalars(sa.select(Application.id).order_by(Application.id))))


def fits(row: OwedRow, of: Filters, viewer: Person) -> bool:
    """The same in plain Python, one person at a time."""
    one = db.session.get_one(Application, row.application_id)
    person, job = db.session.get_one(Candidate, one.candidate_id), db.session.get_one(Job, one.job_id)
    owner = one.owner_id if one.owner_id is not None else job.owner_id
    can_answer = owner is not None and db.session.get_one(User, owner).active
    brought = db.session.scalars(
        sa.select(ImportItem.list_id).where(
            ImportItem.application_id == one.id, ImportItem.effect == ImportEffect.ADDED
        )
    ).all()
    waited = NOW - (one.last_contact_at or one.received_at)
    return all(
        [
            of.reason in (None, row.reason),
            of.group in (None, row.group),
            of.reached in (None, one.depth),
            of.silent_days is None or waited >= timedelta(days=of.silent_days),
            of.owner_id in (None, owner),
            of.job_id in (None, job.id),
            of.place_id in (None, job.place_id),
            of.language in ("", person.language or job.language),
            of.source is None or of.source.kind is SourceKind.LIST or one.source_id == of.source.id,
            of.source is None or of.source.kind is SourceKind.SYSTEM or of.source.id in brought,
            of.has_address in (None, person.address is not None),
            not of.mine or owner == viewer.user_id,
            not of.nobody or not can_answer,
            of.old_pile in (None, one.old_pile),
        ]
    )


def each_value(viewer: Person, dora: Person) -> dict[str, list[object]]:
    """Of each filter what it can be set to, with some that find nobody."""
    jobs = list(db.session.execute(sa.select(Job.id, Job.place_id)))
    systems = db.session.scalars(sa.select(ImportSource.id)).all()
    lists = db.session.scalars(sa.select(ApplicantList.id)).all()
    return {
        "reason": list(Reason),
        "group": list(Group),
        "reached": list(StageKind),
        "silent_days": [1, 6, 7, 14, 90, 3650],
        "owner_id": [viewer.user_id, dora.user_id, 999],
        "job_id": [*(row.id for row in jobs), 999],
        "place_id": [*(row.place_id for row in jobs), 999],
        "language": ["de", "fr", "nl", "pl"],
        "source": [
            *(Source(SourceKind.SYSTEM, one) for one in systems),
            *(Source(SourceKind.LIST, one) for one in lists),
            Source(SourceKind.LIST, 999),
        ],
        "has_address": [True, False],
        "mine": [True],
        "nobody": [True],
        "old_pile": [True, False],
    }


@pytest.mark.parametrize("seed", [7, 23])
def test_filters_find_exactly_whom_they_mean(bob: Person, alice: Person, dora: Person, seed: int) -> None:
    varied_world(seed, bob, alice, dora)
    everybody = owed_page(bob, later=True, limit=1000).rows
    values, dice, found_any = each_value(bob, dora), random.Random(seed), 0
    assert values.keys() == {one.name for one in fields(Filters)}
    alone = [Filters(**{name: value}) for name, some in values.items() for value in some]  # type: ignore[arg-type]
    together = [
        replace(Filters(), **{name: dice.choice(values[name]) for name in dice.sample(sorted(values), n)})  # type: ignore[arg-type]
        for n in (2, 2, 2, 2, 3, 3, 4) * 6
    ]
    for of in [Filters(), *alone, *together]:
        meant = {row.application_id for row in everybody if fits(row, of, bob)}
        assert set(owed_ids(bob, of, later=True)) == meant, of
        assert {row.application_id for row in owed_page(bob, of, later=True, limit=1000).rows} == meant, of
        found_any += bool(meant)
    assert found_any > len(alone) // 2


@pytest.mark.parametrize("seed", [7, 23])
def test_the_numbers_add_up_whatever_is_filtered(bob: Person, alice: Person, dora: Person, seed: int) -> None:
    varied_world(seed, bob, alice, dora)
    values, dice = each_value(bob, dora), random.Random(seed)
    names = sorted(values)
    for n in (0, 1, 1, 1, 1, 2, 2, 2):
        of = replace(Filters(), **{name: dice.choice(values[name]) for name in dice.sample(names, n)})  # type: ignore[arg-type]
        counts, piles = owed_counts(bob, of), owed_piles(bob, of, least=3)
        rows = owed_page(bob, of, later=True, limit=1000).rows
        for group in Group:
            assert getattr(counts, group.value) == sum(row.group is group for row in rows), of
        assert counts.shown == len(owed_ids(bob, of)), of
        rest = owed_page(bob, of, without=piles, limit=1000).rows
        assert sum(pile.people for pile in piles) + len(rest) == counts.shown, of
        for pile in piles:
            of_it = replace(of, job_id=pile.job_id, reason=pile.reason, group=pile.group)
            assert len(owed_ids(bob, of_it)) == pile.people, of


def test_whom_a_send_list_can_hold_is_asked_alike_of_a_job_and_of_people(bob: Person) -> None:
    random_world(5)
    ids = list(db.session.scalars(sa.select(Application.id)))
    jobs = db.session.scalars(sa.select(Job.id)).all()
    assert still_owed_among(bob, ids) == sorted(one for job in jobs for one in still_owed(bob, job))
    assert 0 < len(still_owed_among(bob, ids)) < len(ids)
    assert still_owed_among(bob, []) == []


def test_what_can_be_chosen_is_read_with_one_statement(
    bob: Person, alice: Person, dora: Person, charlie: Person
) -> None:
    varied_world(7, bob)
    db.session.rollback()
    with _statements() as said:
        found = owed_options(bob)
    assert len(said) == 1
    assert [one.name for one in found.owners] == ["Alice Moreau", "Bob Adeyemi"]
    owed = set(db.session.scalars(sa.select(Job.title).join(OwedAnswer, OwedAnswer.job_id == Job.id)))
    assert [one.name for one in found.jobs] == sorted(owed)
    assert list(found.sources.values()) == ["Old", "Older", "b.csv", "a.csv"]
    idle = factories.job("Idle")
    also = owed_options(bob, owner_id=dora.user_id, job_id=idle)
    assert "Dora Lindqvist" in {one.name for one in also.owners}
    assert {one.name for one in also.jobs} == {*owed, "Idle"}


def test_an_undone_list_is_offered_no_more(bob: Person) -> None:
    varied_world(7, bob)
    with transaction() as session:
        session.execute(sa.update(ApplicantList).values(undone_at=NOW))
    undone = db.session.scalars(sa.select(ApplicantList.id)).first()
    assert undone is not None
    assert list(owed_options(bob).sources.values()) == ["Old", "Older"]
    kept = Source(SourceKind.LIST, undone)
    assert str(kept) in owed_options(bob, source=kept).sources


def test_nobody_without_a_role_reads(charlie: Person) -> None:
    for read in (owed_ids, owed_options, lambda one: still_owed_among(one, [1])):
        with pytest.raises(NotAllowed):
            read(charlie)


def test_filters_by_person_read_no_table_whole(bob: Person) -> None:
    """Each person is looked up by key; only who is owed is read from end to end."""
    if db.engine.dialect.name != "sqlite":
        pytest.skip("plans of the other database depend on its sizes")
    varied_world(7, bob)
    said: list[tuple[str, object]] = []

    def note(_c: object, _cursor: object, statement: str, parameters: object, *_: object) -> None:
        said.append((statement, parameters))

    of = Filters(
        reached=StageKind.APPLIED,
        language="de",
        has_address=True,
        source=Source(SourceKind.SYSTEM, 1),
        place_id=1,
    )
    sa.event.listen(db.engine, "before_cursor_execute", note)
    try:
        owed_counts(bob, of)
        owed_counts(bob, Filters(source=Source(SourceKind.LIST, 1), owner_id=bob.user_id))
    finally:
        sa.event.remove(db.engine, "before_cursor_execute", note)
    for statement, parameters in [one for one in said if "owed_answer" in one[0]]:
        plan = db.session.connection().exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", parameters).all()  # type: ignore[call-overload]
        whole = {row.detail for row in plan if row.detail.startswith("SCAN")}
        assert not [one for one in whole if "candidate" in one or "import_item" in one], plan
        assert not [one for one in whole if "application" in one and "INDEX" not in one], plan
