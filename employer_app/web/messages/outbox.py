"""The outbox by where messages stand: numbers that add up, a list that refreshes by itself, all as a file."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from typing import Any

from flask import Response, make_response, render_template, request, url_for
from flask.typing import ResponseReturnValue

from employer_app.domain.clock import now
from employer_app.domain.role import Verb, may, require
from employer_app.domain.words import t
from employer_app.forms.messages import Answer, address_of, box_of, filters_of
from employer_app.queries import messages as queries
from employer_app.queries.audit import job_choices
from employer_app.queries.batches import recent_batches
from employer_app.queries.boxes import EVERYTHING, STATES, Box, Counts, Filters, box_counts
from employer_app.queries.releases import waits_for
from employer_app.web.batches.blueprint import number
from employer_app.web.files import answer_table
from employer_app.web.filters import clock, exact
from employer_app.web.messages.blueprint import BOXES, blueprint, state_of
from employer_app.web.viewer import viewer

#: views in which something may change while one looks
_MOVING = (Box.QUEUED, Box.LATER, Box.LEAVING)
#: what can be answered for many at once, by view
ACTS: Mapping[Box, tuple[Answer, ...]] = {
    Box.IN_DOUBT: (Answer.ARRIVED, Answer.AGAIN, Answer.LEAVE),
    Box.STOPPED: (Answer.RELEASE, Answer.CANCEL),
    Box.FAILED: (Answer.LEAVE,),
    Box.QUEUED: (Answer.HOLD, Answer.CANCEL),
    Box.LATER: (Answer.NOW, Answer.HOLD, Answer.CANCEL),
}


@blueprint.get("/outbox", endpoint="index")
def outbox() -> ResponseReturnValue:
    box, filters = box_of(request.args), filters_of(request.args)
    first_page = filters == EVERYTHING and not request.args.get("before")
    jobs = job_choices(viewer())
    return render_template(
        "messages/outbox.html",
        **_live(box, filters),
        filters=filters,
        jobs=jobs,
        chips=_chips(box, filters, dict(jobs)),
        keep=_kept(box, filters),
        lists=recent_batches(viewer()) if box is Box.OPEN and first_page else [],
        second_look=waits_for(viewer()) if _may_release() else 0,
        csv=url_for(".outbox_csv", **address_of(box, filters)),
    )


def _may_release() -> bool:
    return may(viewer(), Verb.MAIL) and may(viewer(), Verb.DECIDE)


@blueprint.get("/outbox/live")
def live() -> ResponseReturnValue:
    """The part of the page that changes by itself. 304 while nothing did."""
    shown = _live(box_of(request.args), filters_of(request.args))
    told = [shown["as_of"], shown["counts"], shown["page"]]
    response = make_response("")
    response.set_etag(hashlib.sha256(repr(told).encode()).hexdigest()[:32])
    if request.if_none_match.contains(response.get_etag()[0] or ""):
        response.status_code = 304
        return response
    response.set_data(render_template("messages/_live.html", **shown))
    return response


def _live(box: Box, filters: Filters) -> dict[str, Any]:
    counts, address = box_counts(viewer(), filters), address_of(box, filters)
    before = number("before")
    page = queries.messages(viewer(), box, filters=filters, before=before, total=counts.of(box))
    return {
        "box": box,
        "name": BOXES[box],
        "counts": counts,
        "page": page,
        "tabs": _tabs(box, filters, counts),
        "parts": [{"n": counts.parts[one], "word": BOXES[one].lower()} for one in STATES],
        "acts": ACTS.get(box, ()),
        "address": address,
        "before": before,
        "moving": any(counts.parts[one] for one in _MOVING),
        "as_of": clock(now()),
        "next": url_for(".index", **address, before=page.next_before) if page.next_before else "",
        "first": url_for(".index", **address) if before else "",
    }


@blueprint.get("/outbox.csv")
def outbox_csv() -> Response:
    require(viewer(), Verb.EXPORT)
    box = box_of(request.args)
    rows = queries.messages(viewer(), box, filters=filters_of(request.args), limit=None).rows
    table = (
        (row.name, row.address, row.job, t(f"message.kind.{row.kind}"), state_of(row), exact(row.due_at),
         row.attempts, exact(row.replied_at), row.held_because or row.reply)
        for row in rows
    )  # fmt: skip
    header = ("Name", "E-mail", "Job", "Message", "State", "Leaves", "Tries", "Last try", "Why")
    return answer_table(f"outbox-{box.value}", header, table)


def _tabs(box: Box, filters: Filters, counts: Counts) -> list[dict[str, object]]:
    """Failures that were made good are the past: their tab is there once there are any."""
    return [
        {
            "label": word,
            "href": url_for(".index", **address_of(one, filters)),
            "count": counts.of(one),
            "current": one is box,
        }
        for one, word in BOXES.items()
        if one is not Box.MADE_GOOD or counts.of(one) or one is box
    ]


def _chips(box: Box, filters: Filters, jobs: Mapping[int, str]) -> list[dict[str, str]]:
    """What is chosen, each with the address that leaves it out."""
    address = address_of(box, filters)
    said = {
        "job": jobs.get(filters.job_id or 0, "–") if filters.job_id else "",
        "list": t("closing.send_list", n=filters.batch_id) if filters.batch_id else "",
        "q": filters.text,
    }
    return [
        {"label": label, "href": url_for(".index", **{**address, name: None})}
        for name, label in said.items()
        if label
    ]


def _kept(box: Box, filters: Filters) -> dict[str, str]:
    """What the filter form cannot say by itself."""
    return {name: value for name, value in address_of(box, filters).items() if name in {"state", "list"}}
