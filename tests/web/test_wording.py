"""How strict the wording check is about style: said by name and with a reason, and never about facts."""

from __future__ import annotations

import pytest
from flask import Flask
from flask.testing import FlaskClient

from employer_app.actions.plans import around_job
from employer_app.actions.wording import tuning_of
from employer_app.domain.courtesy import TUNABLE, Rule, Severity
from employer_app.domain.courtesy.complaint import RULES_OF_FACT
from employer_app.domain.role import OPERATOR
from employer_app.extensions import db
from employer_app.models import Organisation
from tests import factories
from tests.web.pages import visible

PAGE = "/settings/wording"
CLICHE = {"rule": Rule.NO_CLICHE.value, "strictness": "off", "why": "Our works council likes these words."}


def stored() -> dict[str, dict[str, str]]:
    db.session.rollback()
    return dict(db.session.get_one(Organisation, 1).wording)


def test_a_rule_of_style_is_switched_off_with_name_and_reason_and_back(as_alice: FlaskClient) -> None:
    assert as_alice.post(PAGE, data=CLICHE).status_code == 303
    kept = stored()[Rule.NO_CLICHE.value]
    assert (kept["as"], kept["by"], kept["why"]) == ("off", "Alice Moreau", CLICHE["why"])
    page = visible(as_alice.get(PAGE).text)
    assert "Our works council likes these words. (Alice Moreau" in page
    as_alice.post(f"{PAGE}/usual", data={"rule": Rule.NO_CLICHE.value})
    assert stored() == {}


def test_what_was_chosen_reaches_the_check_of_every_send_list(app: Flask, as_alice: FlaskClient) -> None:
    job = factories.job("Deck Officer")
    as_alice.post(PAGE, data=CLICHE)
    as_alice.post(PAGE, data={**CLICHE, "rule": Rule.THANKS.value, "strictness": "hint"})
    tuning = around_job(job, OPERATOR).tuning
    assert tuning.severity(Rule.NO_CLICHE, Severity.WARNS) is None
    assert tuning.severity(Rule.THANKS, Severity.WARNS) is Severity.HINT


def test_without_a_reason_nothing_changes_and_what_was_typed_stays(as_alice: FlaskClient) -> None:
    answer = as_alice.post(PAGE, data={**CLICHE, "why": "  "})
    assert answer.status_code == 422
    assert "Say why" in answer.text
    assert stored() == {}


@pytest.mark.parametrize("rule", sorted(RULES_OF_FACT))
def test_no_fact_can_be_switched_off(as_alice: FlaskClient, rule: Rule) -> None:
    assert rule not in TUNABLE
    assert as_alice.post(PAGE, data={**CLICHE, "rule": rule.value}).status_code == 422
    assert stored() == {}


def test_only_administrators_may(as_bob: FlaskClient) -> None:
    assert as_bob.get(PAGE).status_code == 403
    assert as_bob.post(PAGE, data=CLICHE).status_code == 403


def test_what_another_version_stored_is_left_alone() -> None:
    tuning = tuning_of({"C1": {"as": "off"}, "Z9": {"as": "off"}, "T2": {"as": "hint"}})
    assert tuning.off == frozenset()
    assert tuning.severities == {Rule.NO_CLICHE: Severity.HINT}
