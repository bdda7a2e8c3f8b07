"""All texts by kind, shipped and own together, and each that we ship, to be read before anybody needs one."""

from __future__ import annotations

from dataclasses import dataclass, field
from itertools import groupby

from flask import Response, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from employer_app.actions import message_templates as verbs
from employer_app.actions.plan_items import composer
from employer_app.domain.disposition import disposition
from employer_app.domain.errors import NotFound
from employer_app.domain.kind import About, about
from employer_app.domain.language import language_name
from employer_app.domain.merge import compile_text, samples
from employer_app.domain.message import NEEDS_PERSONAL_LINE, Kind, needs_date
from employer_app.domain.phone_script import phone_script
from employer_app.domain.short_text import short_text
from employer_app.domain.starter import Starter, Variant, languages, starter_of_key, starters
from employer_app.domain.words import t
from employer_app.queries import message_templates as queries
from employer_app.queries.message_templates import LetterRow
from employer_app.web.templates.blueprint import ID, blueprint, fields_of
from employer_app.web.viewer import viewer


@dataclass
class Occasion:
    """One variant of a kind, with its letters."""

    shipped: list[Starter] = field(default_factory=list)
    own: list[LetterRow] = field(default_factory=list)


@blueprint.get("/templates", endpoint="index")
def library() -> ResponseReturnValue:
    written = queries.languages_written(viewer())
    offered = list(dict.fromkeys((*languages(), *written)))
    language = request.args.get("language", "")
    language = language if language in offered else languages()[0]
    kind = request.args.get("kind", "")
    kind = kind if kind in list(Kind) else ""
    own = queries.letters(viewer(), language=language, kind=kind)
    return render_template(
        "templates/index.html",
        shelf=_shelf(language, kind, own),
        retired=queries.letters(viewer(), language=language, kind=kind, retired=True),
        language=language,
        languages=[(code, language_name(code)) for code in offered],
        kind=kind,
        kinds=[("", "Every kind"), *((one.value, t(f"message.kind.{one}")) for one in Kind)],
        reasons=_reason,
    )


def _shelf(language: str, kind: str, own: list[LetterRow]) -> list[tuple[About, list[Occasion]]]:
    """The kinds that there are letters of."""
    found: dict[Kind, dict[Variant, Occasion]] = {
        one: {variant: Occasion() for variant in Variant} for one in Kind if kind in ("", one)
    }
    for letter in starters(language):
        if letter.kind in found:
            found[letter.kind][letter.variant].shipped.append(letter)
    for row in own:
        found[row.letter.kind][row.letter.variant].own.append(row)
    shelf = [
        (about(one), [each for each in variants.values() if each.shipped or each.own])
        for one, variants in found.items()
    ]
    return [(one, occasions) for one, occasions in shelf if occasions]


def _reason(code: str) -> str:
    return disposition(code).label


@blueprint.get("/templates/<key>")
def show(key: str) -> ResponseReturnValue:
    letter = _letter(key)
    subject, body = compile_text(letter.subject), compile_text(letter.body)
    of_its_kind = [one for one in starters(letter.language) if one.kind is letter.kind]
    values = samples(letter.language)
    occasion = (letter.kind, letter.variant, letter.language)
    short = short_text(*occasion, informal=letter.informal)
    script = phone_script(*occasion, informal=letter.informal)
    return render_template(
        "templates/show.html",
        letter=letter,
        tones=[one for one in of_its_kind if one.variant is letter.variant],
        variants=[next(texts) for _, texts in groupby(of_its_kind, key=lambda one: one.variant)],
        preview=composer().preview(subject, body, values),
        fields=fields_of(subject, body),
        short=short.filled(values) if short else None,
        script=script.filled(values) if script else None,
        needs_line=letter.kind in NEEDS_PERSONAL_LINE,
        needs_date=needs_date(letter.kind, paused=letter.paused),
    )


@blueprint.post("/templates/<key>/own")
def make_own(key: str) -> ResponseReturnValue:
    letter = _letter(key)
    made = verbs.copy_starter(actor=viewer(), key=letter.key, language=letter.language)
    flash("This text is yours now. Change what you like; the one that we ship stays as it is.", "done")
    return redirect(url_for("templates.edit_own", template_id=made), 303)


@blueprint.get("/templates/<key>/mail")
@blueprint.get(f"/templates/own/<{ID}:template_id>/<{ID}:number>/mail")
def mail_preview(key: str = "", template_id: int = 0, number: int = 0) -> Response:
    """The mail as its reader gets it, with the sample values."""
    if key:
        letter = _letter(key)
        subject, body, language = letter.subject, letter.body, letter.language
    else:
        words = queries.version(viewer(), template_id, number)
        subject, body = words.subject, words.body
        language = queries.letter(viewer(), template_id).letter.language
    mail = composer().compose(compile_text(subject), compile_text(body), samples(language), language=language)
    return Response(mail.html, mimetype="text/html")


def _letter(key: str) -> Starter:
    try:
        return starter_of_key(key, request.values.get("language") or "en")
    except KeyError:
        raise NotFound("There is no such text.", "Choose one from the list of texts.") from None
