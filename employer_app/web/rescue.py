"""Backlog rescue: the old pile in groups, what is done with each, and how far a rescue is that runs."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from employer_app.actions import rescue
from employer_app.actions.rescue import Drip
from employer_app.domain.clock import now
from employer_app.domain.close_out import Cause
from employer_app.domain.errors import Changed, NotAllowed, NotFound, Refused
from employer_app.domain.rescue import (
    HEAPS,
    Apart,
    Choice,
    HeapName,
    Pile,
    Press,
    Span,
    check_a_day,
    finish_on,
    leaves_headroom,
    local_day,
    next_working_day,
    proposed_a_day,
)
from employer_app.domain.role import Verb, require
from employer_app.domain.words import t
from employer_app.forms.base import say
from employer_app.forms.rescue import EndForm, PerDayForm, plan_form
from employer_app.queries import rescue as queries
from employer_app.queries.digest import house_calendar
from employer_app.queries.pace import limits
from employer_app.queries.rescue import Progress
from employer_app.web.viewer import viewer

blueprint = Blueprint("rescue", __name__, url_prefix="/rescue")

ID = "int(max=2147483647)"


@blueprint.get("")
def index() -> ResponseReturnValue:
    return _page(queries.pile(viewer()))


@blueprint.post("/plan")
def plan() -> ResponseReturnValue:
    """Begin, or add to the one that runs; with `reckon` only say when it would be through."""
    require(viewer(), Verb.DECIDE)
    pile = queries.pile(viewer())
    form = _form(pile, fresh=False)
    if not form.sent():
        return _page(pile, form), 422
    drip = Drip(form.per_day.data or 0, form.starts_on.data or date.min, Cause(form.cause.data or "filled"))
    try:
        if "reckon" in request.form:
            check_a_day(drip.per_day, limits(viewer()))
            return _page(pile, form)
        done = rescue.plan(
            actor=viewer(),
            choices=form.choices(),
            seen=form.seen(),
            drip=drip,
            reason=form.reason.data or "",
        )
    except (NotFound, NotAllowed):
        raise
    except Refused as refused:
        if isinstance(refused, Changed):
            pile = queries.pile(viewer())
            form = _form(pile, fresh=True)
        say(form, refused)
        return _page(pile, form), 409 if isinstance(refused, Changed) else 422
    _tell(done)
    return redirect(url_for(".index"), 303)


@blueprint.post(f"/<{ID}:rescue_id>/today")
def today(rescue_id: int) -> ResponseReturnValue:
    """Prepare the list of today and look at it. It leaves when it is confirmed, like any other."""
    try:
        plan_id = rescue.prepare(actor=viewer(), rescue_id=rescue_id)
    except (NotFound, NotAllowed):
        raise
    except Refused as refused:
        flash(str(refused), "soon")
        return redirect(url_for(".index"), 303)
    return redirect(url_for("batches.text", plan_id=plan_id), 303)


@blueprint.post(f"/<{ID}:rescue_id>/change")
def change(rescue_id: int) -> ResponseReturnValue:
    require(viewer(), Verb.DECIDE)
    form = PerDayForm()
    if not form.sent():
        return _page(queries.pile(viewer()), per_day=form), 422
    try:
        rescue.change(actor=viewer(), rescue_id=rescue_id, per_day=form.per_day.data or 0)
    except (NotFound, NotAllowed):
        raise
    except Refused as refused:
        say(form, refused)
        return _page(queries.pile(viewer()), per_day=form), 422
    flash("The number is changed. It counts from the next list on.", "done")
    return redirect(url_for(".index"), 303)


@blueprint.post(f"/<{ID}:rescue_id>/pause")
def pause(rescue_id: int) -> ResponseReturnValue:
    return _do(
        lambda: rescue.pause(actor=viewer(), rescue_id=rescue_id), "It is paused. No list is prepared."
    )


@blueprint.post(f"/<{ID}:rescue_id>/resume")
def resume(rescue_id: int) -> ResponseReturnValue:
    return _do(lambda: rescue.resume(actor=viewer(), rescue_id=rescue_id), "It goes on.")


@blueprint.post(f"/<{ID}:rescue_id>/end")
def end(rescue_id: int) -> ResponseReturnValue:
    require(viewer(), Verb.DECIDE)
    to_home = bool(EndForm().to_home.data)

    def stop() -> str:
        left = rescue.end(actor=viewer(), rescue_id=rescue_id, to_home=to_home)
        where = "on the home list" if to_home else "as they were before it"
        return f"The rescue has ended. {t('page.people', n=left)} left, {where}." if left else ""

    return _do(stop, "The rescue has ended. Nobody was left.")


@blueprint.post(f"/let-go/<{ID}:let_go_id>/undo")
def take_back(let_go_id: int) -> ResponseReturnValue:
    def back() -> str:
        again, kept = rescue.take_back(actor=viewer(), let_go_id=let_go_id)
        stay = f" {t('page.people', n=kept)} changed since, and stay." if kept else ""
        return f"{t('page.people', n=again)} wait for an answer again, as before.{stay}"

    return _do(back, "")


def _do(verb: Callable[[], str | None], said: str) -> ResponseReturnValue:
    """Says what the verb says, or `said`."""
    try:
        answer = verb()
    except (NotFound, NotAllowed):
        raise
    except Refused as refused:
        flash(str(refused), "soon")
    else:
        flash(answer or said, "done")
    return redirect(url_for(".index"), 303)


def _tell(done: rescue.Planned) -> None:
    if done.people:
        flash(
            f"{t('page.people', n=done.people)} planned. Nothing is sent: a person confirms each day.", "done"
        )
    if done.let_go_id is not None:
        said = f"{t('page.people', n=done.let_go)} need no answer, by your word."
        undo_at = url_for(".take_back", let_go_id=done.let_go_id)
        flash({"text": said, "act": "Take it back", "href": undo_at}, "done")  # type: ignore[arg-type]  # kept as JSON


def _form(pile: Pile, *, fresh: bool) -> Any:
    calendar = house_calendar(viewer())
    first = next_working_day(calendar, local_day(calendar, now()))
    return plan_form(pile, per_day=proposed_a_day(limits(viewer())), starts_on=first, fresh=fresh)


def _page(pile: Pile, form: Any = None, *, per_day: PerDayForm | None = None) -> str:
    at = now()
    found = queries.running(viewer(), at)
    form = form or _form(pile, fresh=True)
    if found and per_day is None:
        per_day = PerDayForm(formdata=None, data={"per_day": found.per_day})
    ready = found.open_list(at) if found else None
    return render_template(
        "rescue/index.html",
        pile=pile,
        rows=[(name, pile.heaps[name]) for name in HEAPS if name in pile.heaps],
        presses=[press for press in Press if pile.of_press(press)],
        spans=list(Span),
        names=HeapName,
        apart=[(one, pile.apart[one]) for one in Apart],
        form=form,
        found=found,
        day=_day(found),
        ready=ready,
        mine=ready is not None and ready.author_id == viewer().user_id,
        per_day=per_day,
        end=EndForm(formdata=None),
        mailbox=limits(viewer()),
        **_outlook(pile, form),
    )


def _day(found: Progress | None) -> str:
    """What today is to the rescue: over, a day off, not begun, paused, or a day for a list."""
    if found is None:
        return ""
    if not found.left:
        return "nobody"
    if found.paused_at:
        return "paused"
    if found.today < found.starts_on:
        return "before"
    if next_working_day(found.calendar, found.today) != found.today:
        return "off"
    return "list" if found.room else "done"


def _outlook(pile: Pile, form: Any) -> dict[str, object]:
    """When it would be through with what the form says; nothing while it says nothing sensible."""
    per_day, starts_on = form.per_day.data, form.starts_on.data
    people = pile.of([name for name, choice in form.choices().items() if choice is Choice.WRITE])
    figures = limits(viewer())
    try:
        check_a_day(per_day or 0, figures)
    except Refused:
        return {"people": people, "finish": None, "headroom": True}
    calendar = house_calendar(viewer())
    first = max(starts_on or date.min, local_day(calendar, now()))
    finish = finish_on(calendar, first, people, per_day) if people and first.year < 2200 else None
    return {"people": people, "finish": finish, "headroom": leaves_headroom(per_day, figures)}
