"""Who stood for a text that the wording check would have stopped. Kept for ever, and it names no reader.

Call inside the transaction that confirms the list.
"""

from __future__ import annotations

from collections.abc import Collection

from sqlalchemy.orm import Session

from employer_app.domain.audience import Audience
from employer_app.domain.close_out import Choices
from employer_app.domain.event import ORGANISATION_SUBJECT, EventKind
from employer_app.domain.role import Person
from employer_app.ledger.record import NewFact
from employer_app.ledger.subject import record_on
from employer_app.models import Organisation


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
