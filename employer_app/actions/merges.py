"""Two records that are one person: merge them, take that back, or say that they are two.

Law: nothing is lost and nothing is decided by it. The applications move, the merged record stays as it was
and points at the kept one, and everything can be put back, the latest merge first. Mail that was reviewed
before does not leave: it was written for one record.
"""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from employer_app.actions.merge_rows import (
    applications_of,
    call_off_mixed,
    facts_of,
    lock_two,
    move,
    point,
    raise_versions,
    readdress,
    record_of,
    write,
)
from employer_app.actions.underway import refuse_while_underway
from employer_app.domain.clock import now
from employer_app.domain.errors import Changed, NotFound, Refused
from employer_app.domain.one_person import Part, together, undone
from employer_app.domain.role import Person, Verb, require
from employer_app.extensions import transaction
from employer_app.ledger.record import record
from employer_app.models import Candidate, CandidateMerge

#: in `before` of a row that remembers: somebody said that these two are two people
NOT_SAME = "not_same"


def merge(
    *,
    actor: Person,
    kept_id: int,
    merged_id: int,
    kept_version: int,
    merged_version: int,
    chosen: Collection[Part] = (),
    force: bool = False,
) -> int:
    """Move all applications of one record to the other; returns the id of the merge, done twice the same.

    For the `chosen` parts the kept record will say what the merged one does. Raises OnItsWay unless `force`.
    """
    require(actor, Verb.EDIT)
    if kept_id == merged_id:
        raise Refused("This is one record already.", "Choose two.")
    with transaction() as session:
        kept, merged = lock_two(session, kept_id, merged_id)
        if (done := _standing(session, kept, merged)) is not None:
            return done
        _refuse_unfit(kept, merged)
        if (kept.version, merged.version) != (kept_version, merged_version):
            raise _changed(kept, merged)
        rows = applications_of(session, kept.id, merged.id)
        if not force:
            refuse_while_underway(session, [row.id for row in rows])
        moving = [row for row in rows if row.candidate_id == merged.id]
        said = {"kept": _named(kept), "merged": _named(merged)}
        wish, records = kept.do_not_mail, point(session, merged.id, kept.id)
        moved = move(session, moving, kept.id)
        changed = write(kept, together(record_of(kept), record_of(merged), chosen))
        merged.merged_into_id = kept.id
        raise_versions(kept, merged, rows, moving, changed)
        readdress(session, [row.id for row in moving], merged.id, kept.id)
        before = {"applications": moved, "fields": changed, "records": records, "do_not_mail": wish}
        row = CandidateMerge(
            kept_id=kept.id, merged_id=merged.id, before=before, merged_by=actor.user_id, merged_at=now()
        )
        session.add(row)
        session.flush()
        record(session, facts_of(rows, moving, changed, "merged", said), actor_id=actor.user_id)
        return row.id


def unmerge(*, actor: Person, merge_id: int, kept_version: int, force: bool = False) -> bool:
    """Put back what this merge moved and filled; False when that was done already. Raises OnItsWay.

    What came to the kept record since stays there; so does what somebody changed in it.
    """
    require(actor, Verb.EDIT)
    with transaction() as session:
        row = _merge(session, merge_id)
        kept, merged = lock_two(session, row.kept_id, row.merged_id)
        session.refresh(row)
        if row.undone_at is not None:
            return False
        _refuse_out_of_turn(session, row, kept, merged)
        if kept.version != kept_version:
            raise _changed(kept)
        rows = applications_of(session, kept.id)
        if not force:
            refuse_while_underway(session, [each.id for each in rows])
        rounds = {moved["id"]: moved["round"] for moved in row.before["applications"]}
        moving = [each for each in rows if each.id in rounds]
        ids = [each.id for each in moving]
        said = {"kept": _named(kept), "merged": _named(merged)}
        facts = call_off_mixed(session, ids)
        move(session, moving, merged.id, rounds)
        if kept.do_not_mail and not row.before["do_not_mail"] and "do_not_mail" not in row.before["fields"]:
            # they asked it of us since then, and nobody knows which of the two it was
            merged.do_not_mail = True
        changed = write(kept, undone(record_of(kept), row.before["fields"]))
        merged.merged_into_id = None
        point(session, kept.id, merged.id, only=row.before["records"])
        raise_versions(kept, merged, rows, moving, changed)
        readdress(session, ids, kept.id, merged.id)
        row.undone_at, row.undone_by = now(), actor.user_id
        session.flush()
        facts += facts_of(rows, moving, changed, "unmerged", said)
        record(session, facts, actor_id=actor.user_id)
        return True


def not_the_same(*, actor: Person, one_id: int, other_id: int) -> bool:
    """Remember that these are two people, so that nobody is asked again; False when that was known."""
    require(actor, Verb.EDIT)
    if one_id == other_id:
        raise Refused("This is one record.", "Choose two.")
    with transaction() as session:
        one, other = lock_two(session, *sorted((one_id, other_id)))
        _refuse_unfit(one, other)
        query = sa.select(CandidateMerge.before).where(
            CandidateMerge.kept_id == one.id, CandidateMerge.merged_id == other.id
        )
        if any(before.get(NOT_SAME) for before in session.scalars(query)):
            return False
        moment = now()
        session.add(
            CandidateMerge(
                kept_id=one.id,
                merged_id=other.id,
                before={NOT_SAME: True},
                merged_by=actor.user_id,
                merged_at=moment,
                undone_by=actor.user_id,
                undone_at=moment,
            )
        )
        return True


def _standing(session: Session, kept: Candidate, merged: Candidate) -> int | None:
    if merged.merged_into_id != kept.id:
        return None
    query = sa.select(CandidateMerge.id).where(
        CandidateMerge.kept_id == kept.id,
        CandidateMerge.merged_id == merged.id,
        CandidateMerge.undone_at.is_(None),
    )
    return session.scalars(query).first()


def _refuse_unfit(one: Candidate, other: Candidate) -> None:
    for row in (one, other):
        if row.erased_at is not None:
            raise Refused("The data of one of them were erased.", "There is nothing left to merge.")
    for row in (one, other):
        if row.merged_into_id is not None:
            raise Refused(
                f"This record of {row.name} was merged with another one already.",
                "Nothing was changed. Open the record that was kept.",
            )
    if one.demo != other.demo:
        raise Refused(
            "One of them belongs to the demo, the other is a real person.", "They cannot be one record."
        )


def _refuse_out_of_turn(session: Session, row: CandidateMerge, kept: Candidate, merged: Candidate) -> None:
    """The latest merge of a record is undone first: rounds and fields build on each other."""
    if kept.merged_into_id is not None:
        onto = session.get_one(Candidate, kept.merged_into_id)
        raise Refused(
            f"The record of {kept.name} was merged into that of {onto.name} after this.",
            "Undo that merge first, then this one.",
        )
    query = (
        sa.select(Candidate.name)
        .join(CandidateMerge, CandidateMerge.merged_id == Candidate.id)
        .where(
            CandidateMerge.kept_id == kept.id,
            CandidateMerge.id > row.id,
            CandidateMerge.undone_at.is_(None),
        )
        .order_by(CandidateMerge.id.desc())
    )
    if (later := session.scalars(query).first()) is not None:
        raise Refused(
            f"Another record, of {later}, was merged into this one later.",
            "Undo that merge first, then this one.",
        )
    if kept.erased_at or merged.erased_at:
        raise Refused("The data of this person were erased.", "There is nothing left to put back.")


def _changed(*rows: Candidate) -> Changed:
    names = " or ".join(dict.fromkeys(row.name for row in rows))
    return Changed(f"{names} changed while you were looking.", "Nothing was saved. Look at it again.")


def _merge(session: Session, merge_id: int) -> CandidateMerge:
    row = session.get(CandidateMerge, merge_id)
    if row is None or row.before.get(NOT_SAME):
        raise NotFound("There is no such merge.", "It may have been removed.")
    return row


def _named(row: Candidate) -> dict[str, Any]:
    return {"id": row.id, "name": row.name, "address": row.address or ""}
