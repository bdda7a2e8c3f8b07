"""The letter while its text is being written: read from what stands in the form, and nothing is stored."""

from __future__ import annotations

from flask import Response, abort, render_template, request, url_for
from flask.typing import ResponseReturnValue

from employer_app.domain.audience import Audience
from employer_app.queries.batches import PlanHead, plan_head
from employer_app.queries.plans import sender_line
from employer_app.web.batches.blueprint import ID, blueprint
from employer_app.web.batches.looks import see
from employer_app.web.batches.text import Texts, read_page, take_typed
from employer_app.web.viewer import viewer

_UNREADABLE = "The mail is shown here when nothing is lacking in the text any more."


@blueprint.post(f"/plans/<{ID}:plan_id>/text/preview")
def preview(plan_id: int) -> ResponseReturnValue:
    """The part of the page beside one text."""
    head = plan_head(viewer(), plan_id)
    if head.batch_id is not None:  # confirmed meanwhile: the whole page must go
        return "", 204, {"HX-Redirect": url_for("batches.show", batch_id=head.batch_id)}
    page, group = _asked(head)
    return render_template(
        "batches/_look.html",
        page=page,
        head=head,
        group=group,
        f=page.forms[group],
        seen=see(head, page.choices, group),
        sender=sender_line(viewer()),
    )


@blueprint.post(f"/plans/<{ID}:plan_id>/text/preview/mail")
def typed_mail_preview(plan_id: int) -> Response:
    """The mail itself, for a frame that may do nothing."""
    head = plan_head(viewer(), plan_id)
    page, group = _asked(head)
    mail = see(head, page.choices, group).look.mail
    return Response(mail.html, mimetype="text/html") if mail else Response(_UNREADABLE, mimetype="text/plain")


def _asked(head: PlanHead) -> tuple[Texts, Audience]:
    page = read_page(head)
    wanted = request.args.get("group", "")
    group = next((one for one in page.groups if one.value == wanted), None)
    if group is None:
        abort(400)
    take_typed(page)
    return page, group
