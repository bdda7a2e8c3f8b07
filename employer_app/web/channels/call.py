"""A call: what to say step by step, and in one step what came of it."""

from __future__ import annotations

from flask import flash, redirect, request, url_for
from flask.typing import ResponseReturnValue

from employer_app.actions import channel_check, channels
from employer_app.actions.said import CallEnd, call_ended
from employer_app.domain.channel_choice import Way
from employer_app.domain.courtesy import Complaint
from employer_app.domain.dial import dialled
from employer_app.domain.errors import NotAllowed, NotFound, Refused
from employer_app.domain.phone_script import Step
from employer_app.domain.words import t
from employer_app.forms.base import say
from employer_app.forms.channels import CallForm
from employer_app.web.channels.blueprint import ID, Saying, blueprint, page_of, saying
from employer_app.web.viewer import viewer


@blueprint.get(f"/applications/<{ID}:application_id>/call")
def call(application_id: int) -> ResponseReturnValue:
    shown = saying(Way.CALL, application_id)
    return _page(shown, _begun(shown))


@blueprint.post(f"/applications/<{ID}:application_id>/call/script")
def call_script(application_id: int) -> ResponseReturnValue:
    """The same page with what was typed in its place; nothing is kept."""
    shown = saying(Way.CALL, application_id)
    fine = shown.read()
    return _page(shown, _begun(shown)), 200 if fine and not channel_check.stops(_found(shown)) else 422


@blueprint.post(f"/applications/<{ID}:application_id>/call/ended")
def call_has_ended(application_id: int) -> ResponseReturnValue:
    shown = saying(Way.CALL, application_id)
    form = CallForm()
    end = request.form.get("end", "")
    if end not in set(CallEnd):
        form.form_errors.append("Choose how the call ended.")
    if not form.sent() or form.form_errors:
        return _page(shown, form), 422
    try:
        call_ended(
            actor=viewer(),
            application_id=application_id,
            end=CallEnd(end),
            note=form.note.data or "",
            promise_on=form.promise_on.data,
        )
    except (NotFound, NotAllowed):
        raise
    except Refused as refused:
        say(form, refused)
        return _page(shown, form), 422
    flash(t(f"channel.call_done.{end}"), "done" if CallEnd(end).reached else "soon")
    return redirect(url_for("applications.show", application_id=application_id), 303)


def _begun(shown: Saying) -> CallForm:
    """The day that the words give is a date we gave, as soon as somebody heard it."""
    return CallForm(formdata=None, data={"promise_on": shown.day})


def _found(shown: Saying) -> tuple[Complaint, ...]:
    """What the wording check says of the script with what was typed in it."""
    if shown.said is None:
        return ()
    steps = channels.script(shown.one, shown.said, shown.own)
    return channel_check.of_script(shown.one, shown.said, shown.own, steps)


def _page(shown: Saying, form: CallForm) -> str:
    found = _found(shown)
    # what a fact stands against is not put into anybody's mouth
    withheld = channel_check.stops(found)
    own = channels.usual_words(shown.one) if withheld else shown.own
    steps = channels.script(shown.one, shown.said, own) if shown.said else {}
    ends = [end for end in CallEnd if end is not CallEnd.TOLD or shown.one.standing.untold]
    return page_of(
        shown,
        "channels/call.html",
        form=form,
        found=found,
        withheld=withheld,
        steps={step: words for step, words in steps.items() if step is not Step.VOICEMAIL},
        voicemail=steps.get(Step.VOICEMAIL, ""),
        gaps=any(channels.GAP in words for words in steps.values()),
        ends=ends,
        number=dialled(shown.one.page.person.phone),
    )
