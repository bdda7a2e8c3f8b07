"""The saved filters of a person: a menu beside the list, and a page to rename them and throw them away."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from employer_app.actions import saved_filters as verbs
from employer_app.domain.errors import NotAllowed, NotFound, Refused
from employer_app.domain.filter_page import LONGEST_NAME, MOST_SAVED, FilterPage
from employer_app.domain.role import Verb, may
from employer_app.forms.base import Form
from employer_app.forms.saved_filters import FilterNameForm, SaveFilterForm
from employer_app.queries.saved_filters import Saved, saved_filters
from employer_app.web.paths import own_path
from employer_app.web.viewer import viewer

blueprint = Blueprint("saved_filters", __name__, url_prefix="/saved-filters")

_ID = "<int(max=2147483647):filter_id>"


@dataclass(frozen=True)
class Entry:
    """`href` is empty for one that fits the table of any job."""

    of: Saved
    href: str
    current: bool = False


@dataclass(frozen=True)
class Menu:
    """As macros/saved_filters.html wants it. `filters`: what would be kept, "" when nothing is filtered."""

    mine: Sequence[Entry]
    shared: Sequence[Entry]
    page: FilterPage
    job_id: int | None
    filters: str
    longest: int = LONGEST_NAME


def menu(page: FilterPage, args: Mapping[str, object], filtered: bool, *, job_id: int | None = None) -> Menu:
    """Beside a list with these filters. `job_id`: of which job the table is."""
    said = {name: str(value) for name, value in args.items() if value}
    found = [
        Entry(one, _href(one, job_id), dict(one.args) == said)
        for one in saved_filters(viewer(), page, job_id=job_id)
    ]
    keeps = filtered and may(viewer(), Verb.EDIT)
    mine, shared = ([one for one in found if bool(one.of.by) is theirs] for theirs in (False, True))
    return Menu(mine, shared, page, job_id, urlencode(said) if keeps else "")


@blueprint.get("")
def index() -> ResponseReturnValue:
    found = [Entry(one, _href(one, one.job_id)) for one in saved_filters(viewer())]
    return render_template(
        "saved_filters/index.html",
        mine=[one for one in found if not one.of.by],
        shared=[one for one in found if one.of.by],
        most=MOST_SAVED,
        longest=LONGEST_NAME,
    )


@blueprint.post("")
def save() -> ResponseReturnValue:
    form = SaveFilterForm()
    page, args = form.of, form.args()
    try:
        _understood(form)
        if page is None:
            raise Refused("This list cannot be read.", "Filter it again, and save it then.")
        job_id = form.job.data if page is FilterPage.JOB and "stage" in args else None
        name = form.name.data or ""
        verbs.save(
            actor=viewer(), page=page, name=name, args=args, shared=bool(form.shared.data), job_id=job_id
        )
    except (NotFound, NotAllowed):
        raise
    except Refused as refused:
        flash(str(refused), "soon")
    else:
        flash(f"Saved as “{' '.join(name.split())}”.", "done")
    return redirect(own_path(form.back.data or ""), 303)


@blueprint.post(f"/{_ID}")
def change(filter_id: int) -> ResponseReturnValue:
    form = FilterNameForm()
    try:
        _understood(form)
        verbs.change(
            actor=viewer(), filter_id=filter_id, name=form.name.data or "", shared=bool(form.shared.data)
        )
    except (NotFound, NotAllowed):
        raise
    except Refused as refused:
        flash(str(refused), "soon")
    else:
        flash("Saved.", "done")
    return redirect(url_for(".index"), 303)


@blueprint.post(f"/{_ID}/delete")
def delete(filter_id: int) -> ResponseReturnValue:
    name = verbs.delete(actor=viewer(), filter_id=filter_id)
    back_at = url_for(".put_back", filter_id=filter_id)
    said = {"text": f"“{name}” is thrown away.", "act": "Put it back", "href": back_at}
    flash(said, "done")  # type: ignore[arg-type]  # kept as JSON
    return redirect(url_for(".index"), 303)


@blueprint.post(f"/{_ID}/put-back")
def put_back(filter_id: int) -> ResponseReturnValue:
    try:
        name = verbs.put_back(actor=viewer(), filter_id=filter_id)
    except (NotFound, NotAllowed):
        raise
    except Refused as refused:
        flash(str(refused), "soon")
    else:
        flash(f"“{name}” is back.", "done")
    return redirect(own_path(request.form.get("back", "")), 303)


def _understood(form: Form) -> None:
    """Raises Refused with the first thing that is wrong."""
    if not form.sent():
        wrong = next((str(error) for field in form for error in field.errors), "This cannot be read.")
        raise Refused(wrong, "Nothing was saved.")


def _href(one: Saved, job_id: int | None) -> str:
    args: dict[str, Any] = dict(one.args)
    if one.page is FilterPage.HOME:
        return url_for("waiting.index", **args)
    return url_for("jobs.show", job_id=job_id, **args) if job_id is not None else ""
