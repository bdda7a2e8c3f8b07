"""Who stood for what: a text that the wording check would have stopped, a list that others had to release.
Kept for ever, and it names no reader.

Call inside the transaction that confirms the list.
"""

from __future__ import annotations

from collections.abc import Collection

from sqlalchemy.orm import Session

from employer_app.actions.terms import Terms
from employer_app.domain.audience import Audience
from employer_app.domain.close_out import Choices
from employer_app.domain.event import ORGANISATION_SUBJECT, EventKind
from employer_app.domain.release import Released
from employer_app.domain.role import Person
from employer_app.ledger.record import NewFact
from employer_app.ledger.subject import record_on
from employer_app.models import Batch, Organisation


def note_says_no(
    session: Session, batch_id: int, choices: Choices, groups: Collection[str], actor: Person
) -> None:
    """Of these groups of the list, the texts of which somebody says that they do say no."""
    stood_for = sorted(group for group in groups if choices.groups[Audience.parse(group)].says_no)
    if not stood_for:
        return
    row = session.get_one(Organisation, 1, with_for_update=True, populate_existing=True)
    facts = {"fields": ["text.says_no"], "confirmed_batch_id": batch_id, "groups": stood_for}
    fact = NewFact(0, EventKind.SETTINGS_CHANGED, facts)
    record_on(session, ORGANISATION_SUBJECT, row, fact, actor_id=actor.user_id)


def note_terms(session: Session, row: Organisation, batch: Batch, terms: Terms, actor: Person) -> None:
    """How a list came by its release, and what the command line stood for alone. The row is locked."""
    fields = [f"{what}.waived" for what in terms.waived]
    if terms.released in {Released.ALONE, Released.SECOND_PERSON}:
        fields.append(f"release.{terms.released.value}")
    facts = {"fields": fields, "of_batch_id": batch.id, "messages": batch.messages}
    by = batch.released_by or actor.user_id
    record_on(session, ORGANISATION_SUBJECT, row, NewFact(0, EventKind.SETTINGS_CHANGED, facts), actor_id=by)
