"""Take one required thing out of a letter we ship: exactly the rule that guards it must speak."""

import re
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from employer_app.domain.courtesy import Draft, Rule, Severity, check
from employer_app.domain.mailtext import Composer
from employer_app.domain.merge import SAMPLES, compile_text
from employer_app.domain.message import NEEDS_PERSONAL_LINE, needs_date, states_no
from employer_app.domain.stage import StageKind
from employer_app.domain.starter import Starter, starters

SHELL = (Path(__file__).parents[3] / "templates" / "mail" / "shell.html").read_text(encoding="utf-8")
COMPOSER = Composer(SHELL)


def _each(fits: Callable[[Starter], bool]) -> pytest.MarkDecorator:
    return pytest.mark.parametrize("one", list(filter(fits, starters())), ids=lambda one: one.name)


EVERY = _each(lambda one: True)


def _draft(one: Starter, body: str) -> Draft:
    mail = COMPOSER.compose(compile_text(one.subject), compile_text(body), SAMPLES)
    met = one.kind in NEEDS_PERSONAL_LINE
    return Draft(
        kind=one.kind,
        paused=one.paused,
        subject=mail.subject,
        text=mail.text,
        greeting_name=SAMPLES["greeting_name"],
        full_name=SAMPLES["full_name"],
        role_title=SAMPLES["role_title"],
        company=SAMPLES["company"],
        send_on=date(2026, 11, 24),
        promised=(date(2026, 11, 27),),
        bulk=True,
        depth=StageKind.FINAL if met else StageKind.SCREEN,
        personal_line=SAMPLES["personal_line"] if met else None,
    )


def _rules(one: Starter, body: str) -> set[tuple[Rule, Severity]]:
    assert body != one.body, "the mutation changed nothing"
    return {(complaint.rule, complaint.severity) for complaint in check(_draft(one, body))}


@EVERY
def test_greeting_deleted(one: Starter) -> None:
    assert _rules(one, one.body.split("\n\n", 1)[1]) == {(Rule.GREETS_BY_NAME, Severity.STOPS)}


@EVERY
def test_name_deleted_from_greeting(one: Starter) -> None:
    body = re.sub(r"^(Hello|Dear) {{ \w+ }}", r"\1", one.body)
    assert _rules(one, body) == {(Rule.GREETS_BY_NAME, Severity.STOPS)}


@EVERY
def test_role_deleted_from_body(one: Starter) -> None:
    body = one.body.replace("{{ role_title }}", "advertised")
    assert _rules(one, body) == {(Rule.NAMES_ROLE, Severity.WARNS)}  # the subject still names it


@_each(lambda one: states_no(one.kind, paused=one.paused) or one.paused)
def test_decision_deleted(one: Starter) -> None:
    kept = re.sub(
        r"(?:We have|We've) (?:decided|cancelled)[^.]*\."
        r"|[^.\n]*\b(?:closed|on hold|not be taking|won't be taking)[^.]*\.",
        " We write about the {{ role_title }} role.",
        one.body,
    )
    assert _rules(one, kept) == {(Rule.SAYS_NO, Severity.STOPS)}


@_each(lambda one: needs_date(one.kind, paused=one.paused))
def test_date_deleted(one: Starter) -> None:
    body = re.sub(r"(?:on|until|by) {{ (?:applied_on|closing_date|next_update_by) }}", "soon", one.body)
    assert _rules(one, body) == {(Rule.GIVES_DATE, Severity.STOPS)}


@_each(lambda one: one.kind in NEEDS_PERSONAL_LINE)
def test_own_line_deleted(one: Starter) -> None:
    assert _rules(one, one.body.replace("{{ personal_line }}", "")) == {(Rule.NOT_IN_BULK, Severity.STOPS)}


@EVERY
@pytest.mark.parametrize("hole", ["[Name]", "{{name}}", "___"])
def test_hole_added(one: Starter, hole: str) -> None:
    draft = _draft(one, one.body)
    holed = draft.text.replace("\n\n", f" {hole}\n\n", 2).replace(f", {hole}", ",", 1)
    found = {(complaint.rule, complaint.severity) for complaint in check(replace(draft, text=holed))}
    assert found == {(Rule.NO_HOLE, Severity.STOPS)}
