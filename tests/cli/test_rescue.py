"""The backlog at the terminal: the same numbers as on its page."""

from __future__ import annotations

import json
from collections.abc import Iterator

import pytest
import time_machine
from flask import Flask

from employer_app.cli.rescue import rescue
from employer_app.domain.role import Person
from tests import factories
from tests.actions.backlog import old_people, planned
from tests.queries.crowd import NOW


@pytest.fixture(autouse=True)
def _wednesday(app: Flask) -> Iterator[None]:
    with time_machine.travel(NOW, tick=False):
        yield


def _run(app: Flask, *words: str) -> str:
    result = app.test_cli_runner().invoke(rescue, words)
    if result.exception:
        raise result.exception
    return str(result.output)


def test_without_anybody_it_says_so(app: Flask) -> None:
    assert _run(app) == "Nobody is on the backlog\n0 in all = 0\n"
    found = json.loads(_run(app, "--json"))
    assert (found["people"], found["backlog"], found["groups"], found["rescue"]) == (0, 0, [], None)


def test_the_groups_add_up(app: Flask, bob: Person) -> None:
    old_people(3, ago=500)
    factories.application(factories.job("Cook"), address=None)
    said = _run(app)
    assert said.startswith("3 people are on the backlog\n")
    assert "3  Applied only, over 12 months\n" in said
    assert said.endswith("4 in all = 3 + 1 not reached by mail\n")
    planned(bob)
    found = json.loads(_run(app, "--json"))
    assert sum(found["apart"].values()) + found["backlog"] == found["people"] == 4
    assert (found["rescue"]["standing"]["left"], found["rescue"]["per_day"]) == (3, 2)
    assert "0 of 3 people are answered" in _run(app)
