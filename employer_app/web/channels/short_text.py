"""A short text for a telephone: made here, copied and sent by a person, and then said to have been sent."""

from __future__ import annotations

from flask import flash, redirect, url_for
from flask.typing import ResponseReturnValue

from employer_app.actions import channels
from employer_app.actions.channel_check import refuse_given_away
from employer_app.actions.said import short_text_sent
from employer_app.domain.channel_choice import Way
from employer_app.domain.errors import NotAllowed, NotFound, Refused
from employer_app.domain.short_text import LONGEST
from employer_app.domain.status import Status
from employer_app.domain.words import t
from employer_app.forms.base import say
from employer_app.forms.batches import plain
from employer_app.forms.channels import ShortTextForm
from employer_app.web.channels.blueprint import ID, Saying, blueprint, page_of, saying
from employer_app.web.viewer import viewer


@blueprint.get(f"/applications/<{ID}:application_id>/short-text", endpoint="short_text")
def show(application_id: int) -> ResponseReturnValue:
    return _page(saying(Way.SHORT_TEXT, application_id), ShortTextForm(formdata=None))


@blueprint.post(f"/applications/<{ID}:application_id>/short-text")
def short_text_words(application_id: int) -> ResponseReturnValue:
    """The same page with what was typed in its place; nothing is kept."""
    shown = saying(Way.SHORT_TEXT, application_id)
    fine = shown.read()
    text, lacking = _text(shown)
    if not text:
        shown.form.form_errors.append(lacking)
    return _page(shown, ShortTextForm(formdata=None)), 200 if fine and text else 422


@blueprint.post(f"/applications/<{ID}:application_id>/short-text/sent")
def short_text_was_sent(application_id: int) -> ResponseReturnValue:
    shown = saying(Way.SHORT_TEXT, application_id)
    form = ShortTextForm()
    fine = shown.read() & form.sent()
    if fine and plain(form.text.data) != _text(shown)[0]:
        form.form_errors.append("The text is another one now. Look at it again before you send it.")
    if shown.said is None or not fine or form.form_errors:
        return _page(shown, form), 422
    ended = shown.one.page.status in {Status.WITHDRAWN, Status.HIRED}
    try:
        short_text_sent(
            actor=viewer(),
            application_id=application_id,
            by=t(f"channel.short_by.{form.by.data}"),
            text=plain(form.text.data),
            tells=shown.said.decides,
            promise_on=None if ended else shown.day,
        )
    except (NotFound, NotAllowed):
        raise
    except Refused as refused:
        say(form, refused)
        return _page(shown, form), 422
    flash("The short text is in the record.", "done")
    return redirect(url_for("applications.show", application_id=application_id), 303)


def _text(shown: Saying) -> tuple[str, str]:
    """The text, or why there is none yet."""
    if shown.said is None:
        return "", "There is nothing to say in this way."
    try:
        text = channels.short(shown.one, shown.said, shown.own)
        refuse_given_away(shown.one, shown.said, shown.own, text)
        return text, ""
    except Refused as refused:
        return "", refused.message


def _page(shown: Saying, form: ShortTextForm) -> str:
    text, lacking = _text(shown)
    more = {"text": text, "lacking": lacking, "longest": LONGEST}
    return page_of(shown, "channels/short_text.html", form=form, **more)
