"""The home page: whom we owe an answer, most urgent first, one row a person, and the next act beside each."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime

from flask import Blueprint, flash, make_response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from employer_app.actions import old_pile
from employer_app.domain.clock import now
from employer_app.domain.filter_page import FilterPage
from employer_app.domain.role import Verb, require
from employer_app.domain.words import t
from employer_app.queries import manager_asks, owed
from employer_app.queries.glance import glance, nobody_yet
from employer_app.queries.handovers import last_changes
from employer_app.queries.owed import After, Options, OwedCounts, OwedRow
from employer_app.web import all_matching, day, filter_looks, saved_filters
from employer_app.web.files import answer_table
from employer_app.web.filters import exact
from employer_app.web.frame import frame
from employer_app.web.owed_rows import Row, row_of, sections
from employer_app.web.owed_wanted import Wanted, Whose
from employer_app.web.viewer import viewer

blueprint = Blueprint("waiting", __name__)

#: so many people or more with the same job and reason make one row
FOLD = 10
#: far more than an employer can owe; one statement is faster than pages of it
_EVERYBODY = 1_000_000
_COMING = 5
#: whose answers this person looked at last, in this browser
_COOKIE = "__Host-whose"
_A_YEAR = 365 * 24 * 3600


#: a look at the others is a visit: nobody is led back there
_REMEMBERED = frozenset({Whose.MINE, Whose.TEAM, Whose.ALL})


@blueprint.get("/")
def index() -> ResponseReturnValue:
    wanted, at = _wanted(), now()
    of_view = _counts(wanted, at)
    counts = of_view[wanted.whose]
    after = After.parse(request.args["after"]) if "after" in request.args else None
    piles = owed.owed_piles(viewer(), wanted.filters, least=FOLD, at=at) if wanted.folds else []
    page = owed.owed_page(viewer(), wanted.filters, later=wanted.later, without=piles, at=at, after=after)
    nothing = not page.rows and not piles and after is None
    options = _options(wanted)
    total = counts.all if wanted.later else counts.shown
    page_html = render_template(
        "waiting/index.html",
        wanted=wanted,
        counts=counts,
        total=total,
        tabs=_tabs(wanted, of_view),
        sections=sections(
            page,
            piles if after is None else [],
            counts,
            wanted,
            last_changes(viewer(), [row.application_id for row in page.rows]),
        ),
        asked=manager_asks.standing(viewer(), [row.application_id for row in page.rows]),
        folded=bool(piles),
        next_page=url_for(".index", **wanted.args(after=str(page.after))) if page.after else "",
        first_page=url_for(".index", **wanted.args()) if after else "",
        bar=filter_looks.bar(wanted, options),
        csv=url_for(".csv", **wanted.args()),
        chips=filter_looks.chips(wanted, options),
        saved=saved_filters.menu(FilterPage.HOME, wanted.args(), wanted.filtered),
        biggest=max(piles, key=lambda pile: pile.people, default=None),
        upcoming=_upcoming(wanted, at) if nothing else [],
        mine=of_view[Whose.MINE],
        mine_href=url_for(".index", **replace(wanted, whose=Whose.MINE).args()),
        team=of_view[Whose.TEAM],
        old=of_view[Whose.OLD],
        nobody_yet=nothing and nobody_yet(viewer()),
        **_selection(wanted, total, bool(page.rows)),
        **_beside(),
    )
    return _remembering(page_html)


def _selection(wanted: Wanted, total: int, any_rows: bool) -> dict[str, object]:
    """What is ticked, and what "all that match" means: the filters, and how many they find now."""
    pick, after = request.args.get("pick"), request.args.get("after")
    of_all = total if wanted.whose is not Whose.OLD and total <= all_matching.MOST_IN_A_LIST else 0
    return {
        "pick": "only" if wanted.whose is not Whose.OLD and (any_rows or of_all) else "",
        "any_rows": any_rows,
        "ticked": pick in {"page", "all"},
        "all_ticked": pick == "all",
        "tick_page": url_for(".index", **wanted.args(after=after, pick="page")),
        "tick_all": url_for(".index", **wanted.args(after=after, pick="all")),
        "here": url_for(".index", **wanted.args(after=after)),
        "of_all": of_all,
        "most": all_matching.MOST_IN_A_LIST,
        "matching": all_matching.as_field(wanted),
    }


@blueprint.post("/old-pile")
def plan() -> ResponseReturnValue:
    """Take people off the old pile: those of one job, or all of them."""
    wanted = _wanted()
    people = old_pile.plan(actor=viewer(), job_id=wanted.chosen.job_id)
    flash(f"{t('page.people', n=people)} moved from the old pile to the home list.", "done")
    return redirect(url_for(".index", whose=Whose.TEAM.value, job=wanted.chosen.job_id), 303)


@blueprint.get("/waiting.csv")
def csv() -> ResponseReturnValue:
    require(viewer(), Verb.EXPORT)
    header = ("Name", "Job", "Stage", "Reason", "Further reasons", "Due", "Late from", "How late", "Owner")
    return answer_table("waiting", header, (_cells(row) for row in _every_row(_wanted())))


def _every_row(wanted: Wanted) -> Sequence[OwedRow]:
    return owed.owed_page(viewer(), wanted.filters, later=wanted.later, limit=_EVERYBODY).rows


def _cells(row: OwedRow) -> tuple[object, ...]:
    how_late, _ = owed.due(row)
    reason = t(f"owed.reason.{row.reason.value}")
    return (
        row.name,
        row.job_title,
        row.stage,
        reason,
        row.more,
        exact(row.target_at),
        exact(row.breach_at),
        how_late,
        row.owner,
    )


def _wanted() -> Wanted:
    return Wanted.of(request.args, _last_looked_at())


def _last_looked_at() -> Whose:
    """What this person chose last in this browser; a cookie of somebody else, or of nobody, says nothing."""
    user_id, _, whose = request.cookies.get(_COOKIE, "").partition(".")
    known = user_id == str(viewer().user_id) and whose in {one.value for one in _REMEMBERED}
    return Whose(whose) if known else Whose.MINE


def _remembering(page: str) -> ResponseReturnValue:
    answer = make_response(page)
    whose = request.args.get("whose", "")
    if whose in {one.value for one in _REMEMBERED} and whose != _last_looked_at().value:
        value = f"{viewer().user_id}.{whose}"
        answer.set_cookie(_COOKIE, value, _A_YEAR, secure=True, httponly=True, samesite="Lax")
    return answer


def _counts(wanted: Wanted, at: datetime) -> dict[Whose, OwedCounts]:
    """Of each view, with the filters that are wanted; `all` counts the same people as `team`."""
    asked = (Whose.MINE, Whose.TEAM, Whose.NOBODY, Whose.OLD)
    found = {
        whose: owed.owed_counts(viewer(), replace(wanted, whose=whose).filters, at=at) for whose in asked
    }
    return {**found, Whose.ALL: found[Whose.TEAM]}


def _beside() -> dict[str, object]:
    found = glance(viewer(), frame().timezone)
    return {
        "glance": found,
        "leaving": day.leaving(found.leaving),
        "nothing_leaves": day.why_nothing_leaves() if found.leaving else "",
        "needs": day.needs_person(found.needs),
    }


def _upcoming(wanted: Wanted, at: datetime) -> list[Row]:
    """The next few whose date is not near yet."""
    page = owed.owed_page(viewer(), wanted.filters, later=True, at=at, limit=_COMING)
    return [row_of(row) for row in page.rows]


def _tabs(wanted: Wanted, counts: Mapping[Whose, OwedCounts]) -> list[dict[str, object]]:
    numbers = {whose: found.shown for whose, found in counts.items()} | {Whose.ALL: counts[Whose.ALL].all}
    labels = {
        Whose.MINE: "Mine",
        Whose.TEAM: "Team",
        Whose.NOBODY: "Nobody’s",
        Whose.ALL: "All, also not yet due",
        Whose.OLD: "Old pile",
    }
    return [
        {
            "label": labels[whose],
            "href": url_for(".index", **replace(wanted, whose=whose).args()),
            "count": numbers[whose],
            "current": whose is wanted.whose,
        }
        for whose in Whose
        if whose not in {Whose.NOBODY, Whose.OLD} or numbers[whose] or wanted.whose is whose
    ]


def _options(wanted: Wanted) -> Options:
    of = wanted.chosen
    return owed.owed_options(
        viewer(), job_id=of.job_id, owner_id=of.owner_id, place_id=of.place_id, source=of.source
    )
