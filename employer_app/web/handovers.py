"""Hand owed answers over: from the home list and from a job, one by one, and all that somebody left behind.

What changes hands is exactly who stood on the page before the button, with whoever had them then.
"""

from __future__ import annotations

from collections.abc import Collection

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from employer_app.actions import handovers
from employer_app.actions.applications import MOST_AT_ONCE
from employer_app.domain.errors import Changed, NotAllowed, NotFound, Refused
from employer_app.domain.role import Verb, require
from employer_app.domain.words import t
from employer_app.forms.base import say
from employer_app.forms.handovers import HandOverAllForm, HandOverForm
from employer_app.forms.ids import number
from employer_app.queries.choices import team
from employer_app.queries.handovers import Chosen, chosen
from employer_app.web import all_matching
from employer_app.web.paths import own_path
from employer_app.web.viewer import viewer

blueprint = Blueprint("handovers", __name__, url_prefix="/hand-over")

#: so many are named on the page; the others are counted
SHOWN = 50


@blueprint.post("")
def choose() -> ResponseReturnValue:
    """To whom: nothing is written yet."""
    require(viewer(), Verb.EDIT)
    back = own_path(request.form.get("back", ""))
    try:
        ids, differs = _whom()
    except Refused as refused:
        flash(str(refused), "soon")
        return redirect(back, 303)
    if not ids:
        flash("Nobody is ticked. Tick at least one person.", "soon")
        return redirect(back, 303)
    if len(ids) > MOST_AT_ONCE:
        flash(f"These are more than {MOST_AT_ONCE:,} people at once. Do it in parts.", "soon")
        return redirect(back, 303)
    form = HandOverForm(formdata=None, data={"back": back})
    return _page(form, ids, differs)


def _whom() -> tuple[set[int], str]:
    """The ticked ones, or all that match; and what is to be said where these are others by now."""
    if all_matching.asked_for_all():
        found = all_matching.of_form()
        return set(found.ids), found.differs
    return {one for text in request.form.getlist("only") if (one := number(text)) is not None}, ""


@blueprint.post("/now")
def hand_over() -> ResponseReturnValue:
    form = HandOverForm()
    form.offer(_team(), viewer().user_id)
    seen = form.owners()
    if not seen:
        flash("Nobody is ticked. Tick at least one person.", "soon")
        return redirect(own_path(form.back.data or ""), 303)
    if not form.sent():
        return _page(form, seen)
    try:
        done = handovers.hand_over(
            actor=viewer(), seen=seen, to_id=form.to.data or 0, note=form.note.data or ""
        )
    except (NotFound, NotAllowed):
        raise
    except Refused as refused:
        say(form, refused)
        return _page(form, seen), 409 if isinstance(refused, Changed) else 200
    _tell(done)
    return redirect(own_path(form.back.data or ""), 303)


@blueprint.post("/<int(max=2147483647):handover_id>/undo")
def undo(handover_id: int) -> ResponseReturnValue:
    try:
        back = handovers.take_back(actor=viewer(), handover_id=handover_id)
    except (NotFound, NotAllowed):
        raise
    except Refused as refused:
        flash(str(refused), "soon")
    else:
        kept = f" {t('page.people', n=back.kept)} changed hands again since, and stay." if back.kept else ""
        flash(f"{t('page.people', n=back.people)} taken back, as it was before.{kept}", "done")
    return redirect(own_path(request.form.get("back", "")), 303)


@blueprint.post("/all/<int(max=2147483647):user_id>")
def hand_over_all(user_id: int) -> ResponseReturnValue:
    """Everything that somebody owes who may not sign in any more, and their jobs."""
    require(viewer(), Verb.ADMINISTER)
    form = HandOverAllForm()
    try:
        if not form.sent() or not form.to.data:
            raise Refused("Choose a colleague.", "Nobody was handed over.")
        done = handovers.hand_over_all(actor=viewer(), from_id=user_id, to_id=form.to.data)
    except (NotFound, NotAllowed):
        raise
    except Refused as refused:
        flash(str(refused), "soon")
    else:
        _tell(done)
    return redirect(own_path(request.form.get("back", "")), 303)


def _page(form: HandOverForm, ids: Collection[int], differs: str = "") -> str:
    rows = chosen(viewer(), ids)
    form.offer(_team(), viewer().user_id)
    form.back.data = own_path(form.back.data or "")
    form.seen.data = " ".join(f"{row.id}:{row.owner_id or 0}" for row in rows)
    return render_template(
        "waiting/hand_over.html",
        form=form,
        rows=rows[:SHOWN],
        total=len(rows),
        now_with=_now_with(rows),
        differs=differs,
    )


def _now_with(rows: Collection[Chosen]) -> str:
    """Whose they are, where it is one person's."""
    owners = {row.owner for row in rows}
    return owners.pop() or "nobody" if len(owners) == 1 else ""


def _team() -> list[tuple[int, str]]:
    return [(one.id, one.name) for one in team(viewer())]


def _tell(done: handovers.HandedOver) -> None:
    """With the way back: who pressed too early presses once more."""
    if done.id is None:
        flash(f"They are with {done.to} already.", "done")
        return
    left = f" {t('page.people', n=done.left)} more are left: press again." if done.left else ""
    said = f"{t('page.people', n=done.people)} handed over to {done.to}.{left}"
    undo_at = url_for("handovers.undo", handover_id=done.id)
    flash({"text": said, "act": "Take it back", "href": undo_at}, "done")  # type: ignore[arg-type]  # kept as JSON
