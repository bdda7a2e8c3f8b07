"""Writing a letter of our own, with the wording check and a preview beside it. Only "save" writes."""

from __future__ import annotations

from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from employer_app.actions import message_templates as verbs
from employer_app.domain.errors import Changed, NotAllowed, NotFound, Refused
from employer_app.domain.kind import occasions
from employer_app.domain.merge import FIELDS, TemplateProblem
from employer_app.domain.own_letter import OwnLetter
from employer_app.domain.role import Verb, require
from employer_app.domain.starter import Tone, languages, occasion
from employer_app.forms.base import say
from employer_app.forms.message_templates import LetterForm
from employer_app.queries import message_templates as queries
from employer_app.queries.choices import open_jobs
from employer_app.web.letter_problem import placed
from employer_app.web.templates.blueprint import ID, Look, blueprint, look_at
from employer_app.web.viewer import viewer

#: where the verbs name another field than the form
_FIELDS = {"disposition": "reason", "job_id": "job"}


@blueprint.route("/templates/own/new", methods=["GET", "POST"])
def new_own() -> ResponseReturnValue:
    require(viewer(), Verb.EDIT)
    asked = request.args
    kind = asked.get("kind", "")
    form = _form(
        {
            "occasion": kind if kind in occasions() else next(iter(occasions())),
            "language": asked.get("language") or languages()[0],
            "tone": Tone.WARM.value,
        }
    )
    if request.method == "GET":
        return _page(form, None, Look())
    if not form.sent() or _only_looks():
        return _page(form, None, _look(form)), 422 if form.errors else 200
    try:
        made = verbs.new_letter(actor=viewer(), fields=_fields(form))
    except (NotFound, NotAllowed):
        raise
    except Refused as refused:
        _say(form, refused)
        return _page(form, None, _look(form)), 422
    flash("Saved. Nobody has been written to.", "done")
    return redirect(url_for("templates.show_own", template_id=made), 303)


@blueprint.route(f"/templates/own/<{ID}:template_id>/edit", methods=["GET", "POST"])
def edit_own(template_id: int) -> ResponseReturnValue:
    require(viewer(), Verb.EDIT)
    row = queries.letter(viewer(), template_id)
    form = _form(_stored(row.letter), row)
    if request.method == "GET":
        return _page(form, row, _look(form))
    if not form.sent() or _only_looks():
        return _page(form, row, _look(form)), 422 if form.errors else 200
    seen = form.version.data or 0
    try:
        number = verbs.edit_letter(
            actor=viewer(), template_id=template_id, fields=_fields(form), version=seen
        )
    except (NotFound, NotAllowed):
        raise
    except Refused as refused:
        _say(form, refused)
        if isinstance(refused, Changed):
            form.version.data = row.letter.version  # whoever saves once more has been told
        return _page(form, row, _look(form)), 422
    words = f"Saved as version {number}." if number != row.letter.version else "Nothing was different."
    flash(f"{words} Nobody has been written to.", "done")
    return redirect(url_for("templates.show_own", template_id=template_id), 303)


@blueprint.post("/templates/own/preview")
def preview_own() -> ResponseReturnValue:
    """The part of the page beside the form, of the text as it is being written."""
    require(viewer(), Verb.EDIT)
    form = _form({})
    form.validate()
    return render_template("templates/_look.html", look=_look(form))


def _only_looks() -> bool:
    return request.form.get("then") == "look"


def _form(data: dict[str, Any], row: queries.LetterRow | None = None) -> LetterForm:
    jobs = {one.id: one.name for one in open_jobs(viewer())}
    if row and row.letter.job_id:
        jobs.setdefault(row.letter.job_id, row.job)
    form = LetterForm(list(jobs.items()), data=data)
    found = queries.readers(viewer(), form.job_id)
    form.offer([(one.application_id, f"{one.name}, {one.job}") for one in found])
    return form


def _stored(letter: OwnLetter) -> dict[str, Any]:
    return {
        "version": letter.version,
        "name": letter.name,
        "occasion": occasion(letter.kind, letter.variant),
        "language": letter.language,
        "tone": letter.tone.value,
        "informal": letter.informal,
        "reason": letter.disposition,
        "job": str(letter.job_id or ""),
        "subject": letter.subject,
        "body": letter.body,
    }


def _fields(form: LetterForm) -> verbs.LetterFields:
    kind, variant = form.about
    return verbs.LetterFields(
        name=form.name.data or "",
        kind=kind,
        variant=variant,
        tone=Tone(form.tone.data),
        language=form.language.data,
        informal=bool(form.informal.data),
        disposition=form.reason.data or "",
        job_id=form.job_id,
        subject=form.subject.data or "",
        body=form.body.data or "",
    )


def _look(form: LetterForm) -> Look:
    """Of what the form holds now; nothing is written."""
    if not (form.subject.data or form.body.data):
        return Look()
    if any(form[name].errors for name in ("occasion", "language", "tone", "reason", "job", "reader")):
        return Look(trouble="Choose from the lists what this text is for. Then it is shown here.")
    fields = _fields(form)
    letter = OwnLetter(
        kind=fields.kind,
        tone=fields.tone,
        language=fields.language,
        name=fields.name,
        subject=fields.subject,
        body=fields.body,
        when="",
        variant=fields.variant,
        informal=fields.informal,
        disposition=fields.disposition,
    )
    return look_at(letter, form.reader_id)


def _say(form: LetterForm, refused: Refused) -> None:
    """Beside the field, with line and column where there are some."""
    name = _FIELDS.get(refused.field or "", refused.field)
    said = placed(refused) if isinstance(refused, TemplateProblem) else refused.message
    remedy = "" if isinstance(refused, TemplateProblem) else refused.remedy
    say(form, Refused(said, remedy, name))


def _page(form: LetterForm, row: queries.LetterRow | None, look: Look) -> str:
    return render_template("templates/edit.html", form=form, row=row, look=look, fields=FIELDS.values())
