"""The letter that says that an application is open again, and asks whether they still want the job."""

from __future__ import annotations

from employer_app.actions.plans.start import start_letter, style_for
from employer_app.domain.errors import NotFound, Refused
from employer_app.domain.message import Kind
from employer_app.domain.own_letter import first_choice
from employer_app.domain.role import Person, Verb, require
from employer_app.domain.starter import Letter, nearest
from employer_app.domain.status import LIVE
from employer_app.extensions import db
from employer_app.models import Application
from employer_app.queries.message_templates import letters_in


def start_reopened(*, application_id: int, actor: Person) -> int:
    """A plan of it, with a letter of our own where there is one. Raises NotFound, and Refused for whoever is
    not in the running."""
    require(actor, Verb.MAIL)
    application = db.session.get(Application, application_id)
    if application is None:
        raise NotFound("There is no such application.")
    if application.status not in LIVE:
        raise Refused("This application is not open.", "Reopen it first.")
    style = style_for(application_id, actor)
    letter: Letter = nearest(Kind.REOPENED, style)
    own = letters_in(actor, application.job_id, style.language)
    ours = first_choice(own, letter, language=style.language, job_id=application.job_id, disposition="")
    return start_letter(application_id=application_id, letter=ours or letter, actor=actor)
