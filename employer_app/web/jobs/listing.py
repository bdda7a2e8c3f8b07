"""All jobs, those with late answers first."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from flask import render_template, request, url_for
from flask.typing import ResponseReturnValue

from employer_app.forms.jobs import job_after_arg, job_after_of, job_filter_args, job_filters_of
from employer_app.queries.jobs import JobFilters, Shelf, list_jobs
from employer_app.queries.jobs.listing import PAGE
from employer_app.web.viewer import viewer

_SHELVES = {Shelf.CURRENT: "Current", Shelf.FINISHED: "Finished", Shelf.ALL: "All"}


def index() -> ResponseReturnValue:
    filters = job_filters_of(request.args)
    after = job_after_of(request.args.get("after"))
    page = list_jobs(viewer(), filters, after=after)
    return render_template(
        "jobs/index.html",
        page=page,
        filters=filters,
        shelves=[
            {"label": label, "href": _here(replace(filters, shelf=shelf)), "current": shelf is filters.shelf}
            for shelf, label in _SHELVES.items()
        ],
        chips=_chips(filters),
        pager={
            "shown": len(page.rows),
            "total": page.total,
            "step": PAGE,
            "next": _here(filters, after=job_after_arg(page.after)) if page.after else "",
            "previous": "",
            "first": _here(filters) if after else "",
        },
    )


def _chips(filters: JobFilters) -> list[dict[str, str]]:
    chips = []
    if filters.text:
        chips.append({"label": f"Title: {filters.text}", "href": _here(replace(filters, text=""))})
    if filters.owner_id:
        chips.append({"label": "One owner", "href": _here(replace(filters, owner_id=None))})
    return chips


def _here(filters: JobFilters, **more: Any) -> str:
    return url_for("jobs.index", **job_filter_args(filters), **more)
