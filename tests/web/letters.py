"""Letters of our own, written through their pages as a browser does."""

from __future__ import annotations

import re

import sqlalchemy as sa
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from employer_app.domain.close_out import Choices
from employer_app.extensions import db
from employer_app.models import Plan, TemplateVersion
from tests.web.batches.walk import fields, id_of
from tests.web.pages import visible

BODY = """Hello {{ greeting_name }},

Thank you for applying for the {{ role_title }} role at {{ company }}. We have decided not to take your
application further, and it is now closed.

We know that an application takes an evening that could have been spent on something else, and we are grateful
that you gave it to us.

If you have a question, reply to this message and I will answer it within two working days.

I wish you well with your search.

{{ sender_name }}
"""
NEW = {
    "name": "Our own no",
    "occasion": "filled",
    "language": "en",
    "tone": "warm",
    "reason": "",
    "job": "",
    "subject": "The {{ role_title }} role",
    "body": BODY,
    "then": "save",
}


def write(client: FlaskClient, **more: object) -> int:
    return id_of(client.post("/templates/own/new", data={**NEW, **more}), "own")


def edit(client: FlaskClient, letter: int, **more: object) -> TestResponse:
    page = client.get(f"/templates/own/{letter}/edit").text
    return client.post(
        f"/templates/own/{letter}/edit", data={**fields(page, "letter"), "then": "save", **more}
    )


def page_of(client: FlaskClient, letter: int, more: str = "") -> str:
    answer = client.get(f"/templates/own/{letter}{more}")
    assert answer.status_code == 200, answer.text
    return answer.text


def stored(plan: int) -> Choices:
    db.session.rollback()
    return Choices.from_json(db.session.scalars(sa.select(Plan.choices).where(Plan.id == plan)).one())


def rows() -> int:
    db.session.rollback()
    return db.session.scalar(sa.select(sa.func.count()).select_from(TemplateVersion)) or 0


def complaints(page: str) -> str:
    return " ".join(
        visible(part) for part in re.findall(r'<div class="complaint.*?</p>\s*</div>', page, re.DOTALL)
    )
