"""Pause a send list and let it go on; and when it will be through, or why nobody can know."""

from __future__ import annotations

from flask import flash, redirect, url_for
from flask.typing import ResponseReturnValue

from employer_app import tasks
from employer_app.actions import sending
from employer_app.domain import times
from employer_app.domain.clock import now
from employer_app.domain.errors import NotAllowed, NotFound, Refused
from employer_app.domain.words import t
from employer_app.extensions import setting
from employer_app.forms.batches import PauseForm
from employer_app.queries.batches import BatchHead
from employer_app.queries.pace import finish
from employer_app.web.batches.blueprint import ID, blueprint
from employer_app.web.filters import here
from employer_app.web.frame import frame
from employer_app.web.viewer import viewer


@blueprint.post(f"/batches/<{ID}:batch_id>/pause")
def pause(batch_id: int) -> ResponseReturnValue:
    try:
        sending.pause_batch(batch_id=batch_id, actor=viewer(), because=PauseForm().because.data or "")
    except (NotFound, NotAllowed):
        raise
    except Refused as refused:
        flash(str(refused), "late")
    else:
        flash("Paused. Nothing more of this list leaves until somebody lets it go on.", "done")
    return redirect(url_for("batches.show", batch_id=batch_id), 303)


@blueprint.post(f"/batches/<{ID}:batch_id>/resume")
def resume(batch_id: int) -> ResponseReturnValue:
    sending.resume_batch(batch_id=batch_id, actor=viewer())
    tasks.deliver()
    flash("This list goes on; each message leaves at its time.", "done")
    return redirect(url_for("batches.show", batch_id=batch_id), 303)


def finish_words(head: BatchHead) -> str:
    """One or two sentences; empty when nothing of the list is left to leave."""
    found = finish(viewer(), head.id, head.purpose)
    if found is None:
        return ""
    if why := _nobody_knows(head):
        return t("pace.unknown", why=why)
    if found.at is None:
        return t("pace.no_figures", when=times.about(head.due_at, now(), here()))
    said = [t("pace.finishes", when=times.about(found.at, now(), here()))]
    if found.ahead:
        said.append(t("pace.ahead", n=found.ahead))
    return " ".join(said)


def _nobody_knows(head: BatchHead) -> str:
    status = frame().status
    reasons = (
        (head.paused_at is not None, "paused"),
        (status is not None and status.stopped_at is not None, "stopped"),
        (not setting("MAIL_SERVER"), "no_server"),
        (status is None or status.safe_mode, "safe_mode"),
        (status is not None and status.paused, "trouble"),
        (status is not None and status.worker_away, "no_worker"),
        (head.rest_waits, "pilot"),
    )
    return next((t(f"pace.because.{word}") for applies, word in reasons if applies), "")
