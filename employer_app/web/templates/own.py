"""A letter of our own: as it reads, its versions, who stands for it, and whether it is offered."""

from __future__ import annotations

from dataclasses import replace

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from employer_app.actions import message_templates as verbs
from employer_app.domain.disposition import disposition
from employer_app.domain.errors import Changed, NotAllowed, NotFound, Refused
from employer_app.domain.own_letter import OwnLetter
from employer_app.domain.role import Verb, may
from employer_app.forms.ids import number as id_of
from employer_app.forms.message_templates import occasion_name
from employer_app.queries import message_templates as queries
from employer_app.web.templates.blueprint import ID, blueprint, look_at
from employer_app.web.viewer import viewer


@blueprint.get(f"/templates/own/<{ID}:template_id>")
def show_own(template_id: int) -> ResponseReturnValue:
    """The newest version."""
    row = queries.letter(viewer(), template_id)
    return _page(row, row.newest)


@blueprint.get(f"/templates/own/<{ID}:template_id>/<{ID}:number>")
def show_version(template_id: int, number: int) -> ResponseReturnValue:
    return _page(queries.letter(viewer(), template_id), queries.version(viewer(), template_id, number))


def _page(row: queries.LetterRow, words: queries.VersionRow) -> str:
    letter = _with_words(row.letter, words)
    return render_template(
        "templates/own.html",
        row=row,
        letter=letter,
        words=words,
        newest=words.number == row.newest.number,
        occasion=occasion_name(letter.kind, letter.variant),
        reason=disposition(letter.disposition).label if letter.disposition else "",
        look=look_at(letter),
        versions=queries.versions(viewer(), letter.template_id),
        may_edit=may(viewer(), Verb.EDIT),
        may_pin=may(viewer(), Verb.DECIDE),
    )


def _with_words(letter: OwnLetter, words: queries.VersionRow) -> OwnLetter:
    return replace(
        letter,
        version=words.number,
        subject=words.subject,
        body=words.body,
        pinned=words.pinned_at is not None,
        says_no=words.says_no,
    )


@blueprint.post(f"/templates/own/<{ID}:template_id>/<{ID}:number>/bring-back")
def bring_back_version(template_id: int, number: int) -> ResponseReturnValue:
    seen = id_of(request.form.get("version")) or 0
    try:
        made = verbs.bring_back_version(actor=viewer(), template_id=template_id, number=number, version=seen)
    except Changed as changed:
        flash(changed.message, "late")
    else:
        flash(f"The words of version {number} are back, as version {made}.", "done")
    return _to(template_id)


@blueprint.post(f"/templates/own/<{ID}:template_id>/<{ID}:number>/pin")
def pin(template_id: int, number: int) -> ResponseReturnValue:
    says_no = request.form.get("says_no") == "1"
    try:
        verbs.pin(actor=viewer(), template_id=template_id, number=number, says_no=says_no)
    except (NotFound, NotAllowed):
        raise
    except Refused as refused:
        flash(str(refused), "late")
    else:
        flash("Recorded with your name. It holds for these words; the next version is not pinned.", "done")
    return _to(template_id, number)


@blueprint.post(f"/templates/own/<{ID}:template_id>/<{ID}:number>/unpin")
def unpin(template_id: int, number: int) -> ResponseReturnValue:
    verbs.unpin(actor=viewer(), template_id=template_id, number=number)
    flash("Nobody stands for this version any more. The wording check speaks of it again.", "done")
    return _to(template_id, number)


@blueprint.post(f"/templates/own/<{ID}:template_id>/retire")
def retire(template_id: int) -> ResponseReturnValue:
    verbs.retire(actor=viewer(), template_id=template_id)
    flash("It is offered no more. Messages that were made from it keep their words.", "done")
    return _to(template_id)


@blueprint.post(f"/templates/own/<{ID}:template_id>/bring-back")
def bring_back(template_id: int) -> ResponseReturnValue:
    verbs.bring_back(actor=viewer(), template_id=template_id)
    flash("It is offered again.", "done")
    return _to(template_id)


def _to(template_id: int, number: int | None = None) -> ResponseReturnValue:
    newest = queries.letter(viewer(), template_id).newest.number
    if number in (None, newest):
        return redirect(url_for("templates.show_own", template_id=template_id), 303)
    return redirect(url_for("templates.show_version", template_id=template_id, number=number), 303)
