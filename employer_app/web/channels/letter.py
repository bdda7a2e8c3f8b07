"""A letter on paper: written here, made a page for a window envelope, posted by a person, and then on record.

The postal address goes onto the paper and nowhere else.
"""

from __future__ import annotations

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from employer_app.actions import channel_check, channels
from employer_app.actions.said import posted
from employer_app.domain.channel_choice import Way
from employer_app.domain.clock import now
from employer_app.domain.courtesy import Complaint
from employer_app.domain.errors import NotAllowed, NotFound, Refused
from employer_app.domain.merge import FIELDS
from employer_app.forms.applications import moment
from employer_app.forms.base import say
from employer_app.forms.channels import LetterForm
from employer_app.web import paper
from employer_app.web.channels.blueprint import ID, Saying, blueprint, page_of, saying
from employer_app.web.channels.sheet import LONGEST_LINE, MOST_LINES, Sheet, in_the_window, sheet_of
from employer_app.web.files import answer_pdf
from employer_app.web.viewer import viewer

#: the fields of this form by what the verb calls them; the tick is not there before a decision
_FIELDS = {"occurred_on": "posted_on", "tells": None}


@blueprint.get(f"/applications/<{ID}:application_id>/letter", endpoint="letter")
def show(application_id: int) -> ResponseReturnValue:
    shown = saying(Way.LETTER, application_id)
    return _page(shown, _begun(shown))


@blueprint.post(f"/applications/<{ID}:application_id>/letter/text")
def letter_text(application_id: int) -> ResponseReturnValue:
    """The letter begun again with what was typed in its place; nothing is kept."""
    shown = saying(Way.LETTER, application_id)
    fine = shown.read()
    return _page(shown, _begun(shown)), 200 if fine else 422


@blueprint.post(f"/applications/<{ID}:application_id>/letter/check")
def letter_check(application_id: int) -> ResponseReturnValue:
    """The letter as it was typed, with what the wording check says of it; nothing is kept."""
    return _page(saying(Way.LETTER, application_id), LetterForm())


@blueprint.post(f"/applications/<{ID}:application_id>/letter/pdf")
def letter_pdf(application_id: int) -> ResponseReturnValue:
    shown, form = saying(Way.LETTER, application_id), LetterForm()
    if not (form.sent() & _fits_paper(form) & _is_true(shown, form)) or shown.said is None:
        return _page(shown, form), 422
    sheet = sheet_of(shown.one, shown.said, form.lines(), form.subject.data or "", form.text.data or "")
    try:
        return answer_pdf("letter", paper.pdf_of(render_template("channels/paper.html", sheet=sheet)))
    except paper.NoPdf:
        return _page(shown, form, sheet), 501


@blueprint.post(f"/applications/<{ID}:application_id>/letter/posted")
def letter_was_posted(application_id: int) -> ResponseReturnValue:
    shown, form = saying(Way.LETTER, application_id), LetterForm()
    if not form.sent() or not _is_true(shown, form):
        return _page(shown, form), 422
    page = shown.one.page
    try:
        posted(
            actor=viewer(),
            application_id=application_id,
            text="\n\n".join(part for part in (form.subject.data, form.text.data) if part),
            tells=bool(form.tells.data),
            occurred_at=moment(form.posted_on.data, None, page.timezone, now()),
            promise_on=form.promise_on.data,
            says_no=bool(form.says_no.data),
        )
    except (NotFound, NotAllowed):
        raise
    except Refused as refused:
        say(form, Refused(refused.message, refused.remedy, _FIELDS.get(refused.field or "", refused.field)))
        return _page(shown, form), 422
    flash("The letter is in the record.", "done")
    return redirect(url_for("applications.show", application_id=application_id), 303)


def _fits_paper(form: LetterForm) -> bool:
    """What the form itself cannot know; it says so beside the field."""
    lines, refused = form.lines(), []
    if not lines:
        refused.append(Refused("Write the postal address first: it stands in the window.", field="address"))
    elif not in_the_window(lines):
        room = f"The window has room for {MOST_LINES} lines of {LONGEST_LINE} characters."
        refused.append(Refused(room, field="address"))
    for one in refused:
        say(form, one)
    return not refused


def _found(shown: Saying, form: LetterForm) -> tuple[Complaint, ...]:
    """What the wording check says of the letter as it stands in the form. Gaps are said apart."""
    if shown.said is None or not form.text.data:
        return ()
    subject, text = form.subject.data or "", form.text.data
    stood_for = bool(form.says_no.data)
    return channel_check.of_letter(shown.one, shown.said, shown.own, subject, text, says_no=stood_for)


def _is_true(shown: Saying, form: LetterForm) -> bool:
    """Whether nothing is lacking in the letter and no fact stands against it; the form says so beside it."""
    try:
        if channels.GAP in (form.text.data or ""):
            raise channels.gap_refused()
        channel_check.refuse_untrue(_found(shown, form))
    except Refused as refused:
        say(form, refused)
        return False
    return True


def _begun(shown: Saying) -> LetterForm:
    """The letter to begin with. The name stands in the first line of the address."""
    if shown.said is None:
        return LetterForm(formdata=None)
    begun = channels.paper_text(shown.one, shown.said, shown.own)
    return LetterForm(
        formdata=None,
        data={
            "address": request.form.get("address") or f"{shown.one.page.person.name}\n",
            "subject": begun.subject,
            "text": begun.text,
            "posted_on": shown.one.today,
            "tells": shown.said.decides,
            "promise_on": shown.day,
        },
    )


def _page(shown: Saying, form: LetterForm, sheet: Sheet | None = None) -> str:
    """With the `sheet`, that alone comes onto the paper when the page is printed."""
    decided = shown.one.standing.decided
    if not decided:
        del form.tells
    lacking = channels.paper_text(shown.one, shown.said, shown.own).lacking if shown.said else ()
    missing = [FIELDS[name].help for name in lacking]
    found = _found(shown, form)
    if not channel_check.says_nothing_plain(found):
        del form.says_no
    return page_of(shown, "channels/letter.html", form=form, lacking=missing, sheet=sheet, found=found)
