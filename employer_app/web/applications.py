"""One application: its page, and every act on it as one small form that works without a script.

An act that is refused shows the same page again with everything typed kept, its form open, and why.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from itertools import groupby
from typing import Any
from zoneinfo import ZoneInfo

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from employer_app.actions import applications, contacts, decisions, promises, waivers
from employer_app.actions.underway import OnItsWay
from employer_app.domain.clock import now
from employer_app.domain.disposition import disposition
from employer_app.domain.errors import NotAllowed, NotFound, Refused
from employer_app.domain.interviewer import Interviewer
from employer_app.domain.role import Person
from employer_app.domain.stage import InterviewKind
from employer_app.domain.status import Status
from employer_app.domain.words import words
from employer_app.forms import applications as forms
from employer_app.forms.choices import offered
from employer_app.queries import manager_asks
from employer_app.queries.applications import ApplicationPage, application_page
from employer_app.queries.choices import team
from employer_app.queries.timeline import SHOWN, Entry, timeline
from employer_app.web.acts_anew import Landed, move_job, offer_jobs, reopen, undo_move
from employer_app.web.owed_box import box
from employer_app.web.viewer import viewer

blueprint = Blueprint("applications", __name__)

ID = "int(max=2147483647)"


@dataclass(frozen=True)
class Act:
    """What a form does: `run(actor, page, form)` calls one verb; `done` is said when it worked."""

    title: str
    form: type[forms.ActForm]
    run: Callable[[Person, ApplicationPage, Any], object]
    done: str


@blueprint.get(f"/applications/<{ID}:application_id>")
def show(application_id: int) -> ResponseReturnValue:
    page = application_page(viewer(), application_id)
    name = request.args.get("open", "")
    if name not in ACTS:
        return _render(page)
    fresh = ACTS[name].form(formdata=None, data=_defaults(page, ACTS[name]))
    return _render(page, name, _with_choices(fresh, page))


@blueprint.post(f"/applications/<{ID}:application_id>/<name>")
def act(application_id: int, name: str) -> ResponseReturnValue:
    if name not in ACTS:
        raise NotFound("This cannot be done here.", "Go back to the application.")
    page = application_page(viewer(), application_id)
    doing = ACTS[name]
    form = _with_choices(doing.form(), page)
    if not form.sent():
        return _render(page, name, form), 422
    try:
        landed = doing.run(viewer(), page, form)
    except (NotFound, NotAllowed):
        raise
    except Refused as refused:
        return _render(application_page(viewer(), application_id), name, form, refused), 422
    flash(doing.done, "done")
    at = landed.application_id if isinstance(landed, Landed) else application_id
    return redirect(url_for("applications.show", application_id=at), 303)


def _render(
    page: ApplicationPage,
    opened: str = "",
    form: forms.ActForm | None = None,
    refused: Refused | None = None,
) -> str:
    line = timeline(viewer(), page.id, limit=None if request.args.get("all") == "1" else SHOWN)
    if form and refused and refused.field and refused.field in form:
        field = form[refused.field]
        field.errors = [*field.errors, str(refused)]
    return render_template(
        "applications/show.html",
        page=page,
        line=line,
        opened=opened,
        doing=ACTS.get(opened),
        form=form,
        asked=manager_asks.standing(viewer(), [page.id]).get(page.id),
        months=_by_month(line.entries, ZoneInfo(page.timezone)),
        box=box(page, viewer().user_id, now()),
        reason=lambda code: disposition(code).label,
        refused=refused,
        on_its_way=refused if isinstance(refused, OnItsWay) else None,
        zone=ZoneInfo(page.timezone),
    )


def _by_month(entries: Sequence[Entry], zone: ZoneInfo) -> list[tuple[str, list[Entry]]]:
    """The month as its heading, with the year unless it is this one."""
    this_year = now().astimezone(zone).year

    def month(entry: Entry) -> str:
        day = entry.at.astimezone(zone)
        name = str(words().calendar.months_long[day.month - 1])
        return name if day.year == this_year else f"{name} {day.year}"

    return [(name, list(group)) for name, group in groupby(entries, key=month)]


def _with_choices(form: forms.ActForm, page: ApplicationPage) -> forms.ActForm:
    if isinstance(form, forms.MoveForm):
        form.stage_id.choices = offered((one.id, one.name) for one in page.stages)
    if isinstance(form, forms.OwnerForm):
        people = ((one.id, one.name) for one in team(viewer()))
        form.owner_id.choices = offered([(0, "The owner of the job"), *people])
    if isinstance(form, forms.DecideForm):
        form.offer(page.depth)
    if isinstance(form, forms.MoveJobForm):
        offer_jobs(form, page)
    return form


def _defaults(page: ApplicationPage, doing: Act) -> dict[str, object]:
    here = now().astimezone(ZoneInfo(page.timezone))
    return {
        "version": page.version,
        "occurred_on": here.date(),
        "occurred_at": here.time().replace(second=0, microsecond=0),
        "held_on": here.date(),
        "stage_id": page.stage_id if doing.form is forms.MoveForm else 0,
        "owner_id": page.own_owner_id or 0,
    }


def _note(actor: Person, page: ApplicationPage, form: forms.NoteForm) -> None:
    contacts.add_note(actor=actor, application_id=page.id, text=form.text.data or "")


def _call(actor: Person, page: ApplicationPage, form: forms.ContactForm) -> None:
    _contact(contacts.log_call, actor, page, form)


def _letter(actor: Person, page: ApplicationPage, form: forms.ContactForm) -> None:
    _contact(contacts.log_letter, actor, page, form)


def _contact(log: Callable[..., None], actor: Person, page: ApplicationPage, form: forms.ContactForm) -> None:
    log(
        actor=actor,
        application_id=page.id,
        summary=form.summary.data or "",
        tells=bool(form.tells.data),
        occurred_at=forms.moment(form.occurred_on.data, form.occurred_at.data, page.timezone, now()),
        promise_on=form.promise_on.data,
    )


def _interview(actor: Person, page: ApplicationPage, form: forms.InterviewForm) -> None:
    contacts.log_interview(
        actor=actor,
        application_id=page.id,
        kind=InterviewKind(form.kind.data),
        held_at=forms.moment(form.held_on.data, form.held_at.data, page.timezone, now()),
        interviewers=[Interviewer(name, title) for name, title in form.people()],
    )


def _told(actor: Person, page: ApplicationPage, form: forms.ToldForm) -> None:
    contacts.told_elsewhere(
        actor=actor,
        application_id=page.id,
        occurred_at=forms.moment(form.occurred_on.data, None, page.timezone, now()),
        how=form.how.data or "",
    )


def _promise(actor: Person, page: ApplicationPage, form: forms.PromiseForm) -> None:
    assert form.promise_on.data is not None  # noqa: S101 -- the form has said so
    promises.make_promise(actor=actor, application_id=page.id, on=form.promise_on.data)


def _waive(actor: Person, page: ApplicationPage, form: forms.WaiverForm) -> None:
    waivers.waive(actor=actor, application_id=page.id, reason=form.reason.data or "")


def _needed(actor: Person, page: ApplicationPage, form: forms.ActForm) -> None:
    waivers.withdraw_waiver(actor=actor, application_id=page.id)


def _decide(actor: Person, page: ApplicationPage, form: forms.DecideForm) -> None:
    decisions.decide(
        actor=actor,
        application_id=page.id,
        code=form.code.data,
        version=form.version.data or 0,
        made_at=_made_at(form.made_on.data, page),
        force=form.forced,
    )


def _made_at(day: date | None, page: ApplicationPage) -> datetime | None:
    """The beginning of that day, so that a call of the same day can have told it; but after they applied."""
    if day is None:
        return None
    applied = page.received_at
    same_day = applied.astimezone(ZoneInfo(page.timezone)).date() == day
    return applied if same_day else forms.moment(day, time(0), page.timezone, now())


def _undo(actor: Person, page: ApplicationPage, form: forms.ActForm) -> None:
    decisions.undo_decision(actor=actor, application_id=page.id, version=form.version.data or 0)


def _move(actor: Person, page: ApplicationPage, form: forms.MoveForm) -> None:
    applications.move_stage(
        actor=actor,
        versions={page.id: form.version.data or 0},
        stage_id=form.stage_id.data,
        force=form.forced,
    )


def _status(actor: Person, page: ApplicationPage, form: forms.StatusForm) -> None:
    status = form.wanted()
    if status is None:
        raise Refused("There is no such state.", "Look at how the application stands now.")
    if page.status is Status.REJECTED:
        raise Refused("This person was told a “no”, or is to be.", "Use “Reopen” or “Take it back”.")
    applications.change_status(
        actor=actor,
        application_id=page.id,
        status=status,
        version=form.version.data or 0,
        force=form.forced,
    )


def _owner(actor: Person, page: ApplicationPage, form: forms.OwnerForm) -> None:
    applications.set_owner(actor=actor, application_ids=[page.id], owner_id=form.owner_id.data or None)


ACTS: Mapping[str, Act] = {
    "call": Act("Log a call", forms.ContactForm, _call, "The call is in the record."),
    "letter": Act("Log a letter", forms.ContactForm, _letter, "The letter is in the record."),
    "interview": Act(
        "An interview was held", forms.InterviewForm, _interview, "The interview is in the record."
    ),
    "note": Act("Add a note", forms.NoteForm, _note, "The note is in the record."),
    "promise": Act("We gave a date", forms.PromiseForm, _promise, "The date is in the record."),
    "told": Act("Told elsewhere", forms.ToldForm, _told, "It is in the record that they know."),
    "no-answer-needed": Act(
        "No answer needed", forms.WaiverForm, _waive, "In the record, with your name: no answer needed."
    ),
    "answer-needed": Act(
        "An answer is needed", forms.EmptyForm, _needed, "This person waits for an answer again."
    ),
    "decide": Act(
        "Decide", forms.DecideForm, _decide, "The decision is in the record. Nobody has been told yet."
    ),
    "undo-decision": Act(
        "Take the decision back",
        forms.EmptyForm,
        _undo,
        "The decision is taken back. All is as it was before.",
    ),
    "move": Act("Move to a stage", forms.MoveForm, _move, "Moved."),
    "move-job": Act(
        "Move to another job", forms.MoveJobForm, move_job, "Moved. This is the application in its new job."
    ),
    "undo-move": Act("Undo the move", forms.EmptyForm, undo_move, "Back in the job where it was."),
    "reopen": Act("Reopen", forms.ReopenForm, reopen, "It is open again. Now tell them, and ask."),
    "status": Act("Change where this stands", forms.StatusForm, _status, "Changed."),
    "owner": Act("Who owes the answer", forms.OwnerForm, _owner, "Changed hands."),
}
