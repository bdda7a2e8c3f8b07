"""One job with its people: as table or board, filtered by its address; move the ticked ones; all as a file.

What a button will touch is exactly what the form holds, box by ticked box: "all that match" ticks the rest
too, so nobody is moved whom the page did not count.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from employer_app.actions.applications import MOST_AT_ONCE, move_stage
from employer_app.actions.underway import OnItsWay
from employer_app.domain.errors import NotAllowed, NotFound, Refused
from employer_app.domain.filter_page import FilterPage
from employer_app.domain.words import t
from employer_app.forms.jobs import SILENT_DAYS, MoveForm, after_arg, after_of, filter_args, filters_of
from employer_app.queries import manager_asks
from employer_app.queries.jobs import (
    Filters,
    JobHead,
    Owed,
    People,
    PersonRow,
    board,
    every_row,
    job_head,
    matching,
    people,
)
from employer_app.queries.jobs.people import PAGE
from employer_app.queries.owed import Group, owed_options
from employer_app.web import saved_filters
from employer_app.web.files import answer_table
from employer_app.web.filters import exact
from employer_app.web.jobs import looks
from employer_app.web.viewer import viewer


def show(job_id: int) -> ResponseReturnValue:
    return _page(job_head(viewer(), job_id))


def _page(head: JobHead) -> str:
    filters = _filters(head)
    as_board = request.args.get("view") == "board"
    found = people(viewer(), head.id, filters, after=after_of(request.args.get("after")))
    columns = board(viewer(), head.id, filters) if as_board else []
    shown = [row for column in columns for row in column.rows] if as_board else found.rows
    pick = request.args.get("pick")
    picked = _picked(head.id, filters, pick, found)
    offered = owed_options(viewer(), owner_id=filters.owner_id, source=filters.source)
    return render_template(
        "jobs/show.html",
        head=head,
        filters=filters,
        found=found,
        rows=[looks.row(one, head) for one in found.rows] if not as_board else [],
        columns=[(column, [looks.row(one, head) for one in column.rows]) for column in columns],
        as_board=as_board,
        asked=manager_asks.standing(viewer(), [row.id for row in shown]),
        ticked=picked.keys() if pick == "all" else {row.id for row in shown if row.open and pick == "page"},
        unseen=sorted(picked.keys() - {row.id for row in shown}),
        versions=" ".join(
            f"{one}:{version}" for one, version in {**picked, **{r.id: r.version for r in shown}}.items()
        ),
        open_shown=sum(row.open for row in shown),
        strip=looks.strip(head, filters, _here),
        chips=looks.chips(head, filters, _here, offered),
        bar=looks.bar(filters, SILENT_DAYS, offered),
        saved=_saved(head, filters),
        lead=looks.lead(head),
        here=_here,
        pick=pick,
        after=request.args.get("after", "") if found.rows else "",
        pager=_pager(found, filters),
        said=looks.said(head, found.total, filters),
        csv=url_for("jobs.people_csv", job_id=head.id, **filter_args(filters)),
        keep={**_view(), **({"stage": filters.stage_id} if filters.stage_id else {})},
        move_to=url_for("jobs.move", job_id=head.id, **_view(), **filter_args(filters)),
        owed_sentence=looks.owed_sentence(head),
        everybody_owed=Filters(owed=Owed.ANY),
        most=MOST_AT_ONCE,
    )


def _saved(head: JobHead, filters: Filters) -> saved_filters.Menu:
    """A name that is looked for is not kept."""
    kept = replace(filters, text="")
    return saved_filters.menu(FilterPage.JOB, filter_args(kept), kept.any, job_id=head.id)


def _picked(job_id: int, filters: Filters, pick: str | None, found: People) -> dict[int, int]:
    """Everybody who matches, when that was asked for and one form can hold them."""
    if pick != "all" or found.open > MOST_AT_ONCE:
        return {}
    return matching(viewer(), job_id, filters, limit=MOST_AT_ONCE)


def move(job_id: int) -> ResponseReturnValue:
    head = job_head(viewer(), job_id)
    form = MoveForm()
    versions = form.chosen(request.form.getlist("only"))
    stage = next((one for one in head.stages if one.id == form.stage_id.data), None)
    try:
        if stage is None or not form.sent():
            raise Refused("Choose the stage to move them to.", "Nobody was moved.")
        moved = move_stage(actor=viewer(), versions=versions, stage_id=stage.id, force=form.force.data == "1")
    except (NotFound, NotAllowed):
        raise
    except OnItsWay as on_its_way:
        return _ask_again(head, stage, versions, on_its_way), 409
    except Refused as refused:
        flash(str(refused), "soon")
        return redirect(_here(_filters(head)), 303)
    who = "1 person" if moved == 1 else f"{moved} people"
    flash(f"{who} moved to “{stage.name}”." if moved else f"They are in “{stage.name}” already.", "done")
    return redirect(_here(_filters(head)), 303)


def picked(job_id: int, what: str) -> ResponseReturnValue:
    """The ticked people go on to a close-out or an update. Nobody ticked must never mean everybody."""
    if not request.form.getlist("only"):
        flash("Nobody is ticked. Tick at least one person.", "soon")
        return redirect(url_for("jobs.show", job_id=job_id), 303)
    return redirect(url_for(_NEXT[what], job_id=job_id), 307)


_NEXT = {"close-out": "batches.close_out", "update": "batches.update"}


def _ask_again(head: JobHead, stage: Any, versions: dict[int, int], on_its_way: OnItsWay) -> str:
    return render_template(
        "jobs/move_anyway.html",
        head=head,
        stage=stage,
        versions=versions,
        on_its_way=on_its_way,
        back=_here(_filters(head)),
        action=url_for("jobs.move", job_id=head.id, **filter_args(_filters(head)), **_view()),
    )


def people_csv(job_id: int) -> ResponseReturnValue:
    head = job_head(viewer(), job_id)
    rows = every_row(viewer(), job_id, _filters(head))
    header = ("Name", "Applied", "Our last word", "Owed because", "Due", "Late", "Owner", "Stage", "Status")
    return answer_table(f"job-{job_id}", header, (_cells(row, head) for row in rows))


def _cells(row: PersonRow, head: JobHead) -> tuple[object, ...]:
    return (
        row.name,
        exact(row.received_at),
        exact(row.last_contact_at),
        t(f"owed.reason.{row.debt.reason}") if row.debt else None,
        exact(row.debt.target_at) if row.debt else None,
        "yes" if row.group is Group.LATE else "no",
        row.owner,
        row.stage,
        looks.STANDING[row.standing],
    )


def _filters(head: JobHead) -> Filters:
    """What the address asks for; a stage of another job is none."""
    filters = filters_of(request.args)
    known = {stage.id for stage in head.stages}
    return filters if filters.stage_id in known else replace(filters, stage_id=None)


def _view() -> dict[str, Any]:
    return {"view": "board"} if request.args.get("view") == "board" else {}


def _here(filters: Filters, **more: Any) -> str:
    """The address of this job with other filters; the view stays unless `view` says otherwise."""
    said = {**_view(), **filter_args(filters), **more}
    job_id = (request.view_args or {})["job_id"]
    return url_for("jobs.show", job_id=job_id, **{key: value for key, value in said.items() if value})


def _pager(found: People, filters: Filters) -> dict[str, object]:
    return {
        "shown": len(found.rows),
        "total": found.total,
        "step": PAGE,
        "next": _here(filters, after=after_arg(found.after)) if found.after else "",
        "first": _here(filters) if request.args.get("after") else "",
    }
