"""The letters that we ship, to be read before anybody needs one."""

from __future__ import annotations

from itertools import groupby

from flask import Blueprint, Response, render_template
from flask.typing import ResponseReturnValue

from employer_app.actions.plan_items import composer
from employer_app.domain.errors import NotFound
from employer_app.domain.kind import about
from employer_app.domain.merge import FIELDS, SAMPLES, compile_text
from employer_app.domain.message import NEEDS_PERSONAL_LINE, needs_date
from employer_app.domain.phone_script import phone_script
from employer_app.domain.short_text import short_text
from employer_app.domain.starter import Starter, starter_of_key, starters

blueprint = Blueprint("templates", __name__)


@blueprint.get("/templates", endpoint="index")
def library() -> ResponseReturnValue:
    kinds = [
        (about(kind), [list(texts) for _, texts in groupby(found, key=lambda one: one.variant)])
        for kind, found in groupby(starters(), key=lambda one: one.kind)
    ]
    return render_template("templates/index.html", kinds=kinds)


@blueprint.get("/templates/<key>")
def show(key: str) -> ResponseReturnValue:
    letter = _letter(key)
    subject, body = compile_text(letter.subject), compile_text(letter.body)
    named = {*subject.fields, *body.fields}
    of_its_kind = [one for one in starters() if one.kind is letter.kind]
    short, script = short_text(letter.kind, letter.variant), phone_script(letter.kind, letter.variant)
    return render_template(
        "templates/show.html",
        letter=letter,
        tones=[one for one in of_its_kind if one.variant is letter.variant],
        variants=[next(texts) for _, texts in groupby(of_its_kind, key=lambda one: one.variant)],
        preview=composer().preview(subject, body, SAMPLES),
        fields=[(field, field.name in body.required) for field in FIELDS.values() if field.name in named],
        short=short.filled(SAMPLES) if short else None,
        script=script.filled(SAMPLES) if script else None,
        needs_line=letter.kind in NEEDS_PERSONAL_LINE,
        needs_date=needs_date(letter.kind, paused=letter.paused),
    )


@blueprint.get("/templates/<key>/mail")
def mail_preview(key: str) -> Response:
    """The mail as its reader gets it, with the sample values."""
    letter = _letter(key)
    mail = composer().compose(compile_text(letter.subject), compile_text(letter.body), SAMPLES)
    return Response(mail.html, mimetype="text/html")


def _letter(key: str) -> Starter:
    try:
        return starter_of_key(key)
    except KeyError:
        raise NotFound("There is no such text.", "Choose one from the list of texts.") from None
