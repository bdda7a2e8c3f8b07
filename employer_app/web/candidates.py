"""People: add one to a job by hand, and change what we know of one."""

from __future__ import annotations

from datetime import date
from zoneinfo import ZoneInfo

from flask import Blueprint, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from employer_app.actions.applicants import AlreadyThere, Arrival, MayBeKnown, add_applicant
from employer_app.actions.candidates import Details, edit_person
from employer_app.actions.underway import OnItsWay
from employer_app.domain.clock import now
from employer_app.domain.errors import Changed, NotAllowed, NotFound, Refused
from employer_app.domain.language import language_name
from employer_app.forms.applications import ApplicantForm, PersonFields, moment
from employer_app.forms.candidates import PersonForm
from employer_app.forms.choices import offered
from employer_app.queries.candidates import CandidatePage, candidate_page
from employer_app.queries.choices import OpenJob, job_to_join
from employer_app.web.viewer import viewer

blueprint = Blueprint("candidates", __name__)

ID = "int(max=2147483647)"


@blueprint.get(f"/jobs/<{ID}:job_id>/applicants/new")
def new(job_id: int) -> ResponseReturnValue:
    job = job_to_join(viewer(), job_id)
    form = ApplicantForm(formdata=None, data={"received_on": _today(job.timezone), "ack_expected": True})
    return _new_page(job, form)


@blueprint.post(f"/jobs/<{ID}:job_id>/applicants/new")
def add(job_id: int) -> ResponseReturnValue:
    job = job_to_join(viewer(), job_id)
    form = ApplicantForm()
    form.stage_id.choices = offered((one.id, one.name) for one in job.stages)
    if not form.sent():
        return _new_page(job, form), 422
    try:
        application_id = add_applicant(
            actor=viewer(),
            job_id=job.id,
            details=_details(form),
            arrival=Arrival(
                received_at=moment(form.received_on.data, None, job.timezone, now()),
                ack_expected=bool(form.ack_expected.data),
                source=form.source.data or "",
                stage_id=form.stage_id.data,
            ),
            same_as=form.same_as(),
            somebody_else=form.somebody_else(),
        )
    except (NotFound, NotAllowed):
        raise
    except Refused as refused:
        return _new_page(job, form, refused), 422
    flash(f"{form.name.data} is in this job now.", "done")
    return redirect(url_for("applications.show", application_id=application_id), 303)


def _new_page(job: OpenJob, form: ApplicantForm, refused: Refused | None = None) -> str:
    form.stage_id.choices = offered((one.id, one.name) for one in job.stages)
    known = refused.people if isinstance(refused, MayBeKnown) else ()
    form.ask([(one.candidate_id, f"{one.name}, {one.address or 'no address'}") for one in known])
    _put(form, refused)
    return render_template(
        "candidates/new.html",
        job=job,
        form=form,
        refused=refused,
        known=known,
        there=refused.application_id if isinstance(refused, AlreadyThere) else None,
    )


@blueprint.get(f"/candidates/<{ID}:candidate_id>")
def edit(candidate_id: int) -> ResponseReturnValue:
    page = candidate_page(viewer(), candidate_id)
    if page.merged_into:
        flash(f"The record of {page.person.name} was merged into this one.", "done")
        return _to(page.merged_into.id)
    form = PersonForm(formdata=None, obj=page.person)
    form.language.data = language_name(page.person.language)
    return _edit_page(page, form)


@blueprint.post(f"/candidates/<{ID}:candidate_id>")
def save(candidate_id: int) -> ResponseReturnValue:
    page = candidate_page(viewer(), candidate_id)
    if page.merged_into:
        flash("That record was merged into this one. Nothing was saved: change it here.", "soon")
        return _to(page.merged_into.id)
    form = PersonForm()
    if form.swap.data:
        form.address.data, form.second_address.data = form.second_address.data, form.address.data
    if not form.sent():
        return _edit_page(page, form), 422
    try:
        changed = edit_person(
            actor=viewer(),
            candidate_id=candidate_id,
            version=form.version.data or 0,
            details=_details(form),
            force=str(form.force.data) == "1",
        )
    except (NotFound, NotAllowed):
        raise
    except Refused as refused:
        return _edit_page(candidate_page(viewer(), candidate_id), form, refused), 422
    flash("Saved." if changed else "Nothing was changed.", "done")
    return _to(candidate_id)


def _to(candidate_id: int) -> ResponseReturnValue:
    return redirect(url_for("candidates.edit", candidate_id=candidate_id), 303)


def _edit_page(page: CandidatePage, form: PersonForm, refused: Refused | None = None) -> str:
    _put(form, refused)
    return render_template(
        "candidates/edit.html",
        page=page,
        form=form,
        refused=refused,
        on_its_way=refused if isinstance(refused, OnItsWay) else None,
        changed=isinstance(refused, Changed),
    )


def _put(form: PersonFields, refused: Refused | None) -> None:
    """A refusal stands beside the field that it is about; what was typed stays."""
    # which person is meant is asked in a box of its own
    if refused and refused.field and refused.field in form and not isinstance(refused, MayBeKnown):
        form[refused.field].errors = [*form[refused.field].errors, str(refused)]


def _details(form: PersonFields) -> Details:
    return Details(
        name=form.name.data or "",
        address=form.address.data or "",
        call_name=form.call_name.data or "",
        second_address=form.second_address.data or "",
        phone=form.phone.data or "",
        language=form.language.data or "",
        country=form.country.data or "",
        do_not_mail=bool(form.do_not_mail.data) if isinstance(form, PersonForm) else False,
    )


def _today(zone: str) -> date:
    return now().astimezone(ZoneInfo(zone)).date()
