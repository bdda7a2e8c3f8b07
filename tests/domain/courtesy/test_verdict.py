"""Places, passages, scores, and what an organisation may change."""

import pytest

from employer_app.domain.courtesy import (
    RULES_OF_FACT,
    Complaint,
    Rule,
    Severity,
    Tuning,
    check,
    score,
    send_ready,
)
from employer_app.domain.courtesy.lexicon import Statement, lexicon
from employer_app.domain.courtesy.reading import read
from employer_app.domain.message import Kind
from tests.domain.courtesy.drafts import LETTER, NO, draft, letter

AWKWARD = """\ufeffHello Rania,\r
\r
Thank you\u00a0for applying for the “Data Analyst, Timetables” role at Brightwater\u00a0Ferries. \
We\u2019ve de\u00adcided not to take your application forward, Rania Khoury.\r
\r
You wrote: “I would like to hear the reason for it”. You\u2019re o\u0308 too old. \
[Name], we\u2019ll keep your CV on file.\r
> You are too old\r
\r
Rania\u2019s line: you are overqualified 😊!\r
If you have a question, reply to this message by 28 November 2026.\r
"""


@pytest.mark.parametrize("line", ["", "Rania’s line: you are overqualified 😊!", "You’re ö too old."])
def test_places_quote_the_words_as_given(line: str) -> None:
    complaints = check(letter(AWKWARD, personal_line=line or None))
    placed = {(one.rule, AWKWARD[one.start : one.end]) for one in complaints if one.start is not None}
    assert {
        (Rule.NO_PROTECTED_GROUND, "too old"),
        (Rule.NO_HOLE, "[Name]"),
        (Rule.NO_FILE_PROMISE, "keep your CV on file"),
        (Rule.NO_AGE_PROXY, "overqualified"),
        (Rule.NO_JOKES, "😊"),
        (Rule.NO_JOKES, "!"),
    } <= placed
    for one in complaints:
        assert (one.start is None) is (one.end is None)
        if one.start is not None:
            assert AWKWARD[one.start : one.end] == one.words
    assert sum(one.rule is Rule.NO_PROTECTED_GROUND for one in complaints) == 1  # not what was quoted


def test_place_of_a_greeting_and_of_a_date() -> None:
    text = LETTER.replace("Rania", "Applicant", 1)
    (complaint,) = check(letter(text))
    assert text[complaint.start : complaint.end] == "Applicant"
    held = NO + "You will hear from us by Saturday 28 November 2026."
    (complaint,) = check(draft(held, kind=Kind.HOLDING_NOTE))
    assert held[complaint.start : complaint.end] == "28 November 2026"


def test_what_is_lacking_has_no_place() -> None:
    (complaint,) = check(letter(LETTER.replace("Maren Oduya", "")))
    assert (complaint.words, complaint.start, complaint.end) == ("", None, None)


def test_place_is_found_behind_masks_of_other_lengths() -> None:
    text = "Rania Khoury, Rania, Data Analyst, Timetables: you are too old."
    reading = read(text, ["Rania Khoury", "Rania", "Data Analyst, Timetables"])
    at = reading.parts[0].index("too old")
    assert reading.place(0, at, at + 7) == (text.index("too old"), text.index("too old") + 7)
    assert reading.place(0, 5, 5) is None
    assert reading.place(1, 0, 1) is None


@pytest.mark.parametrize(
    "passage",
    [
        "We have decided not to take your application forward.",
        "I wish you well with your search.",
        "Thank you for applying.",
        "You will hear from us by 4 May.",
        "To confirm, reply to this message.",
    ],
)
@pytest.mark.parametrize("kind", list(Kind))
def test_passage_is_not_asked_for_what_only_a_letter_has(passage: str, kind: Kind) -> None:
    assert check(letter(passage, kind=kind, met=True), fragment=True) == ()


def test_passage_is_judged_for_what_is_in_it() -> None:
    found = check(letter("Dear Applicant,\nYou are too old.", kind=Kind.FILLED), fragment=True)
    assert [one.rule for one in found] == [Rule.GREETS_BY_NAME, Rule.NO_PROTECTED_GROUND]


@pytest.mark.parametrize(
    ("hole", "severity"),
    [
        ("[Job title]", Severity.HINT),
        ("[COMPANY NAME]", Severity.HINT),
        ("[Name]", Severity.STOPS),
        ("[First name]", Severity.STOPS),
        ("[Vorname]", Severity.STOPS),
        ("{{ role_title }}", Severity.STOPS),
        ("___", Severity.STOPS),
    ],
)
def test_passage_of_a_template_may_have_fields_but_not_for_a_name(hole: str, severity: Severity) -> None:
    (complaint,) = check(letter(f"Thank you, {hole} it is."), fragment=True)
    assert (complaint.rule, complaint.severity) == (Rule.NO_HOLE, severity)


def _of(*severities: Severity) -> list[Complaint]:
    return [Complaint(Rule.NO_CLICHE, severity, "", "", "") for severity in severities]


@pytest.mark.parametrize(
    ("severities", "points", "ready"),
    [
        ((), 100, True),
        ((Severity.HINT,) * 3, 94, True),
        ((Severity.WARNS,), 92, True),
        ((Severity.WARNS,) * 2, 84, False),
        ((Severity.STOPS,), 75, False),
        ((Severity.STOPS, Severity.WARNS, Severity.HINT), 65, False),
        ((Severity.STOPS,) * 5, 0, False),
    ],
)
def test_score_and_ready(severities: tuple[Severity, ...], points: int, ready: bool) -> None:
    assert score(_of(*severities)) == points
    assert send_ready(_of(*severities)) is ready


def test_style_can_be_switched_off_or_weighed_otherwise() -> None:
    one = letter(
        LETTER.replace("If you have", "We found a better candidate, and you are too old. If you have")
    )
    usual = {complaint.rule: complaint.severity for complaint in check(one)}
    assert usual == {Rule.NO_PROTECTED_GROUND: Severity.STOPS, Rule.NO_COMPARISON: Severity.WARNS}
    off = check(one, tuning=Tuning(off=frozenset({Rule.NO_COMPARISON})))
    assert [complaint.rule for complaint in off] == [Rule.NO_PROTECTED_GROUND]
    hint = check(one, tuning=Tuning(severities={Rule.NO_COMPARISON: Severity.HINT}))
    assert [complaint.severity for complaint in hint] == [Severity.STOPS, Severity.HINT]


@pytest.mark.parametrize("rule", sorted(RULES_OF_FACT))
def test_facts_cannot_be_tuned(rule: Rule) -> None:
    with pytest.raises(ValueError, match=rule.value):
        Tuning(off=frozenset({rule}))
    with pytest.raises(ValueError, match=rule.value):
        Tuning(severities={rule: Severity.HINT})


def test_style_cannot_be_made_to_stop() -> None:
    with pytest.raises(ValueError, match="style"):
        Tuning(severities={Rule.NO_COMPARISON: Severity.STOPS})


def test_english_word_list_is_whole() -> None:
    words = lexicon("en")
    assert words is not None
    without = {Statement.FORMAL_YOU, Statement.INFORMAL_YOU}  # English has one “you”
    assert set(Statement) - set(words.statements) == without
    assert words.harmless is not None
    assert len(words.weekdays) == 7
    assert len(words.months) == 12
