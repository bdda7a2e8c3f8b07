"""Begin a correction of what has left: to exactly the people whom the wrong message reached, or may have.

Law: it decides nothing and is reviewed and confirmed like any list. Nobody is corrected twice by accident:
who has had one is only in it when somebody has ticked them.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence

import sqlalchemy as sa

from employer_app.actions.plans.own_texts import with_own_texts
from employer_app.actions.plans.start import begin, style_of
from employer_app.domain.correction import correction_choices
from employer_app.domain.errors import NotFound, Refused
from employer_app.domain.role import Person, Verb, require
from employer_app.extensions import db
from employer_app.models import Application, Batch, Message
from employer_app.queries.chosen import languages_read
from employer_app.queries.corrections import Mistaken, left_of


def correct_message(*, message_id: int, actor: Person, again: bool = False) -> int:
    """A plan of the correction of one message. `again`: also when it has been corrected. Raises NotFound."""
    require(actor, Verb.MAIL)
    if db.session.get(Message, message_id) is None:
        raise NotFound("There is no such message.")
    people = left_of(actor, message_id=message_id)
    if not people:
        raise Refused("This message has not left.", "Stop it, or cancel it, and write it again.")
    one = people[0]
    if one.corrections and not again:
        raise Refused(_said(one), "Look at it first. Then you can write another one.")
    return _begin(people, actor)


def correct_batch(*, batch_id: int, actor: Person, application_ids: Collection[int] | None = None) -> int:
    """A plan of the correction of a send list; `application_ids` None: everybody who has had none yet.

    Raises NotFound, also for somebody whom no message of the list has reached.
    """
    require(actor, Verb.MAIL)
    if db.session.get(Batch, batch_id) is None:
        raise NotFound("There is no such send list.")
    people = left_of(actor, batch_id=batch_id)
    if not people:
        raise Refused("No message of this list has left.", "Undo the list, and write it again.")
    if application_ids is None:
        chosen = [one for one in people if not one.corrections]
        if not chosen:
            raise Refused(
                "Everybody in this list has had a correction, or has one on its way.",
                "Tick those who need another one.",
            )
        return _begin(chosen, actor)
    wanted = set(application_ids)
    if not wanted:
        raise Refused("Nobody is ticked.", "Tick at least one person.")
    if not wanted <= {one.application_id for one in people}:
        raise NotFound("One of these people is not in this send list.", "Nothing was done.")
    return _begin([one for one in people if one.application_id in wanted], actor)


def _said(one: Mistaken) -> str:
    if one.on_its_way:
        return f"A correction of this message is on its way to {one.name} already."
    return f"{one.name} has had a correction of this message already."


def _begin(people: Sequence[Mistaken], actor: Person) -> int:
    corrects = {one.application_id: one.message_id for one in people}
    job_id = db.session.scalars(sa.select(Application.job_id).where(Application.id == min(corrects))).one()
    again = [one.application_id for one in people if one.corrections]
    choices = correction_choices(corrects, style_of(job_id), languages_read(actor, corrects), again)
    return begin(job_id, with_own_texts(choices, job_id, actor), actor)
