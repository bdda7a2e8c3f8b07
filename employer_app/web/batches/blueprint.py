"""What the pages of a send list share: their blueprint, the list they are about, the four steps."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from flask import Blueprint, abort, flash, redirect, request, url_for
from werkzeug.exceptions import HTTPException

from employer_app.domain.message import Purpose
from employer_app.domain.words import t
from employer_app.forms import ids
from employer_app.queries.batches import PlanHead, plan_head
from employer_app.web.viewer import viewer

blueprint = Blueprint("batches", __name__)

ID = "int(max=2147483647)"


class Elsewhere(HTTPException):
    """The page is another one now."""


def open_plan(plan_id: int) -> PlanHead:
    """The list as it stands. One that was confirmed is shown where its messages are."""
    head = plan_head(viewer(), plan_id)
    if head.batch_id is None:
        return head
    if request.method == "POST":
        flash("This send list was confirmed before, so nothing was changed in it.", "soon")
    raise Elsewhere(response=redirect(url_for("batches.show", batch_id=head.batch_id), 303))


def number(name: str) -> int | None:
    """A number of the address or the form. Anything else is no request of ours."""
    found = request.values.get(name, "")
    return _id(found) if found else None


def numbers(name: str) -> list[int]:
    """All that were sent under this name, one by one or several with blanks between them."""
    return [_id(text) for texts in request.values.getlist(name) for text in texts.split()]


def _id(text: str) -> int:
    found = ids.number(text)
    return abort(400) if found is None else found


def title_of(purpose: Purpose) -> str:
    return "Close-out" if purpose is Purpose.DECISION else "Update"


def steps_of(head: PlanHead, step: int) -> Sequence[dict[str, Any]]:
    """The four steps for macros/steps.html; those before say their result."""
    results = [
        t("page.people", n=head.chosen),
        "Texts and own lines",
        f"{t('page.messages', n=head.messages)}, {head.skipped:,} skipped",
    ]
    pages = ["", "batches.text", "batches.review", "batches.confirm"]
    words = ["who", "what_to_say", "review", "confirm"]
    return [
        {
            "title": t(f"closing.{word}"),
            "result": results[place] if place < step - 1 or place == step - 1 == 2 else "",
            "href": url_for(page, plan_id=head.id) if page else "",
        }
        for place, (word, page) in enumerate(zip(words, pages, strict=True))
    ]
