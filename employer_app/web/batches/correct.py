"""A correction of what has left: of one message, or of a send list for all its people or some.

Nothing leaves by this.
"""

from __future__ import annotations

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from employer_app.actions import plans
from employer_app.domain.errors import NotAllowed, NotFound, Refused
from employer_app.domain.role import Verb, require
from employer_app.forms.base import Form, say
from employer_app.queries.batches import batch_head
from employer_app.queries.corrections import SHOWN, corrected, mistaken
from employer_app.web.batches.blueprint import ID, blueprint, numbers
from employer_app.web.viewer import viewer

LONGEST_NAME = 200


@blueprint.get(f"/batches/<{ID}:batch_id>/correct")
def correct(batch_id: int) -> ResponseReturnValue:
    require(viewer(), Verb.MAIL)
    return _page(batch_id, Form(formdata=None))


@blueprint.post(f"/batches/<{ID}:batch_id>/correct", endpoint="begin_correction")
def begin(batch_id: int) -> ResponseReturnValue:
    form = Form()
    everybody = request.form.get("who") != "ticked"
    if not form.sent():
        return _page(batch_id, form), 422
    try:
        chosen = None if everybody else numbers("person")
        plan_id = plans.correct_batch(batch_id=batch_id, actor=viewer(), application_ids=chosen)
    except (NotFound, NotAllowed):
        raise
    except Refused as refused:
        say(form, refused)
        return _page(batch_id, form), 422
    return redirect(url_for("batches.text", plan_id=plan_id), 303)


@blueprint.post(f"/messages/<{ID}:message_id>/correct", endpoint="correct_message")
def begin_one(message_id: int) -> ResponseReturnValue:
    try:
        again = request.form.get("again") == "1"
        plan_id = plans.correct_message(message_id=message_id, actor=viewer(), again=again)
    except (NotFound, NotAllowed):
        raise
    except Refused as refused:
        flash(str(refused), "soon")
        return redirect(url_for("messages.show", message_id=message_id), 303)
    return redirect(url_for("batches.text", plan_id=plan_id), 303)


def _page(batch_id: int, form: Form) -> str:
    head, name = batch_head(viewer(), batch_id), request.values.get("name", "")[:LONGEST_NAME]
    counts = corrected(viewer(), batch_id)
    return render_template(
        "batches/correct.html",
        head=head,
        form=form,
        name=name,
        people=mistaken(viewer(), batch_id, name),
        counts=counts,
        rest=counts.left - counts.corrected - counts.on_their_way,
        shown=SHOWN,
        who=request.form.get("who", "all" if not name else "ticked"),
        ticked=frozenset(numbers("person")),
    )
