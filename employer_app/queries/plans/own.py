"""Whose list it is: a send list is its author's own, and for everybody else it is not there."""

from __future__ import annotations

import sqlalchemy as sa

from employer_app.domain.errors import NotFound
from employer_app.domain.role import Person, Verb, require
from employer_app.extensions import db
from employer_app.models import Organisation, Plan, PlanItem
from employer_app.models.plan import PlanAction


def own(viewer: Person, plan_id: int) -> Plan:
    require(viewer, Verb.READ)
    plan = db.session.get(Plan, plan_id)
    if plan is None or plan.author_id != viewer.user_id:
        raise NotFound("There is no such send list.")
    return plan


def messages(plan_id: int) -> tuple[sa.ColumnElement[bool], ...]:
    """The items of the list that are messages, as conditions."""
    return PlanItem.plan_id == plan_id, PlanItem.action == PlanAction.MESSAGE


def sender_line(viewer: Person) -> str:
    """Who the messages are from, as their readers see it; empty while nobody has set it."""
    require(viewer, Verb.READ)
    found = db.session.get(Organisation, 1)
    if found is None or not found.sender_address:
        return ""
    return f"{found.sender_name or found.name}, {found.sender_address}"
