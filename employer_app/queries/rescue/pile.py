"""The pile by heaps and everybody apart from it, in one statement; and the people of heaps."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa

from employer_app.domain.clock import now
from employer_app.domain.rescue import Apart, Heap, HeapName, Pile, Press, Span
from employer_app.domain.role import Person, Verb, require
from employer_app.domain.status import Status
from employer_app.extensions import db
from employer_app.queries.rescue.tables import Tables


@dataclass(frozen=True)
class InHeap:
    """Somebody of the pile, as they stand now."""

    id: int
    stage_id: int
    status: Status
    old_pile: bool
    heap: HeapName


def pile(viewer: Person, at: datetime | None = None) -> Pile:
    """Everybody once."""
    require(viewer, Verb.READ)
    each = Tables(at or now()).standing()
    in_heap = each.c.apart.is_(None)
    grouped = sa.select(
        each.c.apart,
        sa.case((in_heap, each.c.press)).label("press"),
        sa.case((in_heap, each.c.span)).label("span"),
        each.c.id,
    ).subquery()
    key = (grouped.c.apart, grouped.c.press, grouped.c.span)
    query = sa.select(*key, sa.func.count().label("people"), sa.func.sum(grouped.c.id).label("ids"))
    heaps, apart = {}, dict.fromkeys(Apart, 0)
    for row in db.session.execute(query.group_by(*key)):
        if row.apart is not None:
            apart[Apart(row.apart)] = row.people
            continue
        name = HeapName(Press(row.press), Span(row.span))
        heaps[name] = Heap(name, row.people, _seen(row.people, int(row.ids)))
    return Pile(heaps, apart)


def people_of(viewer: Person, names: Collection[HeapName], at: datetime | None = None) -> Sequence[InHeap]:
    """Who is in these heaps, ids ascending."""
    require(viewer, Verb.READ)
    each = Tables(at or now()).standing()
    query = sa.select(each).where(
        each.c.apart.is_(None),
        sa.or_(False, *(sa.and_(each.c.press == n.press.value, each.c.span == n.span.value) for n in names)),
    )
    return (
        [
            InHeap(
                row.id,
                row.stage_id,
                row.status,
                bool(row.old_pile),
                HeapName(Press(row.press), Span(row.span)),
            )
            for row in db.session.execute(query.order_by(each.c.id))
        ]
        if names
        else []
    )


def seen_of(people: Sequence[InHeap]) -> Mapping[HeapName, str]:
    """As `pile` would say it of each heap."""
    found: dict[HeapName, list[int]] = {}
    for one in people:
        found.setdefault(one.heap, []).append(one.id)
    return {name: _seen(len(ids), sum(ids)) for name, ids in found.items()}


def _seen(people: int, ids: int) -> str:
    return f"{people}.{ids}"
