"""The page on which an administrator says how strict the wording check is about style."""

from __future__ import annotations

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from employer_app.actions.wording import Strictness, tune
from employer_app.domain.courtesy import TUNABLE, Rule
from employer_app.domain.errors import Refused
from employer_app.domain.role import Verb, require
from employer_app.domain.words import t
from employer_app.forms.base import say
from employer_app.forms.wording import WordingForm
from employer_app.queries import settings as queries
from employer_app.web.viewer import viewer

blueprint = Blueprint("wording", __name__, url_prefix="/settings/wording")


@blueprint.before_request
def _administrators_only() -> None:
    require(viewer(), Verb.ADMINISTER)


@blueprint.get("")
def index() -> ResponseReturnValue:
    return _page(WordingForm(formdata=None))


@blueprint.post("")
def change() -> ResponseReturnValue:
    form = WordingForm()
    if not form.sent():
        return _page(form), 422
    rule, strictness = Rule(form.rule.data), Strictness(form.strictness.data)
    try:
        tune(actor=viewer(), rule=rule, strictness=strictness, why=form.why.data or "")
    except Refused as refused:
        say(form, refused)
        return _page(form), 422
    flash(f"“{t(f'check.rule.{rule.name.lower()}')}”: {t(f'check.strictness.{strictness}')}.", "done")
    return redirect(url_for("wording.index"), 303)


@blueprint.post("/usual")
def as_usual() -> ResponseReturnValue:
    """Take one back."""
    code = request.form.get("rule", "")
    if code in set(TUNABLE):
        tune(actor=viewer(), rule=Rule(code), strictness=Strictness.USUAL)
    return redirect(url_for("wording.index"), 303)


def _page(form: WordingForm) -> str:
    kept = queries.organisation(viewer()).wording
    return render_template("settings/wording.html", form=form, rules=TUNABLE, kept=kept)
