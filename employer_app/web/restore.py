"""After a restore or a move: what stands still and why, what had left before, and letting the rest go on."""

from __future__ import annotations

from flask import Blueprint, abort, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from employer_app import tasks
from employer_app.actions import restore as verbs
from employer_app.domain.errors import NotAllowed, Refused
from employer_app.domain.role import Verb, may
from employer_app.domain.words import t
from employer_app.extensions import setting
from employer_app.forms.base import Form, say
from employer_app.forms.restore import ReleaseForm
from employer_app.outbox import instance
from employer_app.outbox import restore as outbox
from employer_app.queries import restore as queries
from employer_app.web.gate import needs_proof
from employer_app.web.viewer import viewer

blueprint = Blueprint("restore", __name__)


@blueprint.get("/outbox/restored")
def index() -> ResponseReturnValue:
    return _page(ReleaseForm(formdata=None))


@blueprint.post("/outbox/restored/release")
def release() -> ResponseReturnValue:
    """Everything goes on that had not left before."""
    form = ReleaseForm()
    if not form.sent():
        abort(400)
    try:
        done = verbs.release(actor=viewer(), typed_count=form.count)
    except NotAllowed:
        raise
    except Refused as refused:
        say(form, refused)
        return _page(form), 422
    tasks.deliver()
    flash(f"The outbox is open again. {t('page.messages', n=done)} let go.", "done")
    return _back()


@blueprint.post("/outbox/restored/settle")
def settle() -> ResponseReturnValue:
    """What had left before is asked about like all that may have arrived."""
    if not Form().sent():
        abort(400)
    done = verbs.settle_gone(actor=viewer())
    flash(f"{t('page.messages', n=done)} moved here. Say for each whether it arrived.", "person")
    return redirect(url_for("messages.index", state="in-doubt"), 303)


@blueprint.post("/outbox/restored/backlog")
def backlog() -> ResponseReturnValue:
    """What was due long ago is still right."""
    if not Form().sent():
        abort(400)
    verbs.let_backlog_go(actor=viewer())
    tasks.deliver()
    flash("The messages go on now.", "done")
    return redirect(url_for("messages.index"), 303)


@blueprint.post("/outbox/restored/adopt")
@needs_proof
def adopt() -> ResponseReturnValue:
    """This installation sends from now on, and no other."""
    if not Form().sent():
        abort(400)
    verbs.adopt(actor=viewer())
    flash("This installation sends now. What waited is held until somebody lets it go.", "done")
    return _back()


def _back() -> ResponseReturnValue:
    return redirect(url_for("restore.index"), 303)


def _page(form: ReleaseForm) -> str:
    standing, found = queries.standing(viewer()), outbox.standing()
    return render_template(
        "restore/index.html",
        form=form,
        standing=standing,
        stopped=found.stopped,
        stranger=instance.stranger(found.sends),
        here=instance.here().id,
        backlog=outbox.backlog(found.seen_at),
        may_adopt=may(viewer(), Verb.ADMINISTER),
        asks_count=standing.waiting > setting("TYPED_COUNT_FROM"),
        waiting=queries.stopped_by_restore(viewer(), gone=False),
        gone=queries.stopped_by_restore(viewer(), gone=True),
        most=queries.MOST,
    )
