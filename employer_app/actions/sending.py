"""Stop everything, pause one send list, set the pace; each with its way back. Nothing is lost, all waits.

What is being handed over at that very moment cannot be called back; whatever comes after it stays here.
"""

from __future__ import annotations

import sqlalchemy as sa
from sqlalchemy.orm import Session

from employer_app.actions.settings import change_organisation, locked_organisation, one_line
from employer_app.domain.clock import now
from employer_app.domain.errors import NotFound, Refused
from employer_app.domain.event import ORGANISATION_SUBJECT, EventKind
from employer_app.domain.pace import Limits, Preset, presets
from employer_app.domain.restore import is_restore
from employer_app.domain.role import Person, Verb, require
from employer_app.extensions import transaction
from employer_app.ledger.record import NewFact
from employer_app.ledger.subject import record_on
from employer_app.models import Batch, Organisation

#: above these it is no limit but a slip
_MOST = {"second": 1_000, "minute": 60_000, "day": 10_000_000, "domain_minute": 60_000}


def stop_everything(*, actor: Person, because: str = "") -> None:
    """From now on nothing leaves to candidates, of no list. Stopping twice keeps who was first, and why."""
    require(actor, Verb.MAIL)
    because = one_line(because, "because")
    with transaction() as session:
        row = locked_organisation(session)
        if row.stopped_at is None:
            row.stopped_at, row.stopped_by, row.stopped_because = now(), actor.user_id, because
            _note(session, row, actor, "stopped", because)


def go_on(*, actor: Person) -> None:
    """Messages leave again at their time. Raises Refused after a restore: then a person looks first."""
    require(actor, Verb.MAIL)
    with transaction() as session:
        row = locked_organisation(session)
        if row.stopped_at is not None and is_restore(row.stopped_because):
            raise Refused(row.stopped_because, "Look at what waits, and let it go there.")
        if row.stopped_at is not None:
            row.stopped_at = row.stopped_by = None
            row.stopped_because = ""
            _note(session, row, actor, "went_on")


def pause_batch(*, batch_id: int, actor: Person, because: str = "") -> None:
    """Nothing more of this list leaves until somebody lets it. Raises NotFound."""
    require(actor, Verb.MAIL)
    because = one_line(because, "because")
    with transaction() as session:
        row, batch = _locked(session, batch_id)
        if batch.paused_at is None:
            batch.paused_at, batch.paused_by, batch.paused_because = now(), actor.user_id, because
            _note(session, row, actor, "list_paused", because, batch_id=batch_id)


def resume_batch(*, batch_id: int, actor: Person) -> None:
    """Let it go on, whoever paused it: somebody, or the list itself. Raises NotFound."""
    require(actor, Verb.MAIL)
    with transaction() as session:
        row, batch = _locked(session, batch_id)
        if batch.paused_at is not None:
            # a list that paused itself left no note when it did: why it had stood still is kept here
            _note(session, row, actor, "list_resumed", batch.paused_because, batch_id=batch_id)
            batch.paused_at = batch.paused_by = None
            batch.paused_because = ""


def set_pace(*, actor: Person, preset: Preset, own: Limits | None = None) -> None:
    """How fast messages may leave: as a common mailbox takes them, or by figures of one's own.

    Raises Refused, naming the figure.
    """
    require(actor, Verb.ADMINISTER)
    limits = _checked(Limits() if own is None else own) if preset is Preset.OWN else presets()[preset].limits
    wanted = {"pace_preset": preset.value, **{f"pace_{name}": getattr(limits, name) for name in _MOST}}
    change_organisation(actor, wanted)


def _checked(own: Limits) -> Limits:
    for name, most in _MOST.items():
        figure = getattr(own, name)
        if figure is not None and not 1 <= figure <= most:
            raise Refused("This is not a pace.", f"Use 1 to {most:,}, or leave it empty.", f"pace_{name}")
    if not own:
        raise Refused("No figure is given.", "Give one, or choose “no limit”.", "pace_minute")
    return own


def _locked(session: Session, batch_id: int) -> tuple[Organisation, Batch]:
    """The organisation first: whoever writes to both takes them in this order."""
    row = locked_organisation(session)
    batch = session.scalars(
        sa.select(Batch)
        .where(Batch.id == batch_id)
        .with_for_update()
        .execution_options(populate_existing=True)
    ).one_or_none()
    if batch is None:
        raise NotFound("There is no such send list.")
    return row, batch


def _note(
    session: Session, row: Organisation, actor: Person, what: str, because: str = "", **of: int
) -> None:
    fact = NewFact(0, EventKind.SETTINGS_CHANGED, {"fields": [f"sending.{what}"], **of}, {"because": because})
    record_on(session, ORGANISATION_SUBJECT, row, fact, actor_id=actor.user_id)
