"""Stop everything, from each page, and let messages go on: one press each, and back to that page."""

from __future__ import annotations

from flask import Blueprint, flash, redirect, request
from flask.typing import ResponseReturnValue

from employer_app import tasks
from employer_app.actions import sending
from employer_app.web.paths import own_path
from employer_app.web.viewer import viewer

blueprint = Blueprint("stopping", __name__)


@blueprint.post("/stop")
def stop() -> ResponseReturnValue:
    """The banner then says the rest."""
    sending.stop_everything(actor=viewer())
    return redirect(own_path(request.form.get("back", "")), 303)


@blueprint.post("/go-on")
def go_on() -> ResponseReturnValue:
    sending.go_on(actor=viewer())
    tasks.deliver()
    flash("Messages leave again, each at its time.", "done")
    return redirect(own_path(request.form.get("back", "")), 303)
