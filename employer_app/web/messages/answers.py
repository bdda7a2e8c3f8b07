"""What a person answers for one message or many: read what will happen, then say it. The verbs look again."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from flask import abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from employer_app import tasks
from employer_app.actions import messages as verbs
from employer_app.actions.messages import MOST_AT_ONCE, Answered
from employer_app.domain.errors import NotAllowed, NotFound, Refused
from employer_app.domain.message import MessageStatus
from employer_app.domain.words import t
from employer_app.forms.base import say
from employer_app.forms.messages import Answer, AnswerForm, address_of, box_of, filters_of
from employer_app.outbox.cancel import CANCELLABLE
from employer_app.queries import messages as queries
from employer_app.queries.boxes import Box
from employer_app.web.batches.blueprint import ID
from employer_app.web.messages.blueprint import blueprint
from employer_app.web.viewer import viewer

#: which messages an answer is for; a page that is older than the answer of somebody else may hold others
_FOR: Mapping[Answer, frozenset[MessageStatus]] = {
    Answer.ARRIVED: frozenset({MessageStatus.UNCERTAIN}),
    Answer.AGAIN: frozenset({MessageStatus.UNCERTAIN}),
    Answer.LEAVE: frozenset({MessageStatus.UNCERTAIN, MessageStatus.FAILED}),
    Answer.HOLD: frozenset({MessageStatus.QUEUED, MessageStatus.CLAIMED}),
    Answer.RELEASE: frozenset({MessageStatus.HELD}),
    Answer.CANCEL: frozenset(CANCELLABLE),
    Answer.NOW: frozenset({MessageStatus.QUEUED}),
}
#: read before they are given, even for a single message
_ALWAYS_READ = {Answer.AGAIN, Answer.HOLD}
#: given at once: they send nothing that would not leave, and stop nothing that would
_AT_ONCE = {Answer.LEAVE, Answer.NOW}
#: names said of those to whom nothing was done, and reasons: a cookie carries them
_NAMED, _REASONS = 8, 4


@blueprint.post("/outbox/answer")
def answer() -> ResponseReturnValue:
    """For the ticked ones, or for all that match."""
    form = AnswerForm()
    if not form.sent():
        abort(400)
    ids: Sequence[int] = sorted(set(form.message.data or []))
    if form.all_matching.data:
        ids = queries.matching(viewer(), box_of(request.args), filters_of(request.args), limit=MOST_AT_ONCE)
    if not ids:
        flash("Tick at least one message.", "soon")
        return _back()
    if len(ids) > MOST_AT_ONCE:
        flash(f"These are more than {MOST_AT_ONCE:,} messages. Narrow the list, and do it in parts.", "soon")
        return _back()
    return _answer(form, ids)


@blueprint.post(f"/messages/<{ID}:message_id>/answer")
def answer_one(message_id: int) -> ResponseReturnValue:
    """For this one, whatever else is ticked around its button."""
    form = AnswerForm()
    if not form.sent():
        abort(400)
    return _answer(form, [message_id])


def _answer(form: AnswerForm, ids: Sequence[int]) -> ResponseReturnValue:
    chosen = Answer(form.answer.data)
    many = len(ids) > 1 and chosen not in _AT_ONCE
    if not form.knows.data and (many or chosen in _ALWAYS_READ):
        return _review(form, chosen, ids)
    if many and verbs.needs_typed_count(len(ids)) and form.count != len(ids):
        say(form, Refused(f"Please type {len(ids)}.", "Nothing was done.", "typed_count"))
        return _review(form, chosen, ids, 422)
    try:
        answered = _verb(chosen, form)(ids)
    except (NotFound, NotAllowed):
        raise
    except Refused as refused:
        say(form, refused)
        return _review(form, chosen, ids, 422)
    if chosen in {Answer.AGAIN, Answer.RELEASE, Answer.NOW} and answered.done:
        tasks.deliver()
    _say(chosen, answered)
    return _back()


def _verb(chosen: Answer, form: AnswerForm) -> Callable[[Sequence[int]], Answered]:
    actor = viewer()
    verb: Mapping[Answer, Callable[[Sequence[int]], Answered]] = {
        Answer.ARRIVED: lambda ids: verbs.arrived(message_ids=ids, actor=actor),
        Answer.AGAIN: lambda ids: verbs.send_again(message_ids=ids, actor=actor),
        Answer.LEAVE: lambda ids: verbs.leave(message_ids=ids, actor=actor),
        Answer.HOLD: lambda ids: verbs.hold(message_ids=ids, reason=form.reason.data or "", actor=actor),
        Answer.RELEASE: lambda ids: verbs.release(message_ids=ids, actor=actor),
        Answer.CANCEL: lambda ids: verbs.call_off(message_ids=ids, actor=actor),
        Answer.NOW: lambda ids: verbs.try_now(message_ids=ids, actor=actor),
    }
    return verb[chosen]


def _review(form: AnswerForm, chosen: Answer, ids: Sequence[int], status: int = 200) -> ResponseReturnValue:
    """What will happen to how many, before it does."""
    rows = queries.picked(viewer(), ids)
    meant = [row for row in rows if row.status in _FOR[chosen]]
    if not meant:
        _say(chosen, Answered((), {row.id: t(f"message.now.{row.status}") for row in rows}))
        return _back()
    page = render_template(
        "messages/review.html",
        answer=chosen,
        form=form,
        rows=meant,
        others=[row for row in rows if row.status not in _FOR[chosen]],
        asks_count=verbs.needs_typed_count(len(meant)),
        action=url_for(".answer", **_address()),
        back=url_for(".index", **_address()),
    )
    return page, status


def _say(chosen: Answer, answered: Answered) -> None:
    """What was done, and by reason to whom nothing was: their names, for nobody may be lost in a number."""
    if answered.done:
        said = t("page.messages", n=len(answered.done))
        flash(f"{said} {t(f'outbox.done.{chosen}', n=len(answered.done))}", "done")
    names = {row.id: row.name for row in queries.picked(viewer(), answered.missed)} if answered.missed else {}
    by_reason: defaultdict[str, list[str]] = defaultdict(list)
    for message_id, why in answered.missed.items():
        by_reason[why].append(names[message_id])
    for why, people in list(by_reason.items())[:_REASONS]:
        rest = f" and {len(people) - _NAMED:,} more" if len(people) > _NAMED else ""
        flash(f"Nothing was changed for {', '.join(people[:_NAMED])}{rest}. {why}", "soon")


def _address() -> dict[str, Any]:
    """The view from which the answer came; a doubt's own page belongs to the doubts."""
    if "state" not in request.args:
        return {"state": Box.IN_DOUBT.value}
    return address_of(box_of(request.args), filters_of(request.args))


def _back() -> ResponseReturnValue:
    return redirect(url_for(".index", **_address()), 303)
