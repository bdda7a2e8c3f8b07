"""Reasons: what is recorded, and what of it a reader may see."""

import pytest

from employer_app.domain.disposition import (
    Share,
    candidate_sentence,
    disposition,
    dispositions,
    dispositions_at,
)
from employer_app.domain.stage import StageKind
from employer_app.domain.status import Status

# fmt: off
CODES = [
    "BQ-EDU", "BQ-EXP", "BQ-LIC", "BQ-SKILL", "BQ-LANG", "WORK-AUTH", "AVAIL", "LOC", "SHIFT", "PAY",
    "LATE", "WRONG-OPENING", "INCOMPLETE", "LESS-SCREEN", "ASSESS", "INT-SKILL", "FINAL-2",
    "REF", "BGC", "DRUG", "MED", "FILLED", "CANCEL", "FREEZE", "REDEFINED", "INTERNAL",
    "EARLIER", "WD-SELF", "WD-OFFER", "WD-PAY", "NOSHOW", "UNREACH", "DUP", "SPAM", "TEST",
    "CONDUCT", "DISHONEST", "HIRED", "HIRED-OTHER", "MOVED",
]
# fmt: on
ALL_SLOTS = {"criterion": "two years of SQL", "closing_date": "30 November", "interview_date": "4 November"}


def test_dispositions_are_exactly_the_known_codes() -> None:
    assert [one.code for one in dispositions()] == CODES
    assert len({one.label for one in dispositions()}) == len(CODES)


def test_disposition_refuses_an_unknown_code() -> None:
    with pytest.raises(KeyError):
        disposition("NOT-SELECTED")


def test_only_what_is_no_application_sends_no_message() -> None:
    assert {one.code for one in dispositions() if not one.sends_message} == {"DUP", "SPAM", "TEST", "MOVED"}


def test_every_reason_ends_the_application() -> None:
    by_status = {
        status: {one.code for one in dispositions() if one.status is status}
        for status in (Status.WITHDRAWN, Status.HIRED)
    }
    assert by_status[Status.WITHDRAWN] == {
        "WD-SELF",
        "WD-OFFER",
        "WD-PAY",
        "NOSHOW",
        "UNREACH",
        "HIRED-OTHER",
        "MOVED",
    }
    assert by_status[Status.HIRED] == {"HIRED"}
    assert {one.status for one in dispositions()} == {Status.REJECTED, Status.WITHDRAWN, Status.HIRED}


@pytest.mark.parametrize("code", ["WORK-AUTH", "REF", "BGC", "DRUG", "MED", "CONDUCT", "DISHONEST"])
@pytest.mark.parametrize("depth", list(StageKind))
def test_sentence_never_tells_what_must_not_be_told(code: str, depth: StageKind) -> None:
    assert disposition(code).share is Share.NEVER
    assert candidate_sentence(code, ALL_SLOTS, depth, asked=True) is None


@pytest.mark.parametrize("code", ["BQ-LANG", "LESS-SCREEN", "ASSESS", "INT-SKILL", "FINAL-2"])
def test_sentence_waits_for_an_interview_or_a_question(code: str) -> None:
    assert candidate_sentence(code, ALL_SLOTS, StageKind.APPLIED) is None
    assert candidate_sentence(code, ALL_SLOTS, StageKind.SCREEN) is None
    assert candidate_sentence(code, ALL_SLOTS, StageKind.INTERVIEW)
    assert candidate_sentence(code, ALL_SLOTS, StageKind.APPLIED, asked=True)


def test_sentence_fills_its_slots() -> None:
    sentence = candidate_sentence("BQ-EXP", {"criterion": "two years of SQL"}, StageKind.APPLIED)
    assert sentence == "The role needs two years of SQL, and we did not find it in your application."


@pytest.mark.parametrize("value", [None, "", "  "])
def test_sentence_without_its_slot_is_left_out(value: str | None) -> None:
    assert candidate_sentence("BQ-EXP", {"criterion": value}, StageKind.APPLIED) is None
    assert candidate_sentence("BQ-EXP", {}, StageKind.APPLIED) is None


def test_sentence_reads_a_value_as_text() -> None:
    # attack 31
    sentence = candidate_sentence("BQ-EXP", {"criterion": "{closing_date} {0.__class__}"}, StageKind.APPLIED)
    assert (
        sentence == "The role needs {closing_date} {0.__class__}, and we did not find it in your application."
    )


def test_sentence_is_not_guessed_in_another_language() -> None:
    assert candidate_sentence("FILLED", {}, StageKind.APPLIED, language="tlh") is None


def test_sentences_are_whole_and_compare_nobody() -> None:
    for one in dispositions():
        sentence = candidate_sentence(one.code, ALL_SLOTS, StageKind.FINAL, asked=True)
        if sentence is not None:
            assert sentence[0].isupper()
            assert sentence.endswith(".")
            assert "{" not in sentence
            for word in ("better", "best", "stronger", "qualified", "unfortunately", "weak", "native"):
                assert word not in sentence.casefold()


def test_dispositions_at_a_stage_make_sense_there() -> None:
    applied = {one.code for one in dispositions_at(StageKind.APPLIED)}
    assert {"INT-SKILL", "FINAL-2", "NOSHOW", "BGC", "HIRED"}.isdisjoint(applied)
    final = {one.code for one in dispositions_at(StageKind.FINAL)}
    assert {"LATE", "BQ-EDU", "SPAM"}.isdisjoint(final)
    assert {"FILLED", "CANCEL", "FREEZE"} <= applied & final
