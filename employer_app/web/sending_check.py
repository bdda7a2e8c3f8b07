"""Settings, Sending: does the domain let our mail arrive? Nobody is asked before the button is pressed."""

from __future__ import annotations

from flask import Blueprint, render_template, request
from flask.typing import ResponseReturnValue

from employer_app.domain.errors import NotAllowed, Refused
from employer_app.domain.role import Verb, require
from employer_app.outbox.sending_check import Checked, look
from employer_app.queries.settings import organisation
from employer_app.web.viewer import viewer

blueprint = Blueprint("sending_check", __name__, url_prefix="/settings/sending/check")


@blueprint.before_request
def _administrators_only() -> None:
    require(viewer(), Verb.ADMINISTER)


@blueprint.get("", endpoint="index")
def page() -> ResponseReturnValue:
    return _page()


@blueprint.post("")
def ask() -> ResponseReturnValue:
    try:
        return _page(look(actor=viewer(), selector=request.form.get("selector", "")))
    except NotAllowed:
        raise
    except Refused as refused:
        return _page(trouble=refused), 422


def _page(checked: Checked | None = None, trouble: Refused | None = None) -> str:
    return render_template(
        "settings/sending_check.html",
        sender=organisation(viewer()).sender_address,
        checked=checked,
        trouble=trouble,
        selector=request.form.get("selector", "")[:64],
    )
