"""Go through a send list as a browser does: forms as the page holds them, redirects followed by hand."""

from __future__ import annotations

import re
from collections.abc import Mapping
from html import unescape
from html.parser import HTMLParser

import sqlalchemy as sa
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from employer_app.extensions import db
from employer_app.models import Message, Plan, PlanItem
from employer_app.models.plan import PlanAction


class _Fields(HTMLParser):
    """What the first form with this id (or the first that posts) would send."""

    def __init__(self, form_id: str) -> None:
        super().__init__()
        self.found: dict[str, str] = {}
        self._wanted, self._inside, self._area, self._select = form_id, False, "", ""
        self._chosen = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        has = {name: value or "" for name, value in attrs}
        if tag == "form":
            self._inside = has.get("id", "") == self._wanted and has.get("method") == "post"
        if not self._inside:
            return
        name = has.get("name", "")
        if tag == "input" and has.get("type") not in {"checkbox", "radio", "submit"}:
            self.found[name] = has.get("value", "")
        elif tag == "textarea":
            self._area, self.found[name] = name, ""
        elif tag == "select":
            self._select, self._chosen = name, False
        elif tag == "option" and self._select and ("selected" in has or not self._chosen):
            self._chosen, self.found[self._select] = True, has.get("value", "")

    def handle_endtag(self, tag: str) -> None:
        self._inside = self._inside and tag != "form"
        if tag == "textarea" and self._area:
            # a browser drops the first line end in it, and sends all others as two characters
            text = self.found[self._area].replace("\r\n", "\n").removeprefix("\n")
            self.found[self._area], self._area = text.replace("\n", "\r\n"), ""
        elif tag == "select":
            self._select = ""

    def handle_data(self, data: str) -> None:
        if self._area:
            self.found[self._area] += data


def fields(html: str, form_id: str = "") -> dict[str, str]:
    reader = _Fields(form_id)
    reader.feed(html)
    return {name: value for name, value in reader.found.items() if name}


def id_of(answer: TestResponse, noun: str) -> int:
    """The number in the address that the answer sends the browser to."""
    assert answer.status_code == 303, answer.text
    found = re.search(rf"/{noun}/(\d+)", answer.location)
    assert found, answer.location
    return int(found[1])


def start(client: FlaskClient, job_id: int, **more: object) -> int:
    """A close-out of everybody who waits in the job; returns the plan."""
    groups = {"group": ["applied", "interviewed", "final"]}
    data = {"start": "1", "cause": "filled", **groups, **more}
    return id_of(client.post(f"/jobs/{job_id}/close-out", data=data), "plans")


def save(client: FlaskClient, plan: int, typed: Mapping[str, str], then: str = "review") -> TestResponse:
    """The text page as it stands, with this typed over it."""
    page = client.get(f"/plans/{plan}/text").text
    return client.post(f"/plans/{plan}/text", data={**fields(page, "texts"), "then": then, **typed})


def confirm(client: FlaskClient, plan: int, count: int | str = "") -> TestResponse:
    page = client.get(f"/plans/{plan}/confirm").text
    return client.post(f"/plans/{plan}/confirm", data={**fields(page), "typed_count": str(count)})


def messages(plan: int) -> set[str]:
    """Names of those who would get a message."""
    db.session.rollback()
    query = sa.select(PlanItem.name).where(PlanItem.plan_id == plan, PlanItem.action == PlanAction.MESSAGE)
    return set(db.session.scalars(query))


def skips(plan: int) -> dict[str, str]:
    db.session.rollback()
    query = sa.select(PlanItem.name, PlanItem.skip_reason).where(
        PlanItem.plan_id == plan, PlanItem.action == PlanAction.SKIP
    )
    return {row.name: row.skip_reason for row in db.session.execute(query)}


def digest(plan: int) -> str:
    db.session.rollback()
    return db.session.scalars(sa.select(Plan.digest).where(Plan.id == plan)).one()


def queued() -> list[str]:
    """Names on all messages there are."""
    db.session.rollback()
    return sorted(db.session.scalars(sa.select(Message.name)))


def title(answer: TestResponse) -> str:
    found = re.search(r"<h1>(.*?)</h1>", answer.text, re.DOTALL)
    return unescape(re.sub(r"</?bdi>", "", found[1])) if found else ""
