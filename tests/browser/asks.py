"""A question to a hiring manager for the pages that show it: about one person, or many and half answered."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from itertools import cycle

import sqlalchemy as sa

from employer_app.domain.clock import now
from employer_app.domain.manager_ask import Answer
from employer_app.domain.role import Person
from employer_app.domain.status import LIVE
from employer_app.extensions import db
from employer_app.models import Application
from tests.actions import asking

MANY = 40


def of_managers(world: str, ids: Mapping[str, int | str], alice: Person) -> Mapping[str, int | str]:
    """By the names that addresses use; nothing where nobody has applied."""
    if world not in {"one", "many"}:
        return {}
    query = sa.select(Application.id).where(Application.job_id == ids["job"], Application.status.in_(LIVE))
    people = list(db.session.scalars(query.order_by(Application.id).limit(1 if world == "one" else MANY)))
    ask_id = asking.ask(alice, int(ids["job"]), *people)
    if world == "many":
        said = [one for one, _ in zip(cycle(Answer), people[: MANY // 2], strict=False)]
        asking.answer(ask_id, *said, until=(now() + timedelta(days=9)).date(), note="Met in the café, kind")
    return {"ask": ask_id, "ask_token": asking.token(ask_id)}
