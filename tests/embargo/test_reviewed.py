"""Between decision and told, nothing outside the team changes: each thing that the app puts out is reviewed.

A new page, command, task, kind of message or export is in no list, and fails here until somebody has thought
of who can see it.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from employer_app.web.gate import OPEN
from tests.embargo import walks

ROOT = Path(__file__).parents[2]
REVIEWED: dict[str, dict[str, Any]] = tomllib.loads(
    Path(__file__).with_name("reviewed.toml").read_text("utf-8")
)
WALKS: dict[str, Callable[[Flask], set[str]]] = {
    "routes": walks.routes,
    "commands": lambda app: set(walks.commands(app)),
    "tasks": lambda _: walks.tasks(),
    "kinds": lambda _: walks.kinds(),
    "ways": lambda _: walks.ways(),
    "exports": walks.exports,
}
EVERY_SORT = pytest.mark.parametrize("sort", WALKS)


def missing(found: set[str], reviewed: dict[str, Any]) -> set[str]:
    return found - {*reviewed["team"], *reviewed["candidate"]}


def test_every_sort_of_thing_is_walked() -> None:
    assert set(REVIEWED) == set(WALKS)


@EVERY_SORT
def test_everything_that_there_is_was_reviewed(app: Flask, sort: str) -> None:
    new = missing(WALKS[sort](app), REVIEWED[sort])
    assert new == set(), f"Who can see {sorted(new)}? See docs/embargo.md, then add a line to reviewed.toml."


@EVERY_SORT
def test_everything_that_was_reviewed_is_still_there(app: Flask, sort: str) -> None:
    gone = {*REVIEWED[sort]["team"], *REVIEWED[sort]["candidate"]} - WALKS[sort](app)
    assert gone == set(), f"{sorted(gone)} is no more: take the line out of reviewed.toml."


@EVERY_SORT
def test_each_stands_once_in_order_and_with_its_reason(sort: str) -> None:
    team, candidate = REVIEWED[sort]["team"], REVIEWED[sort]["candidate"]
    assert team == sorted(set(team))
    assert list(candidate) == sorted(candidate)
    assert set(team) & set(candidate) == set()
    assert [name for name, why in candidate.items() if len(why.split()) < 3 or why[-1] != "."] == []


def test_a_new_thing_would_be_found(app: Flask) -> None:
    """So that the tests above cannot pass by walking nothing."""
    assert missing({"feeds.calendar", *walks.routes(app)}, REVIEWED["routes"]) == {"feeds.calendar"}
    assert all(len(walk(app)) >= 3 for walk in WALKS.values())
    assert {"jobs.people_csv", "picture.pdf", "employer-app write-back"} <= walks.exports(app)


def test_no_file_is_answered_from_a_place_that_the_walk_does_not_see(app: Flask) -> None:
    assert walks.hidden_answers(app) == set()


def test_what_opens_without_signing_in_is_what_was_reviewed_so(app: Flask, client: FlaskClient) -> None:
    """By asking as a stranger, not by the gate's own list."""
    opened = set()
    for rule in app.url_map.iter_rules():
        address = re.sub(r"<(?:any\(\s*\W?([\w-]+)[^>]*|[^>]+)>", lambda part: part[1] or "1", rule.rule)
        for method in (rule.methods or set()) - {"OPTIONS"}:
            answer = client.open(address, method=method)
            if answer.status_code != 303 or not (answer.location or "").startswith("/sign-in?"):
                opened.add((rule.endpoint, answer.status_code, answer.location))
    closed = {found for found in opened if found[1:] == (303, "/sign-in")}
    assert {name for name, *_ in opened - closed} | OPEN == set(REVIEWED["routes"]["candidate"])
    assert {name for name, *_ in opened} <= {
        *REVIEWED["routes"]["candidate"], *(name for name, *_ in closed)
    }  # fmt: skip


def test_an_export_that_a_candidate_may_see_is_no_list() -> None:
    assert set(REVIEWED["exports"]["candidate"]) == {"channels.letter_pdf"}
