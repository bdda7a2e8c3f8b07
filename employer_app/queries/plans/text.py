"""What is said to whom: the groups of a list, what the check says of their texts, their own lines."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import sqlalchemy as sa

from employer_app.domain.audience import Audience, Group, group_of
from employer_app.domain.close_out import Choices
from employer_app.domain.errors import NotFound
from employer_app.domain.message import Purpose
from employer_app.domain.role import Person
from employer_app.domain.stage import StageKind
from employer_app.domain.status import LIVE, Status
from employer_app.extensions import db
from employer_app.models import Application, PlanItem
from employer_app.models.plan import PlanAction, told
from employer_app.queries.plans.own import own
from employer_app.queries.recipients import RecipientRow, recipients

#: people to choose from when a text is read as one of them gets it
SHOWN = 50


@dataclass
class Said:
    """What the check says of a group's text, and of how many people."""

    severity: str
    why: str
    people: int = 0
    names: list[str] = field(default_factory=list)


@dataclass
class GroupHead:
    """people = messages + joined + skipped."""

    audience: Audience
    people: int = 0
    messages: int = 0
    joined: int = 0
    depths: set[StageKind] = field(default_factory=set)
    said: dict[str, Said] = field(default_factory=dict)

    @property
    def skipped(self) -> int:
        return self.people - self.messages - self.joined


def groups_of(viewer: Person, plan_id: int) -> Mapping[Audience, GroupHead]:
    """The groups that have people, with what is said of their texts; those who came furthest first, and of
    each first those who read the language of the list."""
    choices = Choices.from_json(own(viewer, plan_id).choices)
    query = (
        sa.select(
            PlanItem.group,
            PlanItem.action,
            PlanItem.lead_id,
            PlanItem.name,
            PlanItem.skip_reason,
            PlanItem.remedy,
            PlanItem.warnings,
            Application.depth,
        )
        .join(Application, Application.id == PlanItem.application_id)
        .where(PlanItem.plan_id == plan_id)
        .order_by(PlanItem.name, PlanItem.application_id)
    )
    depth = list(Group).index
    order = sorted(choices.groups, key=lambda one: (-depth(one.group), one.language, one.late))
    heads = {audience: GroupHead(audience) for audience in order}
    for row in db.session.execute(query):
        head = heads[Audience.parse(row.group)]
        head.people += 1
        head.messages += row.action is PlanAction.MESSAGE
        head.joined += row.lead_id is not None
        head.depths.add(row.depth)
        if row.remedy == "text":
            _say(head, "stops", row.skip_reason, row.name)
        for warning in row.warnings:
            _say(head, "warns", warning["words"], row.name)
    return {audience: head for audience, head in heads.items() if head.people}


def _say(head: GroupHead, severity: str, why: str, name: str) -> None:
    said = head.said.setdefault(severity + why, Said(severity, why))
    said.people += 1
    if len(said.names) < 3:
        said.names.append(name)


def people_met(viewer: Person, plan_id: int) -> list[RecipientRow]:
    """Whoever needs a line of their own: by name, with the interview. Without those left out or told."""
    plan = own(viewer, plan_id)
    choices = Choices.from_json(plan.choices)
    depth_is_met = Application.depth.in_([kind for kind in StageKind if group_of(kind).met])
    query = (
        sa.select(Application.id)
        .join(PlanItem, PlanItem.application_id == Application.id)
        .where(
            PlanItem.plan_id == plan_id,
            depth_is_met,
            Application.told_at.is_(None) if choices.purpose is Purpose.DECISION else sa.true(),
            Application.status.in_([*LIVE, Status.REJECTED]),
        )
    )
    ids = set(db.session.scalars(query)) - choices.left_out
    return sorted(recipients(viewer, ids, choices.purpose), key=lambda row: (row.name, row.application_id))


def first_of(viewer: Person, plan_id: int, audience: Audience) -> int | None:
    """Whose letter is read beside the text when nobody was chosen: the first message, or else anybody."""
    own(viewer, plan_id)
    no_message = sa.case((PlanItem.action == PlanAction.MESSAGE, 0), else_=1)
    query = sa.select(PlanItem.application_id).where(_of_group(plan_id, audience))
    return db.session.scalar(query.order_by(no_message, PlanItem.name, PlanItem.application_id).limit(1))


def people_of(viewer: Person, plan_id: int, audience: Audience, *, limit: int = SHOWN) -> Sequence[Any]:
    """(application_id, name) of the group, by name."""
    own(viewer, plan_id)
    query = sa.select(PlanItem.application_id, PlanItem.name).where(_of_group(plan_id, audience))
    return db.session.execute(query.order_by(PlanItem.name, PlanItem.application_id).limit(limit)).all()


def is_of(viewer: Person, plan_id: int, audience: Audience, application_id: int) -> bool:
    """Whether this person gets that text. Raises NotFound when they are not in the list."""
    own(viewer, plan_id)
    item = db.session.get(PlanItem, (plan_id, application_id))
    if item is None:
        raise NotFound("This person is not in the send list.")
    return item.group == audience.value


def _of_group(plan_id: int, audience: Audience) -> sa.ColumnElement[bool]:
    return sa.and_(PlanItem.plan_id == plan_id, PlanItem.group == audience.value)


def reasons_of(viewer: Person, plan_id: int) -> Sequence[Any]:
    """What confirming records: (group, disposition, kind, people) of those of whom a message speaks."""
    own(viewer, plan_id)
    columns = (PlanItem.group, PlanItem.disposition, PlanItem.kind)
    query = sa.select(*columns, sa.func.count().label("people")).where(
        PlanItem.plan_id == plan_id, told(PlanItem)
    )
    return db.session.execute(query.group_by(*columns).order_by(*columns)).all()
