"""The first few of a list and the rest: let the rest go, or set aside by name what is in the way."""

from __future__ import annotations

from flask import abort, flash, redirect, request, url_for
from flask.typing import ResponseReturnValue

from employer_app import tasks
from employer_app.actions import batch_undo, pilot
from employer_app.domain.errors import NotAllowed, NotFound, Refused
from employer_app.domain.release import Gate
from employer_app.forms.batches import WaiveForm
from employer_app.queries.pilots import Part, part_ids, pilot_of
from employer_app.web.batches.blueprint import ID, blueprint
from employer_app.web.filters import exact
from employer_app.web.viewer import viewer


@blueprint.post(f"/batches/<{ID}:batch_id>/rest/send")
def send_rest(batch_id: int) -> ResponseReturnValue:
    try:
        pilot.let_rest_go(batch_id=batch_id, actor=viewer())
    except (NotFound, NotAllowed):
        raise
    except Refused as refused:
        flash(str(refused), "late")
    else:
        found = pilot_of(viewer(), batch_id)
        if found and found.rest_due_at:
            tasks.deliver(found.rest_due_at)
            flash(f"The rest leaves {exact(found.rest_due_at)}. Until then it can be undone.", "done")
        else:
            flash("Nothing of the rest is left to leave.", "soon")
    return redirect(url_for("batches.show", batch_id=batch_id), 303)


@blueprint.post(f"/batches/<{ID}:batch_id>/rest/set-aside")
def waive(batch_id: int) -> ResponseReturnValue:
    """One thing that is in the way of the rest."""
    wanted = request.form.get("gate", "")
    if wanted not in set(Gate):
        abort(400)
    form = WaiveForm()
    try:
        pilot.waive(batch_id=batch_id, gate=Gate(wanted), because=form.because.data or "", actor=viewer())
    except (NotFound, NotAllowed):
        raise
    except Refused as refused:
        flash(str(refused), "late")
    else:
        flash("Set aside, with your name and your reason.", "done")
    return redirect(url_for("batches.show", batch_id=batch_id) + "#pilot", 303)


@blueprint.post(f"/batches/<{ID}:batch_id>/rest/undo")
def undo_part(batch_id: int) -> ResponseReturnValue:
    """Everything of the first few, or of the rest, that has not left."""
    wanted = request.form.get("part", "")
    if wanted not in set(Part):
        abort(400)
    ids = part_ids(viewer(), batch_id, Part(wanted))
    if not ids:
        raise NotFound("There is no such part of this list.")
    undone = batch_undo.undo(batch_id=batch_id, actor=viewer(), message_ids=ids)
    flash(f"{undone.stopped:,} will never leave, {undone.too_late or 'none'} left before.", "done")
    return redirect(url_for("batches.show", batch_id=batch_id), 303)
