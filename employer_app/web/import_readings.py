"""How a file is to be read: asked where it is in doubt, and to be said otherwise where it was found wrong."""

from __future__ import annotations

from flask import Blueprint, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from employer_app.actions.imports import lists as verbs
from employer_app.actions.imports.judging import InDoubt
from employer_app.domain.errors import NotAllowed, NotFound, Refused
from employer_app.forms.import_reading import ReadingForm
from employer_app.queries import imports as queries
from employer_app.queries.imports import ListRow
from employer_app.web.viewer import viewer

blueprint = Blueprint("import_readings", __name__, url_prefix="/import")

_ID = "int(max=2147483647)"
#: the part of a Reading that a doubt is about, as the form calls it
_FIELDS = {
    "encoding": "encoding",
    "separator": "separator",
    "header_row": "header_row",
    "sheet": "sheet_name",
}


@blueprint.post(f"/<{_ID}:list_id>/reading")
def read_as(list_id: int) -> ResponseReturnValue:
    row = queries.list_of(viewer(), list_id)
    there = redirect(url_for("imports.show", list_id=list_id), 303)
    if row.imported_at or row.asked_at or not row.stored:
        return there
    form = ReadingForm()
    form.offer([])
    if not form.sent():
        return page(row, form), 422
    try:
        verbs.read_as(list_id=list_id, reading=form.reading(), actor=viewer())
    except (NotAllowed, NotFound):
        raise
    except InDoubt:
        return there
    except Refused as refused:
        return page(row, form, refused), 422
    return there


def ask(row: ListRow, doubt: InDoubt) -> str:
    """The page of a list that nobody can read yet without a word from a person."""
    reading = verbs.reading_of(list_id=row.id, actor=viewer())
    form = ReadingForm.of(reading, [])
    form.likely(doubt.doubt, doubt.candidates)
    return page(row, form, doubt)


def page(row: ListRow, form: ReadingForm, refused: Refused | None = None) -> str:
    doubt = refused if isinstance(refused, InDoubt) else None
    return render_template(
        "imports/reading.html",
        row=row,
        form=form,
        refused=refused,
        candidates=doubt.candidates if doubt else (),
        asked=_FIELDS.get(doubt.doubt, "") if doubt else "",
    )
