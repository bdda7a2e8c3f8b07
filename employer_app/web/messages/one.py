"""One message: its text, the way it went, and what a person can decide about it."""

from __future__ import annotations

from contextlib import suppress

from flask import Response, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from employer_app import tasks
from employer_app.actions import messages as verbs
from employer_app.actions.messages import Answered
from employer_app.actions.stale import stopped_by_restore
from employer_app.domain.errors import NotAllowed, NotFound, Refused
from employer_app.domain.message import MessageStatus, Purpose
from employer_app.domain.role import Verb, may
from employer_app.extensions import DatabaseTrouble
from employer_app.outbox.cancel import CANCELLABLE
from employer_app.outbox.letter import headers_of
from employer_app.queries.one_message import Shown, message
from employer_app.web.batches.blueprint import ID
from employer_app.web.messages.blueprint import blueprint
from employer_app.web.paths import own_path
from employer_app.web.viewer import viewer

_STOPPABLE = frozenset({MessageStatus.QUEUED, MessageStatus.CLAIMED})


@blueprint.get(f"/messages/<{ID}:message_id>")
def show(message_id: int) -> ResponseReturnValue:
    shown = message(viewer(), message_id)
    view = request.args.get("view", "")
    status = shown.message.status
    answer = render_template(
        "messages/show.html",
        shown=shown,
        message=shown.message,
        headers=headers_of(shown.message),
        stoppable=status in CANCELLABLE,
        delayed=bool(shown.message.attempts) and status in _STOPPABLE,
        stuck=verbs.release_refusal(message_id=message_id, actor=viewer())
        if status is MessageStatus.HELD
        else "",
        restored=stopped_by_restore(shown.message),
        can_write_again=status in {MessageStatus.HELD, MessageStatus.CANCELLED}
        or (status is MessageStatus.FAILED and shown.owed),
        tells=shown.message.purpose is Purpose.DECISION,
        view=view if view == "mail" else "plain",
    )
    _looked(shown)
    return answer


def _looked(shown: Shown) -> None:
    """Whoever opened a failure or a doubt has looked at it; a browser that only fetches ahead has not."""
    ahead = "prefetch" in request.headers.get("Sec-Purpose", "")
    if shown.unseen and request.method == "GET" and not ahead and may(viewer(), Verb.MAIL):
        with suppress(DatabaseTrouble):  # reading goes on while nothing can be written
            verbs.leave(message_ids=[shown.message.id], actor=viewer())


@blueprint.get(f"/messages/<{ID}:message_id>/mail")
def mail_preview(message_id: int) -> Response:
    """The mail itself, byte for byte; it stands in a frame that may do nothing."""
    html = message(viewer(), message_id).message.html
    if not html:
        raise NotFound("This message has plain text only.")
    return Response(html, mimetype="text/html")


@blueprint.post(f"/messages/<{ID}:message_id>/release")
def release(message_id: int) -> ResponseReturnValue:
    """Let a stopped message go as it is."""
    if _done(verbs.release(message_ids=[message_id], actor=viewer())):
        tasks.deliver()
        flash("It is queued again, and leaves at the time that is given here.", "done")
    return _to(message_id)


@blueprint.post(f"/messages/<{ID}:message_id>/try-now")
def try_now(message_id: int) -> ResponseReturnValue:
    if _done(verbs.try_now(message_ids=[message_id], actor=viewer())):
        tasks.deliver()
        flash("It is tried again now.", "done")
    return _to(message_id)


def _done(answered: Answered) -> bool:
    for why in answered.missed.values():
        flash(why, "late")
    return bool(answered.done)


@blueprint.post(f"/messages/<{ID}:message_id>/cancel")
def cancel(message_id: int) -> ResponseReturnValue:
    """Until it is handed over; what it would have told is undone with it."""
    name = message(viewer(), message_id).message.name
    if verbs.call_off(message_ids=[message_id], actor=viewer()).done:
        flash(f"The message to {name} will never leave. {name} still waits for an answer.", "done")
    else:
        flash(f"Too late: the message to {name} has been handed over, or was stopped before.", "late")
    target = own_path(request.form.get("next", ""))
    return redirect(target, 303) if target != "/" else _to(message_id)


@blueprint.post(f"/messages/<{ID}:message_id>/write-again")
def write_again(message_id: int) -> ResponseReturnValue:
    try:
        plan_id = verbs.write_again(message_id=message_id, actor=viewer())
    except (NotFound, NotAllowed):
        raise
    except Refused as refused:
        flash(str(refused), "late")
        return _to(message_id)
    return redirect(url_for("batches.text", plan_id=plan_id), 303)


def _to(message_id: int) -> ResponseReturnValue:
    return redirect(url_for("messages.show", message_id=message_id), 303)
