"""After the confirm: where the messages are, in numbers that add up, and what can still be stopped."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from flask import Response, flash, make_response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from employer_app.actions import batch_undo
from employer_app.domain.clock import now
from employer_app.domain.message import MessageStatus
from employer_app.domain.role import Verb, require
from employer_app.domain.words import t
from employer_app.forms.batches import PauseForm
from employer_app.queries.batches import BatchHead, batch_head
from employer_app.queries.corrections import corrected
from employer_app.queries.messages import NEEDS_PERSON, message_counts, messages
from employer_app.queries.pilots import pilot_of
from employer_app.queries.plans import skips_of
from employer_app.queries.released import history, release_of
from employer_app.web.batches.blueprint import ID, blueprint, number, title_of
from employer_app.web.batches.pausing import finish_words
from employer_app.web.files import answer_table
from employer_app.web.filters import clock
from employer_app.web.viewer import viewer

_MOVING = (MessageStatus.QUEUED, MessageStatus.CLAIMED, MessageStatus.HANDING_OVER)
_STOPPABLE = (MessageStatus.HELD, MessageStatus.QUEUED, MessageStatus.CLAIMED)
#: views of the list of messages, by their word in the address
_VIEWS: Mapping[str, tuple[MessageStatus, ...]] = {
    "person": NEEDS_PERSON,
    "queued": (MessageStatus.QUEUED, MessageStatus.CLAIMED, MessageStatus.HANDING_OVER),
    "sent": (MessageStatus.ACCEPTED,),
    "cancelled": (MessageStatus.CANCELLED,),
}


@blueprint.get(f"/batches/<{ID}:batch_id>")
def show(batch_id: int) -> ResponseReturnValue:
    head = batch_head(viewer(), batch_id)
    view = request.args.get("show", "")
    statuses = _VIEWS.get(view, ())
    return render_template(
        "batches/show.html",
        head=head,
        what=title_of(head.purpose),
        live=_live(head),
        pause=PauseForm(),
        needs=messages(viewer(), batch_id=batch_id, statuses=NEEDS_PERSON),
        listed=messages(viewer(), batch_id=batch_id, statuses=statuses, before=number("before")),
        view=view if view in _VIEWS else "",
        views=("", *_VIEWS),
        skips=skips_of(viewer(), head.plan_id, number("skipped")),
        correction=corrected(viewer(), batch_id),
        release=release_of(viewer(), batch_id),
        history=history(viewer(), batch_id),
    )


@blueprint.get(f"/batches/<{ID}:batch_id>/progress")
def progress(batch_id: int) -> ResponseReturnValue:
    """The part of the page that changes by itself. 304 while nothing did."""
    head = batch_head(viewer(), batch_id)
    live = _live(head)
    told = json.dumps([live["counts"], live["open"], live["as_of"], live["finish"]], sort_keys=True)
    response = make_response("")
    response.set_etag(hashlib.sha256(told.encode()).hexdigest()[:32])
    if request.if_none_match.contains(response.get_etag()[0] or ""):
        response.status_code = 304
        return response
    response.set_data(render_template("batches/_live.html", head=head, live=live))
    return response


def _live(head: BatchHead) -> dict[str, Any]:
    moment = now()
    counts = message_counts(viewer(), head.id)
    moving = sum(counts[status] for status in _MOVING)
    return {
        "counts": counts,
        "moving": moving,
        "stoppable": sum(counts[status] for status in _STOPPABLE),
        "queued": counts[MessageStatus.QUEUED] + counts[MessageStatus.CLAIMED],
        "open": head.due_at > moment,
        "left": max(0, int((head.due_at - moment).total_seconds())),
        "as_of": clock(moment),
        "finish": finish_words(head),
        "title": _title(head, counts, moment),
        "pilot": pilot_of(viewer(), head.id),
    }


def _title(head: BatchHead, counts: Mapping[str, int], moment: datetime) -> str:
    if counts[MessageStatus.CANCELLED] == head.messages:
        return "Everything was stopped; nothing left"
    gone = (MessageStatus.ACCEPTED, MessageStatus.HANDING_OVER, MessageStatus.UNCERTAIN, MessageStatus.FAILED)
    if head.due_at > moment and not any(counts[status] for status in gone):
        return "Nothing has left yet"
    return f"{counts[MessageStatus.ACCEPTED]:,} of {t('page.messages', n=head.messages)} sent"


@blueprint.post(f"/batches/<{ID}:batch_id>/undo")
def undo(batch_id: int) -> ResponseReturnValue:
    """Everything of this list that has not left."""
    undone = batch_undo.undo(batch_id=batch_id, actor=viewer())
    if undone.stopped:
        late = f"{undone.too_late:,}" if undone.too_late else "none"
        were = "were" if undone.too_late > 1 else "was"
        flash(f"{undone.stopped:,} will never leave, {late} {were} too late.", "done")
    else:
        flash("Nothing was stopped: everything had been handed over or stopped before.", "soon")
    return redirect(url_for("batches.show", batch_id=batch_id), 303)


@blueprint.get(f"/batches/<{ID}:batch_id>/messages.csv")
def messages_csv(batch_id: int) -> Response:
    """Everybody of the list: messages with where they are, and skips with the reason."""
    require(viewer(), Verb.EXPORT)
    head = batch_head(viewer(), batch_id)
    rows = messages(viewer(), batch_id=batch_id, limit=None).rows
    skips = skips_of(viewer(), head.plan_id, limit=None).rows
    table = [
        *(
            (row.name, row.address, t(f"message.state.{row.status}"), row.held_because or row.reply)
            for row in rows
        ),
        *((row.name, row.address, "No message", row.skip_reason) for row in skips),
    ]
    return answer_table(f"send-list-{batch_id}", ("Name", "E-mail", "State", "Why"), table)
