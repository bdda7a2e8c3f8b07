"""A job's form, new and old, and its steps from draft to finished."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from employer_app.actions import jobs
from employer_app.actions.job_fields import JobFields
from employer_app.actions.jobs import StillOwed
from employer_app.domain.errors import Changed, NotAllowed, NotFound, Refused
from employer_app.domain.stage import DEFAULT_STAGES
from employer_app.forms.base import say
from employer_app.forms.choices import offered
from employer_app.forms.ids import number
from employer_app.forms.jobs import JobForm
from employer_app.queries.choices import team
from employer_app.queries.jobs import JobHead, job_form, job_head, place_choices
from employer_app.web.viewer import viewer


def new() -> ResponseReturnValue:
    if request.method == "GET":
        form = JobForm(formdata=None, data={"owner_id": viewer().user_id or 0, "contact_name": viewer().name})
        return _page(_offer(form))
    form = _offer(JobForm())
    if not form.sent():
        return _page(form), 422
    try:
        job_id = jobs.create_job(
            actor=viewer(), fields=JobFields(**form.typed()), draft=bool(form.draft.data)
        )
    except NotAllowed:
        raise
    except Refused as refused:
        say(form, refused)
        return _page(form), 422
    flash("The job is there. Add people by hand, or import a list of them.", "done")
    return redirect(url_for("jobs.show", job_id=job_id), 303)


def edit(job_id: int) -> ResponseReturnValue:
    stored = job_form(viewer(), job_id)
    head = job_head(viewer(), job_id)
    if request.method == "GET":
        form = JobForm(formdata=None, data={**stored.values, "version": stored.version})
        form.owner_id.data = stored.values["owner_id"] or 0
        form.informal.data = {True: "yes", False: "no"}.get(stored.values["informal"], "")
        return _page(_offer(form, head), head)
    form = _offer(JobForm(), head)
    if not form.sent():
        return _page(form, head), 422
    try:
        jobs.edit_job(
            actor=viewer(), job_id=job_id, fields=JobFields(**form.typed()), version=form.version.data or 0
        )
    except (NotFound, NotAllowed):
        raise
    except Refused as refused:
        say(form, refused)
        return _page(form, head), 409 if isinstance(refused, Changed) else 422
    flash("Saved.", "done")
    return redirect(url_for("jobs.show", job_id=job_id), 303)


def _offer(form: JobForm, head: JobHead | None = None) -> JobForm:
    form.place_id.choices = offered((place.id, place.name) for place in place_choices(viewer()))
    people = [(one.id, one.name) for one in team(viewer())]
    if head and head.owner_id and head.owner_id not in {one for one, _ in people}:
        people.append((head.owner_id, f"{head.owner} (can no longer sign in)"))
    form.owner_id.choices = offered([(0, "Nobody yet"), *people])
    return form


def _page(form: JobForm, head: JobHead | None = None) -> str:
    return render_template("jobs/form.html", form=form, head=head, usual=DEFAULT_STAGES)


_STEPS: Mapping[str, tuple[Callable[..., None], str]] = {
    "open": (jobs.open_job, "The job is open. People can be added to it."),
    "close": (
        jobs.close_job,
        "The job takes no more applications. Everybody who is left gets a final answer.",
    ),
    "reopen": (jobs.reopen_job, "Done: the job is as it was before."),
    "finish": (jobs.finish_job, "The job is finished. Everybody in it has been answered."),
}


def step(job_id: int, step: str) -> ResponseReturnValue:
    verb, said = _STEPS[step]
    try:
        verb(actor=viewer(), job_id=job_id, version=number(request.form.get("version")) or 0)
    except (NotFound, NotAllowed):
        raise
    except StillOwed as owed:
        flash(str(owed), "soon")
        return redirect(url_for("jobs.show", job_id=job_id, owed="any"), 303)
    except Refused as refused:
        flash(str(refused), "soon")
    else:
        flash(said, "done")
    return redirect(url_for("jobs.show", job_id=job_id), 303)
