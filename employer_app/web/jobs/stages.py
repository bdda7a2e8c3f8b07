"""The stages of a job on one page: add, rename, order, mark, remove. Each is one small form."""

from __future__ import annotations

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from employer_app.actions import stages
from employer_app.domain.errors import NotAllowed, NotFound, Refused
from employer_app.forms.base import say
from employer_app.forms.jobs import StageForm, StageNameForm
from employer_app.queries.jobs import job_head
from employer_app.web.viewer import viewer


def index(job_id: int) -> ResponseReturnValue:
    """The stages; a POST adds one."""
    if request.method == "GET":
        return _page(job_id, StageForm(formdata=None))
    form = StageForm()
    form.offer()
    if not form.sent():
        return _page(job_id, form), 422
    try:
        stages.add_stage(actor=viewer(), job_id=job_id, plan=form.plan())
    except (NotFound, NotAllowed):
        raise
    except Refused as refused:
        say(form, refused)
        return _page(job_id, form), 422
    flash(f"“{form.name.data}” is there now.", "done")
    return redirect(url_for("jobs.stages", job_id=job_id), 303)


def change(job_id: int, stage_id: int, act: str) -> ResponseReturnValue:
    try:
        _change(job_id, stage_id, act)
    except (NotFound, NotAllowed):
        raise
    except Refused as refused:
        typed = request.form.get("name", "") if act == "rename" else None
        return _page(job_id, StageForm(formdata=None), stage_id, refused, typed), 422
    return redirect(url_for("jobs.stages", job_id=job_id, _anchor=f"stage-{stage_id}"), 303)


def _change(job_id: int, stage_id: int, act: str) -> None:
    actor = viewer()
    if act == "rename":
        form = StageNameForm()
        if not form.sent():
            raise Refused(" ".join(str(problem) for problem in form.name.errors), field="name")
        stages.rename_stage(actor=actor, job_id=job_id, stage_id=stage_id, name=form.name.data or "")
    elif act == "mark":
        counts = request.form.get("counts") == "1"
        stages.mark_stage(actor=actor, job_id=job_id, stage_id=stage_id, counts_as_interview=counts)
    elif act == "delete":
        stages.delete_stage(actor=actor, job_id=job_id, stage_id=stage_id)
    else:
        places = -1 if act == "up" else 1
        stages.move_stage_by(actor=actor, job_id=job_id, stage_id=stage_id, places=places)


def _page(
    job_id: int, form: StageForm, at: int = 0, refused: Refused | None = None, typed: str | None = None
) -> str:
    form.offer()
    head = job_head(viewer(), job_id)
    return render_template("jobs/stages.html", head=head, form=form, at=at, refused=refused, typed=typed)
