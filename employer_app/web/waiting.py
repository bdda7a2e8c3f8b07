"""The home page: whom we owe an answer, most urgent first, one row a person, and the next act beside each."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from typing import Any

from flask import Blueprint, flash, make_response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from employer_app.actions import old_pile
from employer_app.domain.clock import now
from employer_app.domain.duty import Reason
from employer_app.domain.role import Verb, require
from employer_app.domain.words import t
from employer_app.forms.ids import number
from employer_app.queries import owed
from employer_app.queries.glance import glance, jobs_waiting, nobody_yet
from employer_app.queries.handovers import last_changes
from employer_app.queries.owed import After, OwedCounts, OwedRow, Pile
from employer_app.web import day
from employer_app.web.files import answer_table
from employer_app.web.filters import exact
from employer_app.web.frame import frame
from employer_app.web.owed_rows import Row, row_of, sections
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


class Whose(StrEnum):
    """`team` is everybody's. `nobody`: no owner, or one who may not sign in any more. `all` also shows those
    whose date is not near yet; `old` are the others: late before they came here."""

    MINE = "mine"
    TEAM = "team"
    NOBODY = "nobody"
    ALL = "all"
    OLD = "old"


#: a look at the others is a visit: nobody is led back there
_REMEMBERED = frozenset({Whose.MINE, Whose.TEAM, Whose.ALL})


@dataclass(frozen=True)
class Wanted:
    """What the address asks for; what it does not understand is as if it were not there."""

    whose: Whose
    job_id: int | None
    reason: Reason | None

    @property
    def query(self) -> dict[str, Any]:
        """The filters as `owed_…` takes them."""
        return {
            "job_id": self.job_id,
            "reason": self.reason,
            "mine": self.whose is Whose.MINE or None,
            "nobody": self.whose is Whose.NOBODY,
            "old_pile": self.whose is Whose.OLD,
        }

    @property
    def folds(self) -> bool:
        return self.job_id is None or self.reason is None

    def args(self, **more: Any) -> dict[str, Any]:
        """The same as parts of an address; None leaves one out."""
        return {
            "whose": self.whose.value,
            "job": self.job_id,
            "reason": self.reason and self.reason.value,
            **more,
        }


@blueprint.get("/")
def index() -> ResponseReturnValue:
    wanted, at = _wanted(), now()
    of_view = _counts(wanted, at)
    counts = of_view[wanted.whose]
    after = After.parse(request.args["after"]) if "after" in request.args else None
    piles = _piles(wanted)
    later = wanted.whose is Whose.ALL
    page = owed.owed_page(
        viewer(), later=later, without=piles, at=at, after=after, limit=owed.PAGE, **wanted.query
    )
    nothing = not page.rows and not piles and after is None
    page_html = render_template(
        "waiting/index.html",
        wanted=wanted,
        counts=counts,
        total=counts.all if later else counts.shown,
        tabs=_tabs(wanted, of_view),
        sections=sections(
            page,
            piles if after is None else [],
            counts,
            wanted.whose.value,
            last_changes(viewer(), [row.application_id for row in page.rows]),
        ),
        pick="" if wanted.whose is Whose.OLD or not page.rows else "only",
        ticked=request.args.get("pick") == "page",
        tick_all=url_for(".index", **wanted.args(after=request.args.get("after"), pick="page")),
        here=url_for(".index", **wanted.args(after=request.args.get("after"))),
        folded=bool(piles),
        next_page=url_for(".index", **wanted.args(after=str(page.after))) if page.after else "",
        first_page=url_for(".index", **wanted.args()) if after else "",
        jobs=[(job.id, job.name) for job in jobs_waiting(viewer())],
        reasons=[(reason.value, t(f"owed.reason.{reason.value}")) for reason in Reason],
        csv=url_for(".csv", **wanted.args()),
        chips=_chips(wanted),
        biggest=max(piles, key=lambda pile: pile.people, default=None),
        upcoming=_upcoming(wanted, at) if nothing else [],
        mine=of_view[Whose.MINE],
        mine_href=url_for(".index", **replace(wanted, whose=Whose.MINE).args()),
        team=of_view[Whose.TEAM],
        old=of_view[Whose.OLD],
        nobody_yet=nothing and nobody_yet(viewer()),
        **_beside(),
    )
    return _remembering(page_html)


@blueprint.post("/old-pile")
def plan() -> ResponseReturnValue:
    """Take people off the old pile: those of one job, or all of them."""
    wanted = _wanted()
    people = old_pile.plan(actor=viewer(), job_id=wanted.job_id)
    flash(f"{t('page.people', n=people)} moved from the old pile to the home list.", "done")
    return redirect(url_for(".index", whose=Whose.TEAM.value, job=wanted.job_id), 303)


@blueprint.get("/waiting.csv")
def csv() -> ResponseReturnValue:
    require(viewer(), Verb.EXPORT)
    header = ("Name", "Job", "Stage", "Reason", "Further reasons", "Due", "Late from", "How late", "Owner")
    return answer_table("waiting", header, (_cells(row) for row in _every_row(_wanted())))


def _every_row(wanted: Wanted) -> Sequence[OwedRow]:
    return owed.owed_page(viewer(), later=wanted.whose is Whose.ALL, limit=_EVERYBODY, **wanted.query).rows


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
    whose, reason, job = (request.args.get(name, "") for name in ("whose", "reason", "job"))
    return Wanted(
        Whose(whose) if whose in set(Whose) else _last_looked_at(),
        number(job),
        Reason(reason) if reason in set(Reason) else None,
    )


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
        whose: owed.owed_counts(viewer(), at=at, **replace(wanted, whose=whose).query) for whose in asked
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


def _piles(wanted: Wanted) -> list[Pile]:
    if not wanted.folds:
        return []
    query = {name: value for name, value in wanted.query.items() if name != "reason"}
    piles = owed.owed_piles(viewer(), least=FOLD, **query)
    return [pile for pile in piles if wanted.reason in (None, pile.reason)]


def _upcoming(wanted: Wanted, at: datetime) -> list[Row]:
    """The next few whose date is not near yet."""
    page = owed.owed_page(viewer(), later=True, at=at, limit=_COMING, **wanted.query)
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


def _chips(wanted: Wanted) -> list[dict[str, str]]:
    if wanted.job_id is None and wanted.reason is None:
        return []
    return [{"label": "All filters", "href": url_for(".index", **Wanted(wanted.whose, None, None).args())}]
