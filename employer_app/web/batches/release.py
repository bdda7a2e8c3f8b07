"""A second person looks at a large list before anybody is told: all that was flagged, ten more, any other.

Every write is a POST that ends in a redirect; the author reads the same page and can only take it back.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flask import Response, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from employer_app import tasks
from employer_app.actions import releases
from employer_app.domain.errors import Changed, NotAllowed, NotFound, Refused
from employer_app.forms.base import say
from employer_app.forms.batches import RefuseForm
from employer_app.queries import releases as queries
from employer_app.queries.batches import batch_head
from employer_app.queries.plans import sender_line
from employer_app.web.batches.blueprint import ID, blueprint, number, title_of
from employer_app.web.viewer import viewer

#: ways to look at a message, besides the one with what came from the record marked
VIEWS = ("plain", "mail")


@blueprint.get("/releases", endpoint="releases")
def all_requests() -> str:
    return render_template(
        "batches/releases.html",
        open=queries.open_requests(viewer()),
        over=queries.latest_requests(viewer()),
        me=viewer().user_id,
    )


@blueprint.get(f"/releases/<{ID}:request_id>")
def release(request_id: int) -> ResponseReturnValue:
    return _page(queries.request_head(viewer(), request_id), RefuseForm(formdata=None))


def _page(head: queries.RequestHead, form: RefuseForm) -> str:
    return render_template(
        "batches/release.html",
        head=head,
        what=title_of(head.purpose),
        mine=head.author_id == viewer().user_id,
        form=form,
        sender=sender_line(viewer()),
        **(_messages(head) if head.readable else {}),
    )


def _messages(head: queries.RequestHead) -> dict[str, Any]:
    flagged = queries.flagged(viewer(), head, number("flagged"))
    drawn = queries.at_random(viewer(), head)
    first = [row.application_id for row in (*flagged.rows, *drawn)][:1]
    at = number("at") or (first[0] if first else None)
    view = request.args.get("view", "")
    view = view if view in VIEWS else ""
    return {
        "flagged": flagged,
        "drawn": drawn,
        "clear": queries.clear(viewer(), head, number("after")),
        "item": queries.message_of(viewer(), head, at) if at else None,
        "view": view or "marked",
        "link": lambda **more: _link(head, {"at": at, "view": view} | more),
    }


def _link(head: queries.RequestHead, wanted: dict[str, Any]) -> str:
    """This page with other parameters; where one was in the lists stays."""
    kept = {name: request.args[name] for name in ("flagged", "after") if name in request.args}
    here = {name: value for name, value in (kept | wanted).items() if value}
    return url_for("batches.release", request_id=head.id, **here)


@blueprint.get(f"/releases/<{ID}:request_id>/messages/<{ID}:application_id>/mail")
def release_mail_preview(request_id: int, application_id: int) -> Response:
    """The mail itself, byte for byte; it stands in a frame that may do nothing."""
    head = queries.request_head(viewer(), request_id)
    item = queries.message_of(viewer(), head, application_id)
    return Response(item.html, mimetype="text/html")


@blueprint.post(f"/releases/<{ID}:request_id>/approve")
def approve(request_id: int) -> ResponseReturnValue:
    try:
        batch_id = releases.approve(request_id=request_id, actor=viewer())
    except (NotFound, NotAllowed):
        raise
    except (Changed, Refused) as refused:
        flash(str(refused), "late")
        return redirect(url_for("batches.release", request_id=request_id), 303)
    tasks.deliver(batch_head(viewer(), batch_id).due_at)
    flash("Released with your name. Nothing has left yet; until then it can still be undone.", "done")
    return redirect(url_for("batches.show", batch_id=batch_id), 303)


@blueprint.post(f"/releases/<{ID}:request_id>/refuse")
def refuse(request_id: int) -> ResponseReturnValue:
    form = RefuseForm()

    def send_back() -> None:
        releases.refuse(request_id=request_id, because=form.because.data or "", actor=viewer())

    return _answer(request_id, send_back, "Sent back. Nothing was sent to anybody.", form)


@blueprint.post(f"/releases/<{ID}:request_id>/withdraw")
def withdraw(request_id: int) -> ResponseReturnValue:
    return _answer(
        request_id,
        lambda: releases.withdraw(request_id=request_id, actor=viewer()),
        "Taken back. Nothing was sent to anybody, and the list is still there.",
        RefuseForm(formdata=None),
    )


def _answer(request_id: int, act: Callable[[], None], done: str, form: RefuseForm) -> ResponseReturnValue:
    try:
        act()
    except (NotFound, NotAllowed):
        raise
    except Refused as refused:
        if refused.field:
            say(form, refused)
            return _page(queries.request_head(viewer(), request_id), form), 422
        flash(str(refused), "late")
    else:
        flash(done, "done")
    return redirect(url_for("batches.release", request_id=request_id), 303)
