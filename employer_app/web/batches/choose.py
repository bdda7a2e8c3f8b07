"""Step 1: who. Starting a list decides nothing and mails nobody."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from zoneinfo import ZoneInfo

from flask import abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from employer_app.actions import plans
from employer_app.domain.audience import Group
from employer_app.domain.clock import now
from employer_app.domain.close_out import Cause
from employer_app.domain.errors import NotAllowed, NotFound, Refused
from employer_app.domain.message import Purpose
from employer_app.forms.base import say
from employer_app.forms.batches import CloseOutForm, UpdateForm
from employer_app.queries.chosen import jobs_of, still_owed_among
from employer_app.queries.jobs import JobHead, job_head
from employer_app.queries.plans import Waiting, drafts, waiting
from employer_app.web import all_matching
from employer_app.web.all_matching import Matching
from employer_app.web.batches.blueprint import ID, blueprint, numbers
from employer_app.web.paths import own_path
from employer_app.web.viewer import viewer

#: up to so many people are ticked one by one; more are chosen by group, or ticked in the job's own table
ONE_BY_ONE = 50
#: how many of a larger group are named
NAMED = 12


@dataclass(frozen=True)
class Chosen:
    """The people of the page by group, those who came furthest first, and who of them is ticked."""

    groups: Mapping[Group, Sequence[Waiting]]
    one_by_one: bool
    #: as they came preselected; empty: everybody who waits
    only: Sequence[int]
    ticked_groups: frozenset[str]
    ticked: frozenset[int]

    @property
    def people(self) -> int:
        return sum(map(len, self.groups.values()))

    @property
    def ids(self) -> list[int]:
        by_group = [
            row.application_id
            for group, rows in self.groups.items()
            if group.value in self.ticked_groups
            for row in rows
        ]
        return sorted({*self.ticked, *by_group})


@dataclass(frozen=True)
class Asked:
    """Whom the request names. `differs`: where all that match are others by now than when somebody looked;
    `left_out`: so many of them are owed no final answer, and are not on the page."""

    only: Sequence[int]
    differs: str = ""
    left_out: int = 0


@dataclass(frozen=True)
class Scope:
    """Of what the list is: one job, or people of several, and then `job` is that of most of them."""

    job: JobHead
    several: int = 0

    @property
    def job_id(self) -> int | None:
        return None if self.several else self.job.id


@blueprint.route(f"/jobs/<{ID}:job_id>/close-out", methods=["GET", "POST"])
def close_out(job_id: int) -> ResponseReturnValue:
    return _close_out(Scope(job_head(viewer(), job_id)), _of_request())


@blueprint.route(f"/jobs/<{ID}:job_id>/update", methods=["GET", "POST"])
def update(job_id: int) -> ResponseReturnValue:
    return _update(Scope(job_head(viewer(), job_id)), _of_request())


_SEND_LISTS = "/send-lists/<any('close-out', 'update'):what>"


@blueprint.post(_SEND_LISTS)
def several(what: str) -> ResponseReturnValue:
    """For the ticked people, of whatever jobs, or all that match. Nobody ticked must never mean everybody."""
    if "start" not in request.form and all_matching.asked_for_all():
        return _matching(what, all_matching.of_form)
    return _several(what, _of_request())


@blueprint.get(_SEND_LISTS)
def several_of(what: str) -> ResponseReturnValue:
    """For the people of one folded row of the home list, as its link says."""
    return _matching(what, all_matching.of_address)


def _matching(what: str, find: Callable[[], Matching]) -> ResponseReturnValue:
    try:
        found = find()
    except Refused as refused:
        flash(str(refused), "soon")
        return redirect(own_path(request.values.get("back", "")), 303)
    ids = still_owed_among(viewer(), found.ids)
    if found.ids and not ids:
        flash("No final answer is owed to any of these people: a send list is not for them.", "soon")
        return redirect(own_path(request.values.get("back", "")), 303)
    return _several(what, Asked(ids, found.differs, len(found.ids) - len(ids)))


def _several(what: str, asked: Asked) -> ResponseReturnValue:
    jobs = jobs_of(viewer(), asked.only)
    if not jobs:
        flash("Nobody is ticked. Tick at least one person.", "soon")
        return redirect(url_for("waiting.index"), 303)
    scope = Scope(job_head(viewer(), jobs[0]), len(jobs) if len(jobs) > 1 else 0)
    return (_close_out if what == "close-out" else _update)(scope, asked)


def _of_request() -> Asked:
    return Asked(numbers("only"))


def _close_out(scope: Scope, asked: Asked) -> ResponseReturnValue:
    started = "start" in request.form
    form = CloseOutForm() if started else CloseOutForm(formdata=None)
    chosen = _chosen(scope.job_id, asked.only, started)
    if started and _someone(form, chosen) and form.sent():
        try:
            plan_id = plans.start_close_out(
                job_id=scope.job_id, cause=Cause(form.cause.data), actor=viewer(), application_ids=chosen.ids
            )
        except (NotFound, NotAllowed):
            raise
        except Refused as refused:
            say(form, refused)
        else:
            return redirect(url_for("batches.text", plan_id=plan_id), 303)
    return _page(Purpose.DECISION, scope, asked, chosen, form), 422 if started else 200


def _update(scope: Scope, asked: Asked) -> ResponseReturnValue:
    started = "start" in request.form
    chosen, today = _chosen(scope.job_id, asked.only, started), _today(scope.job)
    form = UpdateForm(today) if started else UpdateForm(today, formdata=None)
    if not started:
        form.next_update_by.data = plans.usual_date(scope.job.id)
    if started and _someone(form, chosen) and form.sent():
        try:
            plan_id = plans.start_update(
                job_id=scope.job_id,
                actor=viewer(),
                application_ids=chosen.ids,
                next_update_by=form.next_update_by.data,
            )
        except (NotFound, NotAllowed):
            raise
        except Refused as refused:
            say(form, refused)
        else:
            return redirect(url_for("batches.text", plan_id=plan_id), 303)
    return _page(Purpose.UPDATE, scope, asked, chosen, form), 422 if started else 200


def _today(job: JobHead) -> date:
    return now().astimezone(ZoneInfo(job.timezone)).date()


def _chosen(job_id: int | None, only: Sequence[int], started: bool) -> Chosen:
    """Raises NotFound when somebody in the request is not in the job."""
    rows = waiting(viewer(), job_id, only)
    groups = {group: [row for row in rows if row.group is group] for group in reversed(Group)}
    groups = {group: found for group, found in groups.items() if found}
    one_by_one = len(rows) <= ONE_BY_ONE
    if not started:
        everybody = frozenset(row.application_id for row in rows)
        return Chosen(groups, one_by_one, only, frozenset(groups), everybody)
    names = frozenset(request.form.getlist("group"))
    if not names <= {group.value for group in Group}:
        abort(400)
    ticked = frozenset(numbers("person"))
    waiting(viewer(), job_id, ticked)
    return Chosen(groups, one_by_one, only, names, ticked)


def _someone(form: CloseOutForm | UpdateForm, chosen: Chosen) -> bool:
    """Nobody ticked must never mean everybody."""
    if not chosen.ids:
        form.validate()
        form.form_errors.append("Nobody is ticked. Tick at least one person.")
    return bool(chosen.ids)


def _page(
    purpose: Purpose, scope: Scope, asked: Asked, chosen: Chosen, form: CloseOutForm | UpdateForm
) -> str:
    return render_template(
        "batches/choose.html",
        purpose=purpose,
        job=scope.job,
        several=scope.several,
        chosen=chosen,
        asked=asked,
        form=form,
        drafts=[] if scope.several else drafts(viewer(), scope.job.id),
        shown=ONE_BY_ONE if chosen.one_by_one else NAMED,
    )
