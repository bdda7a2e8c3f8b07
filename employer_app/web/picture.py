"""The picture: who waits, who does not, and every number a link to the people behind it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import StrEnum
from functools import partial
from typing import Any, TypeVar

from flask import Blueprint, render_template, request, url_for
from flask.typing import ResponseReturnValue

from employer_app.domain.clock import now
from employer_app.domain.picture import Bucket, Wait, When
from employer_app.domain.role import Verb, require
from employer_app.domain.words import t
from employer_app.queries.imports import list_of
from employer_app.queries.job_titles import job_title
from employer_app.queries.picture import (
    After,
    Of,
    Part,
    PersonRow,
    every_person,
    picture,
    picture_jobs,
    picture_people,
)
from employer_app.web import paper
from employer_app.web.files import answer_pdf, answer_table
from employer_app.web.filters import exact
from employer_app.web.frame import frame
from employer_app.web.viewer import viewer

blueprint = Blueprint("picture", __name__)

_COLUMNS = ("name", "job", "stage", "bucket", "when", "reason", "due", "late", "since", "applied")
HEADER = tuple(t(f"picture.column.{column}") for column in (*_COLUMNS, "last_word", "owner"))
E = TypeVar("E", bound=StrEnum)


@dataclass(frozen=True)
class Wanted:
    """What the address asks for; what it does not understand is as if it were not there."""

    of: Of
    part: Part

    @classmethod
    def read(cls) -> Wanted:
        said = request.args
        return cls(
            Of(_number("list"), _number("job")),
            Part(
                _member(Bucket, "bucket"),
                _member(When, "when"),
                _member(Wait, "wait"),
                late="late" in said,
                waiting="waiting" in said,
                grave="grave" in said,
            ),
        )

    def args(self, **more: Any) -> dict[str, Any]:
        """The same as parts of an address; None leaves one out."""
        of = {"list": self.of.list_id, "job": self.of.job_id}
        named = {name: value and value.value for name, value in self._members().items()}
        yes = {name: 1 if getattr(self.part, name) else None for name in ("late", "waiting", "grave")}
        return {**of, **named, **yes, **more}

    def _members(self) -> dict[str, StrEnum | None]:
        return {"bucket": self.part.bucket, "when": self.part.when, "wait": self.part.wait}


@blueprint.get("/picture")
def index() -> ResponseReturnValue:
    wanted, at = Wanted.read(), now()
    of = wanted.of
    return render_template(
        "picture/index.html",
        found=picture(viewer(), of, at),
        first=picture_people(viewer(), Part(grave=True), of, limit=paper.FIRST, at=at).rows,
        jobs=[] if of.job_id else picture_jobs(viewer(), of, at=at),
        of=of,
        name=_name(of),
        link=partial(_people, of),
        pdf=url_for(".pdf", list=of.list_id, job=of.job_id),
    )


@blueprint.get("/picture/people")
def people() -> ResponseReturnValue:
    """The people behind one number."""
    wanted = Wanted.read()
    after = After.parse(request.args["after"]) if request.args.get("after") else None
    page = picture_people(viewer(), wanted.part, wanted.of, after)
    following = url_for(".people", **wanted.args(after=str(page.after))) if page.after else ""
    return render_template(
        "picture/people.html",
        part=wanted.part,
        page=page,
        name=_part_name(wanted.part),
        back=url_for(".index", list=wanted.of.list_id, job=wanted.of.job_id),
        chips=_chips(wanted),
        csv=url_for(".people_csv", **wanted.args()),
        pager={"shown": len(page.rows), "total": page.total, "next": following},
        first=url_for(".people", **wanted.args()) if after else "",
    )


@blueprint.get("/picture/people.csv")
def people_csv() -> ResponseReturnValue:
    wanted = Wanted.read()
    rows = every_person(viewer(), wanted.part, wanted.of)
    return answer_table("picture", HEADER, (_cells(row) for row in rows))


@blueprint.get("/picture.pdf")
def pdf() -> ResponseReturnValue:
    require(viewer(), Verb.EXPORT)
    of = Wanted.read().of
    title = " · ".join(part for part in (frame().organisation, _name(of)) if part)
    try:
        data = paper.as_pdf(paper.picture_paper(viewer(), title, of))
    except paper.NoPdf:
        return render_template(
            "picture/no_pdf.html", back=url_for(".index", **Wanted(of, Part()).args())
        ), 501
    return answer_pdf("picture", data)


def _cells(row: PersonRow) -> tuple[object, ...]:
    return (
        row.name,
        row.job_title,
        row.stage,
        t(f"picture.bucket.{row.bucket}"),
        t(f"picture.due.{row.when}") if row.when else "",
        t(f"owed.reason.{row.reason}") if row.reason else "",
        exact(row.target_at),
        t("picture.column.yes") if row.late else "",
        exact(row.since) if row.when else "",
        exact(row.received_at),
        exact(row.last_contact_at),
        row.owner,
    )


def _name(of: Of) -> str:
    """Whose picture, in words; empty for everybody's. Raises NotFound when there is no such list or job."""
    found = [
        t("picture.of_list", name=list_of(viewer(), of.list_id).filename) if of.list_id else "",
        t("picture.of_job", name=job_title(viewer(), of.job_id)) if of.job_id else "",
    ]
    return " · ".join(part for part in found if part)


def _part_name(part: Part) -> str:
    if part.bucket:
        return t(f"picture.bucket.{part.bucket}")
    if part.grave:
        return t("picture.grave")
    return t(
        "picture.waiting" if part.waiting or part.when or part.wait or part.late else "picture.everybody"
    )


def _people(of: Of, **part: Any) -> str:
    return url_for(".people", **Wanted(of, Part(**part)).args())


def _chips(wanted: Wanted) -> list[dict[str, str]]:
    """What is chosen beside the title, each with the address that leaves it out."""
    of, part = wanted.of, wanted.part
    chosen = (
        (_name(replace(of, job_id=None)), Wanted(replace(of, list_id=None), part)),
        (_name(replace(of, list_id=None)), Wanted(replace(of, job_id=None), part)),
        (part.when and t(f"picture.due.{part.when}"), Wanted(of, replace(part, when=None))),
        (part.wait and t(f"picture.since.{part.wait}"), Wanted(of, replace(part, wait=None))),
        (t("picture.late") if part.late else "", Wanted(of, replace(part, late=False))),
    )
    return [{"label": label, "href": url_for(".people", **left.args())} for label, left in chosen if label]


def _member(enum: type[E], name: str) -> E | None:
    said = request.args.get(name, "")
    return enum(said) if said in set(enum) else None


def _number(name: str) -> int | None:
    said = request.args.get(name, "")
    return int(said) if said.isascii() and said.isdigit() and 0 < len(said) < 10 else None
