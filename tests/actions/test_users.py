"""Accounts and one-time links: who may make them, and that each works once."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
import sqlalchemy as sa
import time_machine
from flask import Flask

from employer_app.actions import users
from employer_app.domain.clock import now
from employer_app.domain.errors import NotAllowed, NotFound, Refused
from employer_app.domain.event import ORGANISATION_SUBJECT
from employer_app.domain.role import OPERATOR, Person, Role
from employer_app.extensions import db
from employer_app.models import Event, EventPayload, SignInLink, User


def _token(path: str) -> str:
    return path.rsplit("/", 1)[1]


def _at_once(app: Flask, number: int, act: object) -> list[object]:
    """What `number` threads get that all do the same thing; an exception counts as its class."""

    def one(_: int) -> object:
        with app.app_context():
            try:
                return act()  # type: ignore[operator]
            except Refused as refused:
                return type(refused)

    db.session.remove()
    with ThreadPoolExecutor(number) as pool:
        return list(pool.map(one, range(number)))


def test_a_new_account_has_one_role_no_password_and_a_fact(alice: Person) -> None:
    user_id = users.create_user(
        actor=alice, email="Dora@Team.Example ", name="Dora Vance", role=Role.RECRUITER
    )
    user = db.session.get(User, user_id)
    assert user is not None
    assert (user.email, user.name, user.password, user.active) == (
        "dora@team.example",
        "Dora Vance",
        None,
        True,
    )
    assert [role.name for role in user.roles] == ["recruiter"]
    facts = db.session.execute(
        sa.select(Event.actor_id, Event.facts, EventPayload.payload)
        .join(EventPayload, EventPayload.event_id == Event.id)
        .where(Event.subject == ORGANISATION_SUBJECT)
    ).all()
    assert [(row.actor_id, row.facts, row.payload["what"]) for row in facts] == [
        (alice.user_id, {"fields": ["people"]}, "created")
    ]


def test_one_address_has_one_account(alice: Person) -> None:
    with pytest.raises(Refused, match="has an account already") as refused:
        users.create_user(actor=alice, email="ALICE@team.example", name="Other", role=Role.RECRUITER)
    assert refused.value.field == "email"


@pytest.mark.parametrize(
    "email", ["a@x.example, b@y.example", "no address", "a b@x.example", "a@x.example\nBcc: v@x"]
)
def test_only_one_plain_address_makes_an_account(alice: Person, email: str) -> None:
    with pytest.raises(Refused):
        users.create_user(actor=alice, email=email, name="Dora Vance", role=Role.RECRUITER)


def test_a_name_cannot_break_the_head_of_a_mail(alice: Person) -> None:
    with pytest.raises(Refused):
        users.create_user(
            actor=alice, email="dora@team.example", name="Dora\r\nBcc: v@x.example", role=Role.RECRUITER
        )


def test_a_recruiter_makes_no_accounts_links_or_roles(alice: Person, bob: Person) -> None:
    assert alice.user_id is not None
    with pytest.raises(NotAllowed):
        users.create_user(actor=bob, email="dora@team.example", name="Dora", role=Role.ADMINISTRATOR)
    with pytest.raises(NotAllowed):
        users.make_sign_in_link(actor=bob, user_id=alice.user_id)
    with pytest.raises(NotAllowed):
        users.change_role(actor=bob, user_id=alice.user_id, role=Role.RECRUITER)
    with pytest.raises(NotAllowed):
        users.set_active(actor=bob, user_id=alice.user_id, active=False)


def test_a_link_works_once(alice: Person, bob: Person) -> None:  # attack 8
    assert bob.user_id is not None
    token = _token(users.make_sign_in_link(actor=alice, user_id=bob.user_id))
    assert users.use_sign_in_link(token=token) == bob.user_id
    with pytest.raises(NotFound):
        users.use_sign_in_link(token=token)


def test_a_link_dies_with_its_time_with_a_newer_one_and_with_the_account(alice: Person, bob: Person) -> None:
    assert bob.user_id is not None  # attack 8
    old = _token(users.make_sign_in_link(actor=alice, user_id=bob.user_id))
    newer = _token(users.make_sign_in_link(actor=alice, user_id=bob.user_id))
    with pytest.raises(NotFound):
        users.use_sign_in_link(token=old)
    with time_machine.travel(now() + timedelta(hours=25)), pytest.raises(NotFound):
        users.use_sign_in_link(token=newer)
    users.set_active(actor=alice, user_id=bob.user_id, active=False)
    with pytest.raises(NotFound):
        users.use_sign_in_link(token=newer)
    with pytest.raises(Refused):
        users.make_sign_in_link(actor=alice, user_id=bob.user_id)


def test_the_database_keeps_no_token_and_a_token_cannot_be_guessed(alice: Person, bob: Person) -> None:
    assert bob.user_id is not None
    token = _token(users.make_sign_in_link(actor=alice, user_id=bob.user_id))
    assert len(token) * 6 >= 128  # base64 has six bits a letter
    assert token not in str(db.session.execute(sa.select(SignInLink.__table__)).all())


@pytest.mark.both
def test_of_many_who_use_one_link_at_once_one_gets_in(
    app: Flask, alice: Person, bob: Person
) -> None:  # attack 9
    assert bob.user_id is not None
    token = _token(users.make_sign_in_link(actor=alice, user_id=bob.user_id))
    answers = _at_once(app, 8, lambda: users.use_sign_in_link(token=token))
    assert sorted(map(str, answers)) == sorted([str(bob.user_id)] + [str(NotFound)] * 7)


def test_a_new_password_ends_links_and_sessions(alice: Person, bob: Person) -> None:  # attack 7, attack 8
    assert bob.user_id is not None
    before = db.session.scalar(sa.select(User.fs_uniquifier).where(User.id == bob.user_id))
    token = _token(users.make_sign_in_link(actor=alice, user_id=bob.user_id))
    after = users.set_password(actor=bob, password_hash="a hash")
    assert before != after == db.session.scalar(sa.select(User.fs_uniquifier).where(User.id == bob.user_id))
    with pytest.raises(NotFound):
        users.use_sign_in_link(token=token)


def test_the_last_administrator_stays(alice: Person, bob: Person) -> None:
    assert alice.user_id is not None
    assert bob.user_id is not None
    with pytest.raises(Refused, match="last administrator"):
        users.change_role(actor=alice, user_id=alice.user_id, role=Role.RECRUITER)
    with pytest.raises(Refused, match="last administrator"):
        users.set_active(actor=alice, user_id=alice.user_id, active=False)
    users.change_role(actor=alice, user_id=bob.user_id, role=Role.ADMINISTRATOR)
    users.set_active(actor=OPERATOR, user_id=alice.user_id, active=False)
    with pytest.raises(Refused, match="last administrator"):
        users.change_role(actor=OPERATOR, user_id=bob.user_id, role=Role.RECRUITER)


@pytest.mark.both
def test_two_administrators_cannot_remove_each_other_at_once(app: Flask, alice: Person, bob: Person) -> None:
    assert alice.user_id is not None  # attack 85
    assert bob.user_id is not None
    users.change_role(actor=alice, user_id=bob.user_id, role=Role.ADMINISTRATOR)
    turns = iter([alice.user_id, bob.user_id] * 4)

    def remove_one() -> None:
        users.set_active(actor=OPERATOR, user_id=next(turns), active=False)

    answers = _at_once(app, 8, remove_one)
    assert Refused in answers
    left = db.session.scalars(sa.select(User.id).where(User.active)).all()
    assert len(left) == 1


def test_the_first_administrator_comes_by_one_link(app: Flask) -> None:  # attack 12
    first = users.first_administrator_link()
    second = users.first_administrator_link()
    assert first is not None
    assert second is not None
    assert second.startswith("http://127.0.0.1:8000/sign-in/link/")
    with pytest.raises(NotFound):  # only the newest works
        users.set_up(token=_token(first), email="eve@x.example", name="Eve", password_hash="h")

    made = {"name": "Maren Oduya", "password_hash": "h"}
    numbers = iter(range(8))

    def set_up() -> int:
        email = f"maren{next(numbers)}@brightwater.example"
        return users.set_up(token=_token(second), email=email, **made)

    answers = _at_once(app, 8, set_up)
    assert answers.count(NotFound) == 7
    assert users.first_administrator_link() is None
    assert db.session.scalar(sa.select(sa.func.count(User.id))) == 1


def test_a_refused_first_administrator_does_not_spend_the_link(app: Flask) -> None:
    link = users.first_administrator_link()
    assert link is not None
    with pytest.raises(Refused):
        users.set_up(token=_token(link), email="no address", name="Maren", password_hash="h")
    assert users.set_up(token=_token(link), email="maren@x.example", name="Maren", password_hash="h")
