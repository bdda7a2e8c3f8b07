"""Settings, Sending: how fast messages leave, chosen by the mailbox that they leave by, or in own figures."""

from __future__ import annotations

from flask import Blueprint, flash, redirect, url_for
from flask.typing import ResponseReturnValue

from employer_app.actions import sending
from employer_app.domain.errors import NotAllowed, Refused
from employer_app.domain.pace import Limits, Preset
from employer_app.domain.role import Verb, require
from employer_app.forms.base import say
from employer_app.forms.pace import PaceForm
from employer_app.web.settings import sending_page
from employer_app.web.viewer import viewer

blueprint = Blueprint("pace", __name__, url_prefix="/settings/sending")


@blueprint.before_request
def _administrators_only() -> None:
    require(viewer(), Verb.ADMINISTER)


@blueprint.post("/pace")
def save() -> ResponseReturnValue:
    form = PaceForm()
    if not form.sent():
        return sending_page(pace=form), 422
    own = Limits(
        form.pace_second.data, form.pace_minute.data, form.pace_day.data, form.pace_domain_minute.data
    )
    try:
        sending.set_pace(actor=viewer(), preset=Preset(form.preset.data), own=own)
    except NotAllowed:
        raise
    except Refused as refused:
        say(form, refused)
        return sending_page(pace=form), 422
    flash("The pace is saved. It counts from the next message on.", "done")
    return redirect(url_for("settings.sending", _anchor="pace"), 303)
