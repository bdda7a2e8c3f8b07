"""Step 4: confirm, or ask a second person for the release of a large list.

Two presses are one send list; a list that changed since the review goes back to it.
"""

from __future__ import annotations

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from employer_app import tasks
from employer_app.actions import batches, leaving, plans, releases
from employer_app.actions.terms import needs_typed_count
from employer_app.domain.disposition import disposition
from employer_app.domain.errors import Changed, NeedsRelease, NotAllowed, NotFound, Refused
from employer_app.domain.message import Purpose
from employer_app.extensions import setting
from employer_app.forms.base import say
from employer_app.forms.batches import ConfirmForm
from employer_app.queries.batches import PlanHead, batch_head
from employer_app.queries.plans import changed_since, groups_of, reasons_of
from employer_app.queries.releases import latest_of
from employer_app.web.batches.blueprint import ID, blueprint, open_plan, steps_of, title_of
from employer_app.web.frame import frame
from employer_app.web.viewer import viewer


@blueprint.get(f"/plans/<{ID}:plan_id>/confirm")
def confirm(plan_id: int) -> ResponseReturnValue:
    head = open_plan(plan_id)
    return _page(head, ConfirmForm(formdata=None, data={"digest": head.digest}))


@blueprint.post(f"/plans/<{ID}:plan_id>/confirm")
def do_confirm(plan_id: int) -> ResponseReturnValue:
    head = open_plan(plan_id)
    form = ConfirmForm()
    try:
        return _confirm(plan_id, form)
    except (NotFound, NotAllowed):
        raise
    except Changed as changed:
        plans.refresh(plan_id=plan_id, actor=viewer())
        flash(str(changed), "late")
        return redirect(url_for("batches.review", plan_id=plan_id), 303)
    except Refused as refused:
        say(form, refused)
        return _page(head, form), 422


def _confirm(plan_id: int, form: ConfirmForm) -> ResponseReturnValue:
    digest, count = form.digest.data or "", form.count
    try:
        batch_id = batches.confirm(plan_id=plan_id, digest=digest, actor=viewer(), typed_count=count)
    except NeedsRelease:
        request_id = releases.ask(plan_id=plan_id, digest=digest, actor=viewer(), typed_count=count)
        return redirect(url_for("batches.release", request_id=request_id), 303)
    tasks.deliver(batch_head(viewer(), batch_id).due_at)
    return redirect(url_for("batches.show", batch_id=batch_id), 303)


def _page(head: PlanHead, form: ConfirmForm) -> str:
    decides = head.purpose is Purpose.DECISION
    return render_template(
        "batches/confirm.html",
        head=head,
        form=form,
        decides=decides,
        what=title_of(head.purpose),
        steps=steps_of(head, 4),
        groups=groups_of(viewer(), head.id),
        reasons=[(row, disposition(row.disposition).label) for row in reasons_of(viewer(), head.id)]
        if decides
        else [],
        leaving=leaving.leaving(plan_id=head.id, messages=head.messages, actor=viewer()),
        asks_count=needs_typed_count(head.purpose, head.messages),
        asked=latest_of(viewer(), head.id),
        changed=changed_since(viewer(), head.id),
        stays_here=_stays_here(),
    )


def _stays_here() -> str:
    """Why nothing would leave at that time, said before anybody confirms; empty when it would."""
    status = frame().status
    if not setting("MAIL_SERVER"):
        return "No mail server is set up. The messages wait here and none leaves until there is one."
    if status is None or status.safe_mode:
        return (
            "Safe mode is on. The messages wait here and none leaves until an administrator switches it off."
        )
    if status.paused:
        return f"The mail server is in trouble: {status.trouble} The messages wait and leave later."
    return ""
