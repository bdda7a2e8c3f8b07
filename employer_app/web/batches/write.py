"""A letter of any kind to one person: chosen here, written on the page of texts. Nothing leaves by this."""

from __future__ import annotations

from itertools import groupby

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from employer_app.actions import plans
from employer_app.domain.audience import group_of
from employer_app.domain.errors import NotAllowed, NotFound, Refused
from employer_app.domain.language import language_name
from employer_app.domain.letter_choice import fits, serves
from employer_app.domain.message import AFTER_THE_END, KNOWS_THE_ANSWER, Kind, Purpose
from employer_app.domain.role import Verb, may, require
from employer_app.domain.starter import Letter, languages, place, starters
from employer_app.domain.status import LIVE, Status
from employer_app.forms.base import Form, say
from employer_app.forms.message_templates import occasion_name
from employer_app.queries.applications import ApplicationPage, application_page
from employer_app.queries.message_templates import languages_written, letters_in
from employer_app.web.batches.blueprint import ID, blueprint
from employer_app.web.letter_problem import unusable
from employer_app.web.viewer import viewer


@blueprint.get(f"/applications/<{ID}:application_id>/write")
def write(application_id: int) -> ResponseReturnValue:
    require(viewer(), Verb.MAIL)
    return _page(application_page(viewer(), application_id), Form(formdata=None))


@blueprint.post(f"/applications/<{ID}:application_id>/write")
def begin(application_id: int) -> ResponseReturnValue:
    page = application_page(viewer(), application_id)
    form = Form()
    chosen = request.form.get("letter")
    letter = next((one for one in _letters(page, _language(page)) if one.key == chosen), None)
    if not form.sent() or letter is None:
        form.form_errors.append("Choose what you want to write.")
        return _page(page, form), 422
    try:
        plan_id = plans.start_letter(application_id=application_id, letter=letter, actor=viewer())
    except (NotFound, NotAllowed):
        raise
    except Refused as refused:
        say(form, refused)
        return _page(page, form), 422
    return redirect(url_for("batches.text", plan_id=plan_id), 303)


@blueprint.post(f"/applications/<{ID}:application_id>/confirm-call", endpoint="confirm_call")
def confirm_the_call(application_id: int) -> ResponseReturnValue:
    """The mail that puts in writing what was told by phone, to be read first; nothing leaves by this."""
    try:
        plan_id = plans.start_confirmation(application_id=application_id, actor=viewer())
    except (NotFound, NotAllowed):
        raise
    except Refused as refused:
        flash(str(refused), "soon")
        return redirect(url_for("applications.show", application_id=application_id), 303)
    return redirect(url_for("batches.text", plan_id=plan_id), 303)


@blueprint.post(f"/applications/<{ID}:application_id>/write-reopened")
def write_reopened(application_id: int) -> ResponseReturnValue:
    """The letter that says that it is open again, and asks; to be read first, and nothing leaves by this."""
    try:
        plan_id = plans.start_reopened(application_id=application_id, actor=viewer())
    except (NotFound, NotAllowed):
        raise
    except Refused as refused:
        flash(str(refused), "soon")
        return redirect(url_for("applications.show", application_id=application_id), 303)
    return redirect(url_for("batches.text", plan_id=plan_id), 303)


def _languages() -> list[str]:
    return list(dict.fromkeys((*languages(), *languages_written(viewer()))))


def _language(page: ApplicationPage) -> str:
    """As chosen, or else the one that this person reads."""
    chosen = request.values.get("language", "")
    return chosen if chosen in _languages() else plans.style_for(page.id, viewer()).language


def _letters(page: ApplicationPage, language: str) -> list[Letter]:
    """Those that can be right for this person now, in the order of the library; ours behind those shipped."""
    decides = may(viewer(), Verb.DECIDE)
    untold = page.status is Status.REJECTED and not page.told_at
    waits = page.status in LIVE or untold
    group = group_of(page.depth)
    own = letters_in(viewer(), page.job_id, language)
    return [
        one
        for one in sorted((*starters(language), *own), key=place)
        if fits(one, group)
        and one.kind is not Kind.CORRECTION  # begins at the message that was wrong
        and (waits or one.kind in AFTER_THE_END or one.confirms)
        and not (untold and one.kind in KNOWS_THE_ANSWER)
        and (decides or not serves(one, Purpose.DECISION))
        and (page.may_confirm or not one.confirms)
    ]


def _page(page: ApplicationPage, form: Form) -> str:
    language = _language(page)
    letters = groupby(_letters(page, language), key=lambda one: (one.kind, one.variant))
    return render_template(
        "batches/write.html",
        page=page,
        form=form,
        language=language,
        languages=[(code, language_name(code)) for code in _languages()],
        unusable=unusable(page.job_id, language),
        letters=[list(found) for _, found in letters],
        occasion=occasion_name,
    )
