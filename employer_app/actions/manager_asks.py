"""Ask a hiring manager about candidates of one job, take the question back, and confirm what was answered.

Law: what a manager answers is a fact about the ask and no decision. Confirming a "no" is the decision, with
its reason, by a person of the team; confirming a "yes" leaves the stage to them. Nothing here tells a
candidate anything. Locks: applications first, then the ask.
"""

from __future__ import annotations

import secrets
from collections.abc import Mapping, Sequence

import sqlalchemy as sa
from sqlalchemy.orm import Session

from employer_app.actions.applications import lock_all
from employer_app.actions.decisions import decision_facts, reason_of
from employer_app.actions.settings import one_line
from employer_app.actions.underway import refuse_while_underway
from employer_app.domain.address import Address, BadAddress, check_address
from employer_app.domain.clock import now
from employer_app.domain.disposition import Disposition
from employer_app.domain.errors import Changed, NotFound, Refused
from employer_app.domain.event import EventKind
from employer_app.domain.manager_ask import LIFE, MOST_PEOPLE, Answer, Ending, Seen
from employer_app.domain.role import Person, Verb, require
from employer_app.domain.status import LIVE, Status
from employer_app.extensions import transaction
from employer_app.ledger.record import NewFact, lock, record
from employer_app.models import Application, Candidate, ManagerAsk, ManagerAskItem


def ask(
    *,
    actor: Person,
    job_id: int,
    application_ids: Sequence[int],
    name: str,
    address: str,
    competing: bool = False,
    instead_of: int | None = None,
) -> int:
    """Ask about these candidates of one job; returns the ask's id. The mail leaves by itself.

    `instead_of`: an ask of the same job that is taken back in the same step.
    """
    require(actor, Verb.MAIL)
    ids = sorted(set(application_ids))
    name, to = _name(name), _address(address)
    _refuse_number(ids)
    with transaction() as session:
        old = _applications_of(session, instead_of) if instead_of else []
        rows = {row.id: row for row in lock(session, sorted({*ids, *old}))}
        replaced = _locked(session, instead_of) if instead_of else None
        chosen = [rows[one] for one in ids if one in rows]
        if len(chosen) != len(ids) or any(row.job_id != job_id for row in chosen):
            raise NotFound("There is no such application in this job.", "Go back to the list and try again.")
        _refuse_people(session, chosen)
        _refuse_applicant(session, job_id, to)
        if replaced is not None:
            if replaced.job_id != job_id:
                raise NotFound("There is no such question in this job.", "Go back to the list and try again.")
            record(session, _end(session, replaced, actor), actor_id=actor.user_id)
        _refuse_asked(session, ids)
        row = _new(session, job_id, ids, name, to.mailbox, competing, actor)
        said = {"ask_id": row.id}
        facts = [NewFact(one, EventKind.MANAGER_ASKED, said, {"manager": name}) for one in ids]
        record(session, facts, actor_id=actor.user_id)
        return row.id


def _new(
    session: Session,
    job_id: int,
    ids: Sequence[int],
    name: str,
    address: str,
    competing: bool,
    actor: Person,
) -> ManagerAsk:
    moment = now()
    row = ManagerAsk(
        job_id=job_id,
        name=name,
        address=address,
        competing=competing,
        key=secrets.token_urlsafe(16),
        asked_by=actor.user_id,
        asked_at=moment,
        expires_at=moment + LIFE,
        next_mail_at=moment,
    )
    session.add(row)
    session.flush()
    session.add_all(ManagerAskItem(ask_id=row.id, application_id=one) for one in ids)
    return row


def withdraw(*, actor: Person, ask_id: int) -> bool:
    """Take a question back: its link opens nothing from now on. False when it was taken back already."""
    require(actor, Verb.MAIL)
    with transaction() as session:
        lock(session, _applications_of(session, ask_id))
        row = _locked(session, ask_id)
        if row.withdrawn_at is not None:
            return False
        record(session, _end(session, row, actor), actor_id=actor.user_id)
        return True


def confirm(*, actor: Person, ask_id: int, seen: Sequence[Seen], force: bool = False) -> Mapping[Answer, int]:
    """Confirm what the manager answered: how many "yes" and "no". All or nothing.

    Raises OnItsWay unless `force`, and Changed when an answer or a candidate is no longer as it was read.
    """
    require(actor, Verb.DECIDE)
    if not seen:
        raise Refused("Nobody is ticked.", "Tick at least one answer.")
    with transaction() as session:
        versions = {one.application_id: one.application_version for one in seen}
        rows = {row.id: row for row in lock_all(session, versions)}
        asked = _locked(session, ask_id)
        items = _as_seen(session, asked, seen)
        if ended := [row for row in rows.values() if row.status not in LIVE or row.job_id != asked.job_id]:
            raise Refused(f"{_names(session, ended)} has an answer already.", "Load the page again.")
        no = {item.application_id for item in items if item.answer is Answer.NO}
        reasons = {one.application_id: _reason(one) for one in seen if one.application_id in no}
        if no and not force:
            refuse_while_underway(session, sorted(no))
        facts = [_settle(asked, item, actor) for item in items]
        for code in sorted({reason.code for reason in reasons.values()}):
            decided = [rows[one] for one in sorted(no) if reasons[one].code == code]
            facts += decision_facts(session, decided, reason_of(code), actor_id=actor.user_id)
        session.flush()
        record(session, facts, actor_id=actor.user_id)
        if not _open_items(session, asked.id):
            asked.next_mail_at = None
        return {Answer.YES: len(items) - len(no), Answer.NO: len(no)}


def _settle(asked: ManagerAsk, item: ManagerAskItem, actor: Person) -> NewFact:
    item.ended_at, item.ending, item.ended_by = now(), Ending.CONFIRMED, actor.user_id
    said = {"ask_id": asked.id, "answer": item.answer.value}
    return NewFact(item.application_id, EventKind.MANAGER_CONFIRMED, said, {"manager": asked.name})


def _as_seen(session: Session, asked: ManagerAsk, seen: Sequence[Seen]) -> Sequence[ManagerAskItem]:
    """Raises Changed when one of them is no longer what the page showed."""
    items = {item.id: item for item in _open_items(session, asked.id)}
    for one in seen:
        item = items.get(one.item_id)
        as_it_was = item is not None and item.version == one.version
        if item is None or not as_it_was or item.application_id != one.application_id:
            raise Changed(
                f"{asked.name} changed an answer while you were looking, or it was confirmed already.",
                "Nothing was saved. Look at the answers as they are now.",
            )
        if item.answer not in (Answer.YES, Answer.NO):
            raise Refused(f"{asked.name} has said neither yes nor no yet.", "Wait for the answer.")
    return [items[one] for one in sorted({each.item_id for each in seen})]


def _reason(one: Seen) -> Disposition:
    """Of a "no". Raises Refused."""
    if not one.code:
        raise Refused("A “no” needs a reason.", "Choose one from the list.", f"code-{one.item_id}")
    reason = reason_of(one.code)
    if reason.status is not Status.REJECTED:
        raise Refused("This reason is not a “no”.", "Choose another one.", f"code-{one.item_id}")
    return reason


def _applications_of(session: Session, ask_id: int) -> Sequence[int]:
    query = sa.select(ManagerAskItem.application_id).where(ManagerAskItem.ask_id == ask_id)
    return session.scalars(query.order_by(ManagerAskItem.application_id)).all()


def _locked(session: Session, ask_id: int) -> ManagerAsk:
    """Call with the applications locked. Raises NotFound."""
    row = session.get(ManagerAsk, ask_id, with_for_update=True, populate_existing=True)
    if row is None:
        raise NotFound("There is no such question.", "Go back to the job.")
    return row


def _open_items(session: Session, ask_id: int) -> Sequence[ManagerAskItem]:
    query = (
        sa.select(ManagerAskItem)
        .where(ManagerAskItem.ask_id == ask_id, ManagerAskItem.ended_at.is_(None))
        .order_by(ManagerAskItem.application_id)
        .execution_options(populate_existing=True)
    )
    session.flush()
    return session.scalars(query).all()


def _end(session: Session, asked: ManagerAsk, actor: Person) -> list[NewFact]:
    """Take it back; the facts of those about whom it was still open."""
    moment = now()
    items = _open_items(session, asked.id)
    for item in items:
        item.ended_at, item.ending, item.ended_by = moment, Ending.WITHDRAWN, actor.user_id
    asked.withdrawn_at = asked.withdrawn_at or moment
    asked.next_mail_at = None
    session.flush()
    said, payload = {"ask_id": asked.id}, {"manager": asked.name}
    return [NewFact(one.application_id, EventKind.MANAGER_ASK_WITHDRAWN, said, payload) for one in items]


def _refuse_asked(session: Session, ids: Sequence[int]) -> None:
    """Each stands in one ask at a time; one whose link is too old gives way."""
    query = (
        sa.select(ManagerAskItem, ManagerAsk)
        .join(ManagerAsk, ManagerAsk.id == ManagerAskItem.ask_id)
        .where(ManagerAskItem.application_id.in_(ids), ManagerAskItem.ended_at.is_(None))
        .order_by(ManagerAskItem.application_id)
    )
    moment = now()
    for item, other in session.execute(query):
        if other.expires_at > moment:
            row = session.get_one(Application, item.application_id)
            raise Refused(
                f"{other.name} is asked about {_names(session, [row])} already.",
                "Take that question back first, or leave them out.",
            )
        item.ended_at, item.ending = moment, Ending.EXPIRED
    session.flush()


def _refuse_people(session: Session, rows: Sequence[Application]) -> None:
    if ended := [row for row in rows if row.status not in LIVE]:
        raise Refused(f"{_names(session, ended)} has an answer already.", "Leave them out.")
    whom = [row.candidate_id for row in rows]
    erased = sa.select(Candidate.id).where(Candidate.id.in_(whom), Candidate.erased_at.is_not(None))
    if session.scalar(erased.limit(1)) is not None:
        raise Refused("The data of one of them were erased.", "Go back to the list and try again.")


def _refuse_applicant(session: Session, job_id: int, to: Address) -> None:
    """No applicant may open a page with the others on it."""
    theirs = sa.or_(Candidate.address_key == to.key, Candidate.second_address_key == to.key)
    query = (
        sa.select(Application.id)
        .join(Candidate, Candidate.id == Application.candidate_id)
        .where(Application.job_id == job_id, theirs)
    )
    if session.scalar(query.limit(1)) is not None:
        raise Refused("Somebody who applied for this job has this address.", "Check it.", "address")


def _refuse_number(ids: Sequence[int]) -> None:
    if not ids:
        raise Refused("Nobody is ticked.", "Tick at least one person.")
    if len(ids) > MOST_PEOPLE:
        raise Refused(f"These are more than {MOST_PEOPLE} people at once.", "Ask about fewer.")


def _name(text: str) -> str:
    name = one_line(text, "name")
    if not name:
        raise Refused("Nobody is named.", "Type the name of the person you ask.", "name")
    return name


def _address(text: str) -> Address:
    try:
        return check_address(text)
    except BadAddress as problem:
        raise Refused(str(problem), "", "address") from None


def _names(session: Session, rows: Sequence[Application]) -> str:
    first = session.scalar(sa.select(Candidate.name).where(Candidate.id == rows[0].candidate_id))
    return f"{first} and {len(rows) - 1} more" if len(rows) > 1 else str(first)
