"""What the check before sending found on a list, by kind: one look and one fix for all of a kind."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import sqlalchemy as sa

from employer_app.domain.preflight import Check, Finding
from employer_app.domain.role import Person
from employer_app.extensions import db
from employer_app.models import FindingSeen, PlanItem
from employer_app.queries.plans.own import messages, own


@dataclass
class Found:
    """One kind of finding; of the wording one rule. `people`: application id and name, by name."""

    check: Check
    #: the rule, where it is about the wording
    rule: str
    #: as it is said of the first of them
    words: str
    people: list[tuple[int, str]] = field(default_factory=list)
    #: by application: what exactly was found
    about: dict[int, str] = field(default_factory=dict)


def found(viewer: Person, plan_id: int) -> Sequence[Found]:
    """The kinds in the order of `Check`, those of most people first among equals."""
    own(viewer, plan_id)
    query = sa.select(PlanItem.application_id, PlanItem.name, PlanItem.warnings)
    flagged = sa.cast(PlanItem.warnings, sa.Text) != "[]"
    query = query.where(*messages(plan_id), flagged).order_by(PlanItem.name, PlanItem.application_id)
    kinds: dict[tuple[Check, str], Found] = {}
    for row in db.session.execute(query):
        for one in map(Finding.from_json, row.warnings):
            rule = one.about if one.check is Check.WORDING else ""
            kind = kinds.setdefault((one.check, rule), Found(one.check, rule, one.words))
            if row.application_id not in kind.about:
                kind.people.append((row.application_id, row.name))
                kind.about[row.application_id] = one.about
    order = list(Check).index
    return sorted(kinds.values(), key=lambda kind: (order(kind.check), -len(kind.people), kind.rule))


def seen_before(viewer: Person, plan_id: int) -> Mapping[Check, int]:
    """Of how many people of the list somebody said that what was found is right so, by kind."""
    own(viewer, plan_id)
    of_list = sa.select(PlanItem.candidate_id).where(PlanItem.plan_id == plan_id)
    query = (
        sa.select(FindingSeen.check, sa.func.count(sa.distinct(FindingSeen.candidate_id)))
        .where(FindingSeen.candidate_id.in_(of_list))
        .group_by(FindingSeen.check)
    )
    return {Check(check): people for check, people in db.session.execute(query)}
