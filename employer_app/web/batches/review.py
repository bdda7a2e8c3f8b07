"""Step 3: every message as it will be, and everybody who gets none. Nothing here is a draft of a draft."""

from __future__ import annotations

from typing import Any

from flask import Response, abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from employer_app.actions import plans
from employer_app.domain.errors import NotFound, Refused
from employer_app.domain.preflight import Check
from employer_app.domain.role import Verb, require
from employer_app.domain.words import t
from employer_app.outbox.to_oneself import Written, send_to_oneself
from employer_app.queries.batches import PlanHead, plan_head, plan_item, plan_rows
from employer_app.queries.plans import (
    changed_since,
    first_message,
    found,
    messages_of,
    place_of,
    seen_before,
    sender_line,
    skips_of,
)
from employer_app.web.batches.blueprint import (
    ID,
    blueprint,
    number,
    open_plan,
    steps_of,
    title_of,
)
from employer_app.web.files import answer_table
from employer_app.web.viewer import viewer

#: ways to look at a message, besides the one with what came from the record marked
VIEWS = ("plain", "mail")


@blueprint.get(f"/plans/<{ID}:plan_id>/review")
def review(plan_id: int) -> ResponseReturnValue:
    head = open_plan(plan_id)
    at = number("at") or first_message(viewer(), plan_id)
    view = request.args.get("view", "")
    view = view if view in VIEWS else ""
    return render_template(
        "batches/review.html",
        head=head,
        what=title_of(head.purpose),
        steps=steps_of(head, 3),
        flagged=messages_of(viewer(), plan_id, flagged=True, after=number("flagged")),
        clear=messages_of(viewer(), plan_id, flagged=False, after=number("after")),
        found=found(viewer(), plan_id),
        seen=seen_before(viewer(), plan_id),
        skips=skips_of(viewer(), plan_id, number("skipped")),
        item=plan_item(viewer(), plan_id, at) if at else None,
        place=place_of(viewer(), plan_id, at) if at else None,
        view=view or "marked",
        changed=changed_since(viewer(), plan_id),
        sender=sender_line(viewer()),
        link=lambda **more: _link(head, {"at": at, "view": view} | more),
    )


def _link(head: PlanHead, wanted: dict[str, Any]) -> str:
    """This page with other parameters; where one was in the lists stays."""
    kept = {name: request.args[name] for name in ("flagged", "after", "skipped") if name in request.args}
    here = {name: value for name, value in (kept | wanted).items() if value}
    return url_for("batches.review", plan_id=head.id, **here)


@blueprint.get(f"/plans/<{ID}:plan_id>/messages/<{ID}:application_id>/mail")
def mail_preview(plan_id: int, application_id: int) -> Response:
    """The mail itself, byte for byte; it stands in a frame that may do nothing."""
    item = plan_item(viewer(), plan_id, application_id)
    if not item.html:
        raise NotFound("This person gets no message.")
    return Response(item.html, mimetype="text/html")


@blueprint.post(f"/plans/<{ID}:plan_id>/messages/<{ID}:application_id>/to-me")
def send_to_me(plan_id: int, application_id: int) -> ResponseReturnValue:
    """This message in one's own mailbox, as its reader would get it."""
    require(viewer(), Verb.MAIL)
    open_plan(plan_id)
    item = plan_item(viewer(), plan_id, application_id)
    if not item.html:
        raise NotFound("This person gets no message.")
    try:
        to = send_to_oneself(actor=viewer(), letter=Written(item.subject, item.text, item.html))
    except Refused as refused:
        flash(str(refused), "late")
    else:
        flash(f"Sent to you at {to}, with “Test:” before the subject. {item.name} got nothing.", "done")
    return redirect(url_for("batches.review", plan_id=plan_id, at=application_id) + "#message", 303)


@blueprint.post(f"/plans/<{ID}:plan_id>/leave-out")
def leave_out(plan_id: int) -> ResponseReturnValue:
    open_plan(plan_id)
    application_id = number("application_id") or 0
    place = place_of(viewer(), plan_id, application_id)
    plans.leave_out(plan_id=plan_id, application_id=application_id, actor=viewer())
    name = plan_item(viewer(), plan_id, application_id).name
    flash(f"{name} is left out and still waits for an answer.", "done")
    at = (place.next or place.previous) if place else None
    return redirect(url_for("batches.review", plan_id=plan_id, at=at), 303)


@blueprint.post(f"/plans/<{ID}:plan_id>/take-back")
def take_back(plan_id: int) -> ResponseReturnValue:
    open_plan(plan_id)
    application_id = number("application_id") or 0
    plans.leave_out(plan_id=plan_id, application_id=application_id, actor=viewer(), out=False)
    item = plan_item(viewer(), plan_id, application_id)
    flash(
        f"{item.name} stays without a message: {item.skip_reason}"
        if item.skip_reason
        else f"{item.name} is on the list again.",
        "soon" if item.skip_reason else "done",
    )
    return redirect(url_for("batches.review", plan_id=plan_id, at=application_id), 303)


@blueprint.post(f"/plans/<{ID}:plan_id>/fix")
def fix(plan_id: int) -> ResponseReturnValue:
    """One fix for all of a kind that the check before sending found."""
    open_plan(plan_id)
    what = request.form.get("what", "")
    try:
        check = Check(request.form.get("check", ""))
    except ValueError:
        abort(400)
    if what not in ("leave_out", "right", "again"):
        abort(400)
    if what == "leave_out":
        rule = request.form.get("rule", "")
        people = plans.leave_out_all(plan_id=plan_id, check=check, rule=rule, actor=viewer())
        flash(f"{t('page.people', n=people)} left out. They still wait for an answer.", "done")
    elif what == "right":
        people = plans.right_as_it_is(plan_id=plan_id, check=check, actor=viewer())
        flash(f"{t('page.people', n=people)}: right as it is. Nobody is asked again.", "done")
    else:
        plans.ask_again(plan_id=plan_id, check=check, actor=viewer())
        flash("These people are looked at again.", "done")
    return redirect(url_for("batches.review", plan_id=plan_id), 303)


@blueprint.post(f"/plans/<{ID}:plan_id>/refresh")
def refresh(plan_id: int) -> ResponseReturnValue:
    open_plan(plan_id)
    plans.refresh(plan_id=plan_id, actor=viewer())
    flash("The list is made anew from the records as they are now.", "done")
    return redirect(url_for("batches.review", plan_id=plan_id), 303)


@blueprint.get(f"/plans/<{ID}:plan_id>/skipped.csv")
def skipped_csv(plan_id: int) -> Response:
    """Who gets no message and why."""
    require(viewer(), Verb.EXPORT)
    plan_head(viewer(), plan_id)
    rows = plan_rows(viewer(), plan_id, skipped=True)
    table = [(row.name, row.address, row.skip_reason) for row in rows]
    return answer_table(f"skipped-{plan_id}", ("Name", "E-mail", "Why no message"), table)
