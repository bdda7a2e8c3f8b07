"""One fix for all of a kind: leave them out, or say once and for all that what was found is right so."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

import sqlalchemy as sa
from sqlalchemy.orm import Session

from employer_app.actions.plans.change import change, own_plan, refresh
from employer_app.domain.clock import now
from employer_app.domain.close_out import Choices
from employer_app.domain.errors import Changed, Refused
from employer_app.domain.preflight import Check
from employer_app.domain.role import Person, Verb, require
from employer_app.extensions import transaction
from employer_app.models import FindingSeen, PlanItem
from employer_app.queries.plans.findings import Found, found

_AGAIN = "Look at the list as it is now."


def leave_out_all(*, plan_id: int, check: Check, rule: str, actor: Person) -> int:
    """Everybody of whom this was found; they still wait for an answer. Returns how many."""
    require(actor, Verb.MAIL)
    plan = own_plan(plan_id, actor)
    ids = {application_id for application_id, _ in _kind(plan_id, check, rule, actor).people}
    choices = Choices.from_json(plan.choices)
    choices = replace(choices, left_out=choices.left_out | ids)
    change(plan_id=plan_id, choices=choices, actor=actor, digest=plan.digest)
    return len(ids)


def right_as_it_is(*, plan_id: int, check: Check, actor: Person) -> int:
    """Nobody is asked again about these people until the name or address changes. Returns how many."""
    require(actor, Verb.MAIL)
    if not check.is_of_the_record:
        raise Refused(
            "This is about the message, not about the record.", "Change the text, or leave them out."
        )
    own_plan(plan_id, actor)
    kind = _kind(plan_id, check, "", actor)
    with transaction() as session:
        people = _candidates(session, plan_id, kind.about)
        of_list = FindingSeen.candidate_id.in_(
            sa.select(PlanItem.candidate_id).where(PlanItem.plan_id == plan_id)
        )
        columns = sa.select(FindingSeen.candidate_id, FindingSeen.about)
        rows = session.execute(columns.where(FindingSeen.check == check.value, of_list))
        known = {(row.candidate_id, row.about) for row in rows}
        session.add_all(
            FindingSeen(
                candidate_id=one, check=check.value, about=about, seen_by=actor.user_id, seen_at=now()
            )
            for one, about in people
            if (one, about) not in known
        )
    refresh(plan_id=plan_id, actor=actor)
    return len(kind.people)


def ask_again(*, plan_id: int, check: Check, actor: Person) -> None:
    """Take back, for the people of this list, that what was found is right so."""
    require(actor, Verb.MAIL)
    own_plan(plan_id, actor)
    of_list = sa.select(PlanItem.candidate_id).where(PlanItem.plan_id == plan_id)
    with transaction() as session:
        session.execute(
            sa.delete(FindingSeen).where(
                FindingSeen.check == check.value, FindingSeen.candidate_id.in_(of_list)
            )
        )
    refresh(plan_id=plan_id, actor=actor)


def _kind(plan_id: int, check: Check, rule: str, actor: Person) -> Found:
    for kind in found(actor, plan_id):
        if (kind.check, kind.rule) == (check, rule):
            return kind
    raise Changed("Nothing of this kind is on the list any more.", _AGAIN)


def _candidates(session: Session, plan_id: int, about: Mapping[int, str]) -> list[tuple[int, str]]:
    """The people of these applications, each with what was found of them."""
    query = sa.select(PlanItem.application_id, PlanItem.candidate_id).where(PlanItem.plan_id == plan_id)
    rows = session.execute(query)
    found_of = ((row.candidate_id, about.get(row.application_id)) for row in rows)
    return sorted({(one, said) for one, said in found_of if said is not None})
