"""owed, audit and ledger on the command line: documents to build on, exit codes, words for people."""

from __future__ import annotations

import json

import pytest
import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskCliRunner

from employer_app.cli.audit import audit
from employer_app.cli.ledger import ledger
from employer_app.cli.owed import owed
from employer_app.domain.event import EventKind
from employer_app.domain.words import code_words_in
from employer_app.extensions import transaction
from employer_app.models import OwedAnswer
from tests import factories

NO = {"decision_id": 1, "disposition": "X", "status": "rejected", "stage_kind": "applied", "owed": True}


@pytest.fixture
def runner(app: Flask) -> FlaskCliRunner:
    job = factories.job("Deck Officer")
    told = factories.application(job, name="Amara Nwosu")
    factories.happened(told, EventKind.DECISION_MADE, **NO)
    factories.happened(told, EventKind.CALL_LOGGED, tells=True)
    factories.application(job, name="=cmd|' /C calc'!A0")
    return app.test_cli_runner()


def test_audit_prints_the_counts_as_json(runner: FlaskCliRunner) -> None:
    result = runner.invoke(audit, ["--json"])
    assert json.loads(result.output) == {
        "applications": 2,
        "owed": 1,
        "due": 1,
        "late": 1,
        "answered": 1,
        "told_elsewhere": 0,
        "waived": 0,
        "withdrawn": 0,
        "held": 0,
        "queued": 0,
        "accepted": 0,
        "failed": 0,
        "uncertain": 0,
        "answer_rate": 1.0,
    }


def test_audit_of_nothing_has_no_rate(app: Flask) -> None:
    assert json.loads(app.test_cli_runner().invoke(audit, ["--json"]).output)["answer_rate"] is None


def test_audit_speaks_plainly(runner: FlaskCliRunner) -> None:
    output = runner.invoke(audit).output
    assert output.startswith("Answer rate: 1 ÷ 1 = 100.0 % (")
    assert "Bounces unknown" in output
    assert code_words_in(output) == []


def test_audit_list_is_csv_that_runs_nothing(runner: FlaskCliRunner) -> None:
    """A name that is a formula."""
    output = runner.invoke(audit, ["--list", "owed"]).output
    header, row = output.splitlines()
    assert header.startswith("Candidate,Job,Stage,Status")
    assert row.startswith("'=cmd")


def test_audit_list_as_json_says_how_they_were_told(runner: FlaskCliRunner) -> None:
    (row,) = json.loads(runner.invoke(audit, ["--list", "answered", "--json"]).output)
    assert (row["Candidate"], row["How"]) == ("Amara Nwosu", "by phone")


def test_audit_of_a_job_that_is_not_there(runner: FlaskCliRunner) -> None:
    result = runner.invoke(audit, ["--job", "Admiral"])
    assert result.exit_code != 0
    assert "There is no job “Admiral”." in str(result.exception)


def test_owed_lists_people_with_the_sum(runner: FlaskCliRunner) -> None:
    document = json.loads(runner.invoke(owed, ["--json"]).output)
    assert document["counts"] == {"late": 1, "today": 0, "soon": 0, "later": 0}
    (person,) = document["people"]
    assert person["reason"] == "silent"
    assert "+ 5 business days =" in person["why"][0]
    output = runner.invoke(owed, ["--job", "deck officer"]).output
    assert output.startswith("You owe 1 person an answer")
    assert code_words_in(output) == []


def test_verify_is_quiet_and_green_when_all_is_right(runner: FlaskCliRunner) -> None:
    result = runner.invoke(ledger, ["verify"])
    assert (result.exit_code, result.output.splitlines()[-1]) == (0, "No difference.")


def test_verify_says_each_difference_and_rebuild_mends_it(runner: FlaskCliRunner) -> None:  # attack 83
    with transaction() as session:
        session.execute(sa.delete(OwedAnswer))
    result = runner.invoke(ledger, ["verify", "--json"])
    assert result.exit_code == 1
    assert len(json.loads(result.output)["differences"]) == 1
    assert runner.invoke(ledger, ["verify"]).output.splitlines()[-1] == "1 difference."
    assert runner.invoke(ledger, ["verify", "--rebuild"]).exit_code == 0
