"""Take one required thing out of a letter we ship: exactly the rule that guards it must speak."""

import re
from collections.abc import Mapping
from dataclasses import replace

from employer_app.domain.courtesy import Draft, Rule, Severity, check
from employer_app.domain.courtesy.lexicon import Statement, stated
from employer_app.domain.courtesy.reading import sentences
from employer_app.domain.merge import samples
from employer_app.domain.message import NEEDS_PERSONAL_LINE, needs_date, states_no
from employer_app.domain.starter import Starter
from tests.domain.letters import draft_of, each, fill

EVERY = each()
DECISIONS = (Statement.DECISION_NO, Statement.ROLE_ENDED, Statement.ON_HOLD)
DATES = (
    "next_update_by", "decision_by", "previous_date", "closing_date", "applied_on", "interview_date",
    "appointment", "asked_on", "answer_by", "consent_on", "consent_until", "delete_on",
)  # fmt: skip


def _found(draft: Draft) -> set[tuple[Rule, Severity]]:
    """A hint may be about what is left: that it is rather short, for example."""
    found = {(complaint.rule, complaint.severity) for complaint in check(draft)}
    return {(rule, severity) for rule, severity in found if severity is not Severity.HINT}


def _rules(one: Starter, body: str, values: Mapping[str, str] = {}) -> set[tuple[Rule, Severity]]:
    assert body != one.body or values, "the mutation changed nothing"
    return _found(draft_of(one, fill(one, body=body, values=values)))


@EVERY
def test_greeting_deleted(one: Starter) -> None:
    assert _rules(one, one.body.split("\n\n", 1)[1]) == {(Rule.GREETS_BY_NAME, Severity.STOPS)}


@EVERY
def test_name_deleted_from_greeting(one: Starter) -> None:
    greeting, rest = one.body.split("\n\n", 1)
    bare = re.sub(r"[ ,]*{{ (?:greeting|full)_name }}", "", greeting)
    assert bare != greeting
    assert _rules(one, f"{bare}\n\n{rest}") == {(Rule.GREETS_BY_NAME, Severity.STOPS)}


@EVERY
def test_role_deleted_from_body(one: Starter) -> None:
    body = one.body.replace("{{ role_title }}", "advertised")
    assert _rules(one, body) == {(Rule.NAMES_ROLE, Severity.WARNS)}  # the subject still names it


@each(lambda one: states_no(one.kind, paused=one.paused) or one.paused)
def test_decision_deleted(one: Starter) -> None:
    draft = draft_of(one, fill(one))
    role = samples(one.language)["role_title"]
    kept = draft.text
    for sentence in sentences(draft.text):
        if any(stated(one.language, statement, sentence) for statement in DECISIONS):
            kept = kept.replace(sentence, f"{role}." if role in sentence else "").replace(" \n", "\n")
    assert kept != draft.text
    assert _found(replace(draft, text=kept)) == {(Rule.SAYS_NO, Severity.STOPS)}


@each(lambda one: needs_date(one.kind, paused=one.paused))
def test_date_deleted(one: Starter) -> None:
    assert _rules(one, one.body, dict.fromkeys(DATES, "then")) == {(Rule.GIVES_DATE, Severity.STOPS)}


@each(lambda one: one.kind in NEEDS_PERSONAL_LINE)
def test_own_line_deleted(one: Starter) -> None:
    assert _rules(one, one.body.replace("{{ personal_line }}", "")) == {(Rule.NOT_IN_BULK, Severity.STOPS)}


@EVERY
def test_hole_added(one: Starter) -> None:
    draft = draft_of(one, fill(one))
    greeting, opening, rest = draft.text.split("\n\n", 2)
    for hole in ("[Name]", "{{name}}", "___"):
        holed = f"{greeting}\n\n{opening} {hole}\n\n{rest}"
        assert _found(replace(draft, text=holed)) == {(Rule.NO_HOLE, Severity.STOPS)}, hole
