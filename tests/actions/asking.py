"""Ask about people and answer as the manager would, through the link of the mail."""

from __future__ import annotations

from datetime import date

import sqlalchemy as sa
from flask import current_app

from employer_app.actions import manager_answers, manager_asks
from employer_app.domain.duty import Reason
from employer_app.domain.manager_ask import Answer, Given, Link, Seen, sign
from employer_app.domain.role import Person
from employer_app.extensions import db
from employer_app.models import (
    Application,
    Event,
    EventPayload,
    ManagerAsk,
    ManagerAskItem,
    Message,
    OwedAnswer,
)

MARA = {"name": "Mara Okonkwo", "address": "mara@brightwater.example"}


def ask(actor: Person, job_id: int, *people: int, **more: object) -> int:
    return manager_asks.ask(actor=actor, job_id=job_id, application_ids=people, **{**MARA, **more})  # type: ignore[arg-type]


def token(ask_id: int) -> str:
    """The secret part of the link in the mail."""
    key = db.session.scalars(sa.select(ManagerAsk.key).where(ManagerAsk.id == ask_id)).one()
    db.session.rollback()
    return sign(current_app.config["SECRET_KEY"], Link(ask_id, key))


def items(ask_id: int) -> list[ManagerAskItem]:
    """By application."""
    db.session.rollback()
    query = sa.select(ManagerAskItem).where(ManagerAskItem.ask_id == ask_id)
    query = query.order_by(ManagerAskItem.application_id).execution_options(populate_existing=True)
    return list(db.session.scalars(query))


def row(ask_id: int) -> ManagerAsk:
    db.session.rollback()
    return db.session.get_one(ManagerAsk, ask_id, populate_existing=True)


def answer(ask_id: int, *said: Answer, until: date | None = None, note: str = "") -> manager_answers.Saved:
    """One for each candidate, in order; fewer leave the rest as it is."""
    given = {
        item.id: Given(one, until if one is Answer.LATER else None, note)
        for item, one in zip(items(ask_id), said, strict=False)
    }
    return manager_answers.answer(token=token(ask_id), given=given)


def happened(application_id: int) -> list[tuple[str, dict[str, object], dict[str, object]]]:
    """What stands in the history about the manager: kind, facts, what was written."""
    db.session.rollback()
    query = (
        sa.select(Event.kind, Event.facts, EventPayload.payload)
        .outerjoin(EventPayload, EventPayload.event_id == Event.id)
        .where(Event.subject == f"application:{application_id}")
        .order_by(Event.seq)
    )
    return [
        (kind.value, facts, payload or {})
        for kind, facts, payload in db.session.execute(query)
        if kind.value.startswith("manager.")
    ]


def standing(application_id: int) -> Application:
    db.session.rollback()
    return db.session.get_one(Application, application_id, populate_existing=True)


def owed(application_id: int) -> list[Reason]:
    db.session.rollback()
    return list(
        db.session.scalars(sa.select(OwedAnswer.reason).where(OwedAnswer.application_id == application_id))
    )


def everything() -> tuple[int, ...]:
    db.session.rollback()
    tables = (ManagerAsk, Event, Message)
    return tuple(db.session.scalar(sa.select(sa.func.count()).select_from(one)) or 0 for one in tables)


def seen(ask_id: int, code: str = "LESS-SCREEN", only: int | None = None) -> list[Seen]:
    """All that can be confirmed, as the page shows it now."""
    return [
        Seen(one.id, one.version, one.application_id, standing(one.application_id).version,
             code if one.answer is Answer.NO else "")
        for one in items(ask_id)
        if one.answer in (Answer.YES, Answer.NO) and only in (None, one.application_id)
    ]  # fmt: skip
