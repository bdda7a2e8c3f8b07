"""Who may be one person, why, and who is never suggested."""

from __future__ import annotations

import pytest
from flask import Flask

from employer_app.actions.merges import merge, not_the_same
from employer_app.domain.clock import now
from employer_app.domain.errors import NotAllowed
from employer_app.domain.one_person import Likeness, given_by_a_board
from employer_app.domain.role import Person
from employer_app.extensions import db, transaction
from employer_app.models import Application as Row
from employer_app.models import Candidate, ImportSource
from employer_app.queries.candidates import candidate_page
from employer_app.queries.same_people import like, same_people
from employer_app.queries.search import find
from tests import factories

pytestmark = pytest.mark.both

Seen = dict[tuple[int, int], tuple[tuple[Likeness, ...], bool]]


def seen(viewer: Person) -> Seen:
    pairs = same_people(viewer, limit=1000).pairs
    found = {(p.one.id, p.other.id): (tuple(r.likeness for r in p.why), p.names_fit) for p in pairs}
    for one, other in found:
        assert (one, other) in {(p.one.id, p.other.id) for p in like(viewer, one)}
        assert (one, other) in {(p.one.id, p.other.id) for p in like(viewer, other)}
    return found


def change(candidate_id: int, **values: object) -> None:
    with transaction() as session:
        row = session.get_one(Candidate, candidate_id)
        for name, value in values.items():
            setattr(row, name, value)


def test_each_likeness_says_itself(app: Flask, bob: Person) -> None:
    job = factories.job()
    anna = factories.candidate(
        "Anna Müller", "anna@post.example", phone="0170 1234567", phone_key="1701234567"
    )
    second = factories.candidate("A. Müller", "a@work.example")
    change(second, second_address="Anna@post.example", second_address_key="anna@post.example")
    phone = factories.candidate(
        "Müller, Anna", "b@work.example", phone="+49 170 1234567", phone_key="1701234567"
    )
    dots = factories.candidate("anna müller", "an.na+jobs@post.example")
    kofi, other = (factories.candidate("Kofi Mensah", external_id="4711") for _ in range(2))
    for each in (anna, kofi):
        factories.application(job, candidate_id=each)
    assert seen(bob) == {
        (anna, second): ((Likeness.ADDRESS,), True),
        (anna, phone): ((Likeness.PHONE,), True),
        (kofi, other): ((Likeness.NUMBER,), True),
        (anna, dots): ((Likeness.SPELLING,), True),
    }


def test_who_shares_an_address_under_another_name_is_only_said_to_share_it(app: Flask, bob: Person) -> None:
    wife, husband = (factories.candidate(name, "family@post.example") for name in ("Ida Berg", "Lars Holm"))
    assert seen(bob) == {(wife, husband): ((Likeness.ADDRESS,), False)}
    not_the_same(actor=bob, one_id=husband, other_id=wife)
    assert seen(bob) == {}
    page = candidate_page(bob, wife)
    assert (list(page.like), [one.name for one in page.housemates]) == ([], ["Lars Holm"])


def test_a_mask_of_a_job_board_is_no_likeness_of_other_names(app: Flask, bob: Person) -> None:
    for name in ("Ida Berg", "Lars Holm", "Ngozi Eze"):
        factories.candidate(name, "candidate-8812@reply.board.example")
    first, again = (factories.candidate("Amara Nwosu", "x81@reply.board.example") for _ in range(2))
    assert seen(bob) == {(first, again): ((Likeness.MASK,), True)}


def test_of_many_at_one_address_only_namesakes(app: Flask, bob: Person) -> None:
    ids = [
        factories.candidate(f"Person {chr(65 + n)}{chr(70 + n)}", "desk@agency.example") for n in range(12)
    ]
    again = factories.candidate("Person AF", "desk@agency.example")
    assert seen(bob) == {(ids[0], again): ((Likeness.ADDRESS,), True)}


def test_nobody_is_suggested_across_what_divides_them(app: Flask, bob: Person) -> None:
    factories.candidate("张晓东", "x.d@post.example")
    factories.candidate("Zhang Xiaodong", "xd@post.example")
    factories.candidate("Kofi Mensah", "kofi@post.example")
    factories.candidate("Kofi Mensah", "kofi@post.example", demo=True)
    factories.candidate("Kofi Mensah", "kofi@post.example", erased_at=now())
    assert seen(bob) == {}


def test_one_number_of_two_systems_is_two_people(app: Flask, bob: Person) -> None:
    job = factories.job()
    ids = [factories.candidate("Kofi Mensah", external_id="1") for _ in range(3)]
    with transaction() as session:
        sources = [ImportSource(name=name, fingerprint=name, created_at=now()) for name in ("One", "Two")]
        session.add_all(sources)
        session.flush()
        numbers = [sources[0].id, sources[1].id, sources[0].id]
    for each, source in zip(ids, numbers, strict=True):
        application = factories.application(job, candidate_id=each)
        with transaction() as session:
            session.get_one(Row, application).source_id = source
    assert seen(bob) == {(ids[0], ids[2]): ((Likeness.NUMBER,), True)}


def test_pages_hold_fifty_and_add_up(app: Flask, bob: Person) -> None:
    for number in range(60):
        for _ in range(2):
            factories.candidate("Kofi Mensah", f"kofi{number}@post.example")
    first = same_people(bob)
    rest = same_people(bob, first.next)
    assert (len(first.pairs), first.total, len(rest.pairs), rest.next) == (50, 60, 10, "")
    assert len({(p.one.id, p.other.id) for p in [*first.pairs, *rest.pairs]}) == 60
    assert same_people(bob, "none").total == len(same_people(bob, "x" * 900).pairs) + 10


def test_who_was_merged_is_found_as_the_one_that_is_kept(app: Flask, bob: Person) -> None:
    kept = factories.candidate("Anna Müller", "anna@post.example")
    merged = factories.candidate("Anna Müller-Lindt", "anna@post.example")
    merge(actor=bob, kept_id=kept, merged_id=merged, kept_version=1, merged_version=1)
    assert seen(bob) == {}
    assert [one.candidate_id for one in find(bob, "lindt").people] == [kept]
    assert [one.candidate_id for one in find(bob, "anna").people] == [kept]
    assert candidate_page(bob, merged).merged_into is not None
    (past,) = candidate_page(bob, kept).merges
    assert (past.name, past.by, past.undoable) == ("Anna Müller-Lindt", "Bob Adeyemi", True)


def test_nobody_without_a_role_is_told(app: Flask, charlie: Person) -> None:
    for ask in (lambda: same_people(charlie), lambda: like(charlie, 1)):
        with pytest.raises(NotAllowed):
            ask()
    db.session.rollback()


@pytest.mark.parametrize(
    "key",
    ["candidate-8812@board.example", "x81@reply.board.example", "noreply@a.example", "1f@relay2.mail.example",
     "applicant.77@jobs.example"],
)  # fmt: skip
def test_masks_are_recognised(key: str) -> None:
    assert given_by_a_board(key)


@pytest.mark.parametrize("key", ["anna@post.example", "candidate@post.example", "reply@replyco.example",
                                 "userlandia@post.example", "maria.relaya@post.example"])  # fmt: skip
def test_people_are_not_taken_for_masks(key: str) -> None:
    assert not given_by_a_board(key)
