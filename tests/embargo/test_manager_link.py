"""What a hiring manager sees by a link does not tell who was decided on from who left."""

from __future__ import annotations

import pytest
from flask import Flask
from flask.testing import FlaskClient

from employer_app.actions.applications import change_status
from employer_app.actions.decisions import decide
from employer_app.domain.role import Person
from employer_app.domain.status import Status
from tests import factories
from tests.actions.asking import ask, token


@pytest.mark.parametrize("code", ["LESS-SCREEN", "FILLED"])
def test_a_decision_that_was_not_told_looks_like_leaving(
    app: Flask, client: FlaskClient, bob: Person, code: str
) -> None:
    job = factories.job()
    decided, left = (factories.application(job, name="Amara Nwosu") for _ in range(2))
    pages = []
    for one in (decided, left):
        link = token(ask(bob, job, one))
        if one == decided:
            decide(actor=bob, application_id=one, code=code, version=1)
        else:
            change_status(actor=bob, application_id=one, status=Status.WITHDRAWN, version=1)
        pages.append(client.get(f"/manager/{link}").text.replace(link, ""))
    assert "Already answered" in pages[0]
    assert pages[0] == pages[1]
