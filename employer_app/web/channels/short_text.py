"""A short text for a telephone: made here, copied and sent by a person, and then said to have been sent."""

from __future__ import annotations

from flask import flash, redirect, url_for
from flask.typing import ResponseReturnValue

from employer_app.actions import channels
from employer_app.actions.said import short_text_sent
from employer_app.domain.channel_choice import Way
from employer_app.domain.dial import dialled
from employer_app.domain.errors import NotAllowed, NotFound, Refused
from employer_app.domain.short_text import LONGEST
from employer_app.domain.status import Status
from employer_app.domain.words import t
from employer_app.forms.base import say
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
    return _page(shown, ShortTextForm(formdata=None)), 200 if fine else 422


@blueprint.post(f"/applications/<{ID}:application_id>/short-text/sent")
def short_text_was_sent(application_id: int) -> ResponseReturnValue:
    shown = saying(Way.SHORT_TEXT, application_id)
    form = ShortTextForm()
    if shown.said is None or not (shown.read() & form.sent()):
        return _page(shown, form), 422
    ended = shown.one.page.status in {Status.WITHDRAWN, Status.HIRED}
    promised = "next_update_by" in shown.form and not ended
    try:
        short_text_sent(
            actor=viewer(),
            application_id=application_id,
            by=t(f"channel.short_by.{form.by.data}"),
            text=form.text.data or "",
            tells=shown.said.decides,
            promise_on=shown.own.next_update_by if promised else None,
        )
    except (NotFound, NotAllowed):
        raise
    except Refused as refused:
        say(form, refused)
        return _page(shown, form), 422
    flash("The short text is in the record.", "done")
    return redirect(url_for("applications.show", application_id=application_id), 303)


def _page(shown: Saying, form: ShortTextForm) -> str:
    text, lacking = "", ""
    if shown.said:
        try:
            text = channels.short(shown.one, shown.said, shown.own)
        except Refused as refused:
            lacking = refused.message
    return page_of(
        shown,
        "channels/short_text.html",
        form=form,
        text=text,
        lacking=lacking,
        longest=LONGEST,
        number=dialled(shown.one.page.person.phone),
    )
