"""The person: name, addresses, phone, language, and whether we may write by mail.

Law: what a letter uses (name, call name, address, language, the flag) raises the versions, so that a message
which was reviewed before does not leave. A phone number or the second address stops nothing.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass

import sqlalchemy as sa
from sqlalchemy.orm import Session

from employer_app.actions.underway import refuse_while_writing_to
from employer_app.domain.address import BadAddress, check_address
from employer_app.domain.errors import Changed, NotFound, Refused
from employer_app.domain.event import EventKind
from employer_app.domain.language import language_code
from employer_app.domain.person_name import clean_name, name_problem, search_key
from employer_app.domain.phone import phone_key
from employer_app.domain.role import Person, Verb, require
from employer_app.extensions import transaction
from employer_app.ledger.record import NewFact, lock, record
from employer_app.models import Application, Candidate

#: what a letter uses: a change makes every reviewed message about this person stale
IN_LETTERS = frozenset({"name", "call_name", "address", "language", "do_not_mail"})
LONGEST = {"phone": 60, "country": 60}
_SLICE = 500


class Merged(Changed):
    """Nothing was saved: this record is one person with another, `kept_id`, which stands for both."""

    def __init__(self, name: str, kept_id: int) -> None:
        super().__init__(
            f"This record of {name} was merged with another one.",
            "Nothing was saved. Use the one that is kept.",
        )
        self.kept_id = kept_id


@dataclass(frozen=True)
class Details:
    """What a form says of a person; blank means none."""

    name: str
    address: str = ""
    call_name: str = ""
    second_address: str = ""
    phone: str = ""
    language: str = ""
    country: str = ""
    do_not_mail: bool = False


def checked(given: Details) -> Details:
    """The details as they may be kept. Raises Refused with the field, in words."""
    name = _name(given.name, "name", given.address)
    call_name = _name(given.call_name, "call_name", "") if given.call_name.strip() else ""
    address = _address(given.address, "address")
    second = _address(given.second_address, "second_address")
    if second and not address:
        raise Refused("The first address is empty.", "Move the second one there.", "address")
    if second and _key(second) == _key(address):
        raise Refused("Both addresses are the same.", "Leave the second one empty.", "second_address")
    short = {field: _short(getattr(given, field), field) for field in LONGEST}
    language = _language(given.language)
    return Details(
        name=name,
        address=address,
        call_name=call_name,
        second_address=second,
        do_not_mail=given.do_not_mail,
        language=language,
        **short,
    )


def columns(details: Details) -> dict[str, object]:
    """The columns of a candidate for checked details, with what is derived from them."""
    return {
        **asdict(details),
        "address": details.address or None,
        "address_key": _key(details.address),
        "second_address": details.second_address or None,
        "second_address_key": _key(details.second_address),
        "phone_key": phone_key(details.phone, details.country),
        "search_key": search_key(
            " ".join(filter(None, (details.name, details.call_name, details.address, details.second_address)))
        ),
    }


def edit_person(
    *, actor: Person, candidate_id: int, version: int, details: Details, force: bool = False
) -> bool:
    """Keep the details; False when nothing changed. Raises OnItsWay unless `force`, Changed when stale."""
    require(actor, Verb.EDIT)
    details = checked(details)
    with transaction() as session:
        candidate = lock_candidate(session, candidate_id)
        if candidate.version != version:
            raise Changed(
                f"{candidate.name} changed while you were looking.",
                "Nothing was saved. Compare what you typed with what is kept now, and save again.",
            )
        before, after = asdict(details_of(candidate)), asdict(details)
        fields = sorted(field for field in after if after[field] != before[field])
        if not fields:
            return False
        stale = bool(IN_LETTERS & set(fields))
        if stale and not force:
            refuse_while_writing_to(session, candidate.id)
        for column, value in columns(details).items():
            setattr(candidate, column, value)
        rows = _applications(session, candidate.id)
        if stale:
            candidate.version += 1
            for row in rows:
                row.version += 1
        payload = {"before": {f: before[f] for f in fields}, "after": {f: after[f] for f in fields}}
        facts = [NewFact(row.id, EventKind.CANDIDATE_CHANGED, {"fields": fields}, payload) for row in rows]
        record(session, facts, actor_id=actor.user_id)
        return True


def lock_candidate(session: Session, candidate_id: int) -> Candidate:
    """Raises NotFound, also for a person whose data were erased, and Merged."""
    query = (
        sa.select(Candidate)
        .where(Candidate.id == candidate_id, Candidate.erased_at.is_(None))
        .with_for_update(key_share=True)
        .execution_options(populate_existing=True)
    )
    candidate = session.scalar(query)
    if candidate is None:
        raise NotFound("There is no such person.", "They may have been removed.")
    if candidate.merged_into_id is not None:
        raise Merged(candidate.name, candidate.merged_into_id)
    return candidate


def living(session: Session, candidate_ids: Iterable[int]) -> Mapping[int, int]:
    """For each record the one that stands for it now: itself, or the one it was merged into.

    They stay locked until the transaction ends, so that nobody merges them meanwhile: for whoever adds
    applications to people that were found before. Raises Changed when somebody was faster.
    """
    asked = sorted(set(candidate_ids))
    there = _stand_for(session, asked, locked=False)
    both = sorted({*asked, *there.values()})
    now_there = _stand_for(session, both, locked=True)
    if any(now_there[each] != there[each] for each in asked):
        raise Changed("Records of these people were merged at this moment.", "Nothing was saved. Try again.")
    return there


def _stand_for(session: Session, ids: list[int], *, locked: bool) -> dict[int, int]:
    found: dict[int, int] = {}
    for start in range(0, len(ids), _SLICE):
        query = (
            sa.select(Candidate.id, sa.func.coalesce(Candidate.merged_into_id, Candidate.id).label("by"))
            .where(Candidate.id.in_(ids[start : start + _SLICE]))
            .order_by(Candidate.id)
        )
        rows = session.execute(query.with_for_update(key_share=True) if locked else query)
        found |= {row.id: row.by for row in rows}
    return found


def _applications(session: Session, candidate_id: int) -> list[Application]:
    ids = session.scalars(sa.select(Application.id).where(Application.candidate_id == candidate_id)).all()
    return list(lock(session, ids))


def details_of(row: Candidate) -> Details:
    """What a form would say of this person."""
    return Details(
        name=row.name,
        address=row.address or "",
        call_name=row.call_name,
        second_address=row.second_address or "",
        phone=row.phone,
        language=row.language,
        country=row.country,
        do_not_mail=row.do_not_mail,
    )


def _name(text: str, field: str, address: str) -> str:
    problem = name_problem(text, address or None)
    if problem and problem.blocks:
        raise Refused(problem.message, field=field)
    return clean_name(text)


def _language(text: str) -> str:
    code = language_code(text)
    if text.strip() and not code:
        raise Refused("We do not know this language.", "Write its English name, such as Dutch.", "language")
    return code


def _address(text: str, field: str) -> str:
    if not text.strip():
        return ""
    try:
        return check_address(text).given
    except BadAddress as error:
        raise Refused(str(error), field=field) from None


def _key(address: str) -> str | None:
    return check_address(address).key if address else None


def _short(text: str, field: str) -> str:
    text = " ".join(text.replace("\0", "").split())
    if len(text) > LONGEST[field]:
        raise Refused(f"This is longer than {LONGEST[field]} characters.", "Shorten it.", field)
    return text
