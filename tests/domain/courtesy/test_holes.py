"""A field that was not filled must never reach a reader."""

import pytest

from employer_app.domain.courtesy import Rule, Severity, check
from tests.domain.courtesy.drafts import NO, draft, found, stops, warns

HOLES = [
    "{{ first_name }}", "{{", "}}", "{% if x %}", "{first_name}", "${name}", "%(name)s", "%FIRSTNAME%",
    "[Name]", "[FIRST NAME]", "[date of interview]", "<<Name>>", "<< >>", "<candidate name>", "___", "XXX",
    "xxxx", "()", ", ,", "at ,", "at .", "about None", "about NaN", "of nan,", "of null.", "of undefined,",
    "\ufffd", "\ue003", "\u202e", "\u2066",
]  # fmt: skip


@pytest.mark.parametrize("hole", HOLES)
def test_hole_in_the_text_stops(hole: str) -> None:
    # attack 31
    text = NO.replace("If you have a question", f"We write {hole} today.\n\nIf you have a question")
    assert found(draft(text)) == stops(Rule.NO_HOLE)


@pytest.mark.parametrize("hole", ["{{ role_title }}", "[Name]", "for ,", "XXX"])
def test_hole_in_the_subject_stops(hole: str) -> None:
    subject = f"Your application {hole} for Data Analyst, Timetables"
    assert found(draft(subject=subject)) == stops(Rule.NO_HOLE)


def test_hole_quotes_the_words() -> None:
    (complaint,) = check(draft(NO.replace("If you", "Dear [Name] If you")))
    assert complaint.words == "[Name]"


@pytest.mark.parametrize(
    "sentence",
    [
        "None of this changes what you sent us.",
        "The contract would be null and void.",
        "See [1] and (below), or a.m. and 3.5 % of it.",
        "We work with .NET, C++ and R (among others).",
        "Wait ... there is more… and e.g. this.",
        "It costs 5 < 6 and 7 > 3.",
        "The set was undefined until we wrote it down.",
        "Ask for extra-large or XXL.",
    ],
)
def test_hole_is_not_seen_in_honest_sentences(sentence: str) -> None:
    assert check(draft(NO.replace("If you have", f"{sentence}\n\nIf you have"))) == ()


@pytest.mark.parametrize(
    "title", ["Developer [Remote]", "Cook (  )", "Engineer {Rust}", "None", "XXX Tester"]
)
def test_hole_is_not_seen_in_a_job_title(title: str) -> None:
    text = NO.replace("Data Analyst, Timetables", title)
    assert check(draft(text, role_title=title, subject=f"About {title}")) == ()


def test_wide_gap_warns() -> None:
    assert found(draft(NO.replace("a question", "a  question"))) == warns(Rule.NO_HOLE)
    assert check(draft(NO.replace("closed.", "closed.  Yes."))) == ()


@pytest.mark.parametrize(
    "subject", ["", "   ", "\u200b\u200b", "x" * 10_000, "Data Analyst, Timetables\r\nBcc: v@x.example"]
)
def test_subject_unfit_stops(subject: str) -> None:
    # attack 38, attack 32
    assert found(draft(subject=subject)) == stops(Rule.NO_HOLE)


def test_empty_text_stops() -> None:
    assert (Rule.NO_HOLE, Severity.STOPS) in found(draft(text=" \n\u200b"))


def test_hole_in_the_line_of_their_own_stops() -> None:
    line = "I enjoyed [what exactly]."
    assert found(draft(NO.replace("If you", f"{line}\n\nIf you"), personal_line=line)) == stops(Rule.NO_HOLE)
