"""What a job lets its letters tell, and what a promised day makes of a promise; and no more than that."""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Any

import pytest

from employer_app.domain.courtesy import Rule, check
from employer_app.domain.message import Kind
from employer_app.domain.starter import languages
from scripts.quality.courtesy import passage

SENTENCES = tomllib.loads(Path(__file__).with_name("allowances.toml").read_text(encoding="utf-8"))


def each(kind: str) -> pytest.MarkDecorator:
    every = [
        pytest.param(language, text, id=f"{language}:{text[:40]}")
        for language, kinds in SENTENCES.items()
        for text in kinds[kind]
    ]
    return pytest.mark.parametrize(("language", "text"), every)


def said(language: str, text: str, **facts: Any) -> set[Rule]:
    return {one.rule for one in check(passage(text, Kind.REJECT_INTERVIEW, language, **facts), fragment=True)}


BOTH = {"tells_score": True, "tells_reserve": True}


def test_every_language_has_such_sentences() -> None:
    assert set(SENTENCES) == set(languages())


@each("score")
def test_own_score_is_told_only_where_the_job_tells_it(language: str, text: str) -> None:
    assert Rule.NOTHING_ABOUT_OTHERS in said(language, text, tells_reserve=True)
    assert said(language, text, tells_score=True) == set()


@each("compares")
def test_a_score_beside_that_of_others_is_told_nowhere(language: str, text: str) -> None:
    assert said(language, text, **BOTH) & {Rule.NOTHING_ABOUT_OTHERS, Rule.NO_COMPARISON}


@each("list")
def test_a_reserve_list_with_its_day_is_told_only_where_the_job_tells_it(language: str, text: str) -> None:
    assert said(language, text, tells_score=True) & {Rule.NO_FALSE_HOPE, Rule.NO_FILE_PROMISE}
    assert said(language, text, tells_reserve=True) == set()


@each("endless")
def test_a_reserve_list_without_its_day_is_told_nowhere(language: str, text: str) -> None:
    assert Rule.NO_FALSE_HOPE in said(language, text, **BOTH)


def test_what_lacks_its_day_is_said_once_and_with_the_remedy() -> None:
    draft = passage("We have put you on our reserve list.", Kind.REJECT_INTERVIEW, "en", tells_reserve=True)
    (one,) = check(draft, fragment=True)
    assert (one.words, one.fix) == ("reserve list", "Name that day.")
    assert draft.text[one.start : one.end] == "reserve list"


def test_a_list_that_has_ended_when_the_letter_leaves_has_no_day() -> None:
    text = "You are on our reserve list until 20 November 2026."
    assert said("en", text, tells_reserve=True) == {Rule.NO_FALSE_HOPE}


@pytest.mark.parametrize(
    "text",
    [
        "We keep your CV on file. You are on our reserve list until 30 June 2027.",
        "You nearly got the job. You are on our reserve list until 30 June 2027.",
        "You are on our reserve list until 30 June 2027. If our first choice drops out, the job is yours.",
        "You are on our reserve list until 30 June 2027. Your application is still under review.",
    ],
)
def test_a_reserve_list_covers_nothing_else(text: str) -> None:
    assert said("en", text, **BOTH)


@each("dated")
def test_one_more_word_on_a_day_leaves_no_open_end(language: str, text: str) -> None:
    assert said(language, text) == set()


@each("open")
def test_an_open_end_stays_one_with_a_day_or_without(language: str, text: str) -> None:
    assert Rule.NO_OPEN_END in said(language, text)
