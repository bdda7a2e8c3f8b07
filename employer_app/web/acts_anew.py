"""What begins an application anew, as acts on its page: moved to another job and back, or opened again."""

from __future__ import annotations

from dataclasses import dataclass

from employer_app.actions import job_moves, reopening
from employer_app.domain.errors import Refused
from employer_app.domain.role import Person
from employer_app.forms import applications as forms
from employer_app.queries.applications import ApplicationPage
from employer_app.queries.moves import open_stages
from employer_app.web.viewer import viewer


@dataclass(frozen=True)
class Landed:
    """The application to look at afterwards."""

    application_id: int


def offer_jobs(form: forms.MoveJobForm, page: ApplicationPage) -> None:
    form.offer([(one.id, one.name, one.job) for one in open_stages(viewer(), page.job_id)])


def move_job(actor: Person, page: ApplicationPage, form: forms.MoveJobForm) -> Landed:
    if not form.stage_id.data:
        raise Refused("Choose a job and a stage.", "", "stage_id")
    moved = job_moves.move_to_job(
        actor=actor,
        application_id=page.id,
        stage_id=form.stage_id.data,
        version=form.version.data or 0,
        reason=form.reason.data or "",
        force=form.forced,
    )
    return Landed(moved)


def undo_move(actor: Person, page: ApplicationPage, form: forms.ActForm) -> Landed:
    return Landed(job_moves.undo_move(actor=actor, application_id=page.id, version=form.version.data or 0))


def reopen(actor: Person, page: ApplicationPage, form: forms.ReopenForm) -> None:
    reopening.reopen(
        actor=actor,
        application_id=page.id,
        version=form.version.data or 0,
        reason=form.reason.data or "",
        force=form.forced,
    )
