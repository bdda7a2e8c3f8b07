"""Ask a hiring manager, look at what they said and confirm it; and the page that their link opens.

The link's page needs nobody signed in. Looking at it changes nothing; whatever is wrong with a link, the
answer is the same plain page.
"""

from __future__ import annotations

import logging
from collections.abc import Sequence

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from employer_app import tasks
from employer_app.actions import manager_answers, manager_asks, sign_in
from employer_app.actions.underway import OnItsWay
from employer_app.domain import times
from employer_app.domain.clock import now
from employer_app.domain.errors import Changed, NotAllowed, NotFound, Refused
from employer_app.domain.manager_ask import Answer
from employer_app.domain.role import Verb, require
from employer_app.domain.words import t
from employer_app.forms.base import say
from employer_app.forms.ids import number
from employer_app.forms.manager_asks import AnswersForm, AskForm, ConfirmForm, chosen, reasons_for
from employer_app.outbox import manager_mail
from employer_app.queries import manager_asks as asks
from employer_app.queries.manager_asks import Asked, AskPage, ToAsk
from employer_app.web.filters import here
from employer_app.web.viewer import viewer

blueprint = Blueprint("manager_asks", __name__)
log = logging.getLogger(__name__)

_JOB = "/jobs/<int(max=2147483647):job_id>/ask-manager"
_ASK = "/manager-asks/<int(max=2147483647):ask_id>"


@blueprint.get(_JOB)
def new(job_id: int) -> ResponseReturnValue:
    """`only`: whom it is about. `again`: an ask that the new one stands for."""
    require(viewer(), Verb.MAIL)
    about = asks.to_ask(
        viewer(), job_id, chosen(request.args.getlist("only")), number(request.args.get("again"))
    )
    return _form(about, _prefilled(about))


@blueprint.post(f"{_JOB}/people")
def people(job_id: int) -> ResponseReturnValue:
    """From the table of the job: nobody ticked must never mean everybody."""
    require(viewer(), Verb.MAIL)
    ticked = chosen(request.form.getlist("only"))
    if not ticked:
        flash("Nobody is ticked. Tick at least one person.", "soon")
        return redirect(url_for("jobs.show", job_id=job_id), 303)
    about = asks.to_ask(viewer(), job_id, ticked)
    return _form(about, _prefilled(about))


@blueprint.post(_JOB)
def create(job_id: int) -> ResponseReturnValue:
    form = AskForm()
    ids = chosen(request.form.getlist("only"))
    about = asks.to_ask(viewer(), job_id, ids, form.again.data)
    if form.sent():
        try:
            ask_id = manager_asks.ask(
                actor=viewer(),
                job_id=job_id,
                application_ids=ids,
                name=form.name.data or "",
                address=form.address.data or "",
                competing=bool(form.competing.data),
                instead_of=form.again.data,
            )
        except (NotFound, NotAllowed):
            raise
        except Refused as refused:
            say(form, refused)
        else:
            tasks.ask_managers()
            flash(f"{form.name.data} is asked. Whatever the answer is, you confirm it first.", "done")
            return redirect(url_for(".show", ask_id=ask_id), 303)
    return _form(about, form), 422


def _prefilled(about: ToAsk) -> AskForm:
    known = {"name": about.name, "address": about.address, "competing": about.competing}
    return AskForm(formdata=None, data={**known, "again": about.again})


def _form(about: ToAsk, form: AskForm) -> str:
    return render_template("manager_asks/new.html", about=about, form=form)


@blueprint.get(_ASK)
def show(ask_id: int) -> ResponseReturnValue:
    page = asks.ask_page(viewer(), ask_id)
    return _show(page, ConfirmForm(page.rows))


def _show(
    page: AskPage, form: ConfirmForm, refused: Refused | None = None, ticked: Sequence[int] = ()
) -> str:
    return render_template(
        "manager_asks/show.html",
        page=page,
        form=form,
        refused=refused,
        on_its_way=refused if isinstance(refused, OnItsWay) else None,
        ticked=set(ticked),
        typed=request.form,
        reasons=reasons_for,
        waits_because=manager_mail.why_not(page.address) if page.open and page.next_mail_at else "",
        to_confirm=sum(row.to_confirm for row in page.rows),
    )


@blueprint.post(f"{_ASK}/confirm")
def confirm(ask_id: int) -> ResponseReturnValue:
    page = asks.ask_page(viewer(), ask_id)
    form = ConfirmForm(page.rows)
    ticked = _ticked(page)
    try:
        done = manager_asks.confirm(
            actor=viewer(),
            ask_id=ask_id,
            seen=form.seen(request.form, ticked),
            force=str(form.force.data) == "1",
        )
    except (NotFound, NotAllowed):
        raise
    except Changed as changed:
        flash(str(changed), "soon")
        return redirect(url_for(".show", ask_id=ask_id), 303)
    except Refused as refused:
        return _show(asks.ask_page(viewer(), ask_id), form, refused, ticked), 422
    flash(_said(done[Answer.YES], done[Answer.NO]), "done")
    return redirect(url_for(".show", ask_id=ask_id), 303)


def _ticked(page: AskPage) -> list[int]:
    """All, where that was pressed: every answer that the page had on it, and none that came since."""
    if request.form.get("all"):
        return [row.item_id for row in page.rows if f"seen-{row.item_id}" in request.form]
    return chosen(request.form.getlist("item"))


def _said(yes: int, no: int) -> str:
    parts = []
    if yes:
        parts.append(f"{t('page.people', n=yes)} may go on: move them when you are ready.")
    if no:
        parts.append(f"{t('page.people', n=no)} decided, and told nothing yet.")
    return " ".join(parts)


@blueprint.post(f"{_ASK}/withdraw")
def withdraw(ask_id: int) -> ResponseReturnValue:
    manager_asks.withdraw(actor=viewer(), ask_id=ask_id)
    flash("The question is taken back. Its link opens nothing any more.", "done")
    return redirect(url_for(".show", ask_id=ask_id), 303)


@blueprint.get("/manager/<token>")
def by_link(token: str) -> ResponseReturnValue:
    page = asks.by_link(token)
    if page is None:
        return _no_link(token)
    return _answers(token, page, AnswersForm(page.rows, page.today))


@blueprint.post("/manager/<token>")
def answer(token: str) -> ResponseReturnValue:
    page = asks.by_link(token)
    if page is None:
        return _no_link(token)
    form = AnswersForm(page.rows, page.today, request.form)
    given = form.given(request.form)
    if given is None:
        return _answers(token, page, form), 422
    try:
        saved = manager_answers.answer(token=token, given=given)
    except NotFound:
        return _no_link(token)
    except Refused as refused:
        form.form_errors.append(str(refused))
        return _answers(token, page, form), 422
    _thank(saved)
    return redirect(url_for(".by_link", token=token), 303)


def _thank(saved: manager_answers.Saved) -> None:
    if saved.answers:
        answers = (
            "Your answer is saved." if saved.answers == 1 else f"Your {saved.answers} answers are saved."
        )
        flash(f"{answers} You can change them until the team has confirmed them.", "done")
    elif not saved.too_late:
        flash("Nothing was changed.", "soon")
    if saved.too_late:
        flash("Some have an answer already, so nothing was changed there.", "soon")


def _answers(token: str, page: AskPage, form: AnswersForm) -> str:
    return render_template("manager_asks/answer.html", token=token, page=page, form=form)


def _no_link(token: str) -> ResponseReturnValue:
    """One page for unknown, too old and taken back. A stranger who tries many waits longer and longer."""
    headers: dict[str, str] = {}
    code, wait = 404, ""
    if not asks.is_ours(token):
        try:
            sign_in.charge_link(network=request.remote_addr or "unknown")
        except sign_in.TooManyTries as too_many:
            log.warning("link refused: too many attempts, %s seconds to wait", too_many.seconds)
            code, wait, headers = 429, too_many.message, {"Retry-After": str(too_many.seconds)}
    return render_template("manager_asks/no_link.html", wait=wait), code, headers


def words(one: Asked) -> str:
    """How it stands with the manager, beside a person in a list."""
    zone, today = here(), now().astimezone(here()).date()

    def on(moment: object) -> str:
        return times.day(moment.astimezone(zone).date(), today=today) if moment else ""  # type: ignore[attr-defined]

    if one.answer in (Answer.YES, Answer.NO):
        return t(f"asking.said_{one.answer}", name=one.name, day=on(one.answered_at))
    if one.expired:
        return t("asking.expired", name=one.name)
    if one.answer is Answer.LATER and one.until and not one.overdue:
        return t("asking.needs_until", name=one.name, day=times.day(one.until, today=today))
    if not one.left:
        return t("asking.not_left", name=one.name)
    return t("asking.waits", name=one.name, day=on(one.asked_at))


blueprint.add_app_template_filter(words, "asked")
