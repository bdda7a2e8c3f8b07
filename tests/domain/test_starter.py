"""The letters we ship: whole with and without every optional field, and clean under our own check."""

import itertools
import re
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest

from employer_app.domain.courtesy import Draft, check
from employer_app.domain.courtesy.lexicon import Statement, stated
from employer_app.domain.courtesy.reading import sentences
from employer_app.domain.mailtext import Composer, MailText
from employer_app.domain.merge import SAMPLES, compile_text
from employer_app.domain.message import NEEDS_PERSONAL_LINE, Kind, needs_date, states_no
from employer_app.domain.stage import StageKind
from employer_app.domain.starter import Starter, Tone, starter, starters

SHELL = (Path(__file__).parents[2] / "templates" / "mail" / "shell.html").read_text(encoding="utf-8")
COMPOSER = Composer(SHELL)
WORDS = {  # how long a kind may be, in words of the body
    Kind.ACKNOWLEDGEMENT: (50, 120),
    Kind.HOLDING_NOTE: (40, 100),
    Kind.REJECT_APPLICATION: (60, 130),
    Kind.REJECT_SCREEN: (80, 150),
    Kind.REJECT_INTERVIEW: (100, 200),
    Kind.REJECT_FINAL: (130, 240),
    Kind.FILLED: (60, 130),
    Kind.CANCELLED_OR_ON_HOLD: (70, 150),
}
EVERY = pytest.mark.parametrize("one", starters(), ids=lambda one: one.name)


def _letters(one: Starter) -> Iterator[tuple[dict[str, str], MailText]]:
    """The letter with every subset of its optional fields."""
    subject, body = compile_text(one.subject), compile_text(one.body)
    optional = sorted(subject.optional | body.optional)
    for size in range(len(optional) + 1):
        for subset in itertools.combinations(optional, size):
            values = {name: SAMPLES[name] for name in (*subject.required, *body.required, *subset)}
            yield values, COMPOSER.compose(subject, body, values)


def _draft(one: Starter, mail: MailText) -> Draft:
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
        candidate_language="en",
    )


@EVERY
def test_starter_is_whole_and_clean_with_every_subset_of_optional_fields(one: Starter) -> None:
    for values, mail in _letters(one):
        assert check(_draft(one, mail)) == (), sorted(values)
        assert not re.search(r"[{}\[\]]|  | [.,]|\n\n\n|None", mail.text), mail.text
        assert mail.text.count("\n\n") >= 3
        for value in values.values():
            assert value in mail.text + mail.subject


@EVERY
def test_starter_keeps_the_length_of_its_kind(one: Starter) -> None:
    least, most = WORDS[one.kind]
    lengths = [len(mail.text.split()) for _, mail in _letters(one)]
    assert least <= min(lengths)
    assert max(lengths) <= most


@EVERY
def test_starter_says_no_within_three_sentences_and_only_where_it_should(one: Starter) -> None:
    for _, mail in _letters(one):
        after_greeting = mail.text.split("\n\n", 1)[1]
        opening = "\n\n".join(sentences(after_greeting)[:3])
        no = stated("en", Statement.DECISION_NO, opening)
        assert bool(no) is states_no(one.kind, paused=one.paused)
        if not states_no(one.kind, paused=one.paused):
            assert stated("en", Statement.DECISION_NO, mail.text) is None


@EVERY
def test_starter_names_role_signs_and_takes_replies(one: Starter) -> None:
    body = compile_text(one.body)
    assert {"role_title", "company", "sender_name"} <= body.required
    assert "{{ role_title }}" in one.subject
    for _, mail in _letters(one):
        assert mail.text.rstrip().split("\n")[-2] == SAMPLES["sender_name"]
        assert re.search(r"\breply\b", mail.text)


@EVERY
def test_starter_uses_the_fields_its_kind_demands(one: Starter) -> None:
    required = compile_text(one.body).required
    assert ("personal_line" in required) is (one.kind in NEEDS_PERSONAL_LINE)
    assert ("next_update_by" in required) is needs_date(one.kind, paused=one.paused)
    assert ("full_name" if one.tone is Tone.FORMAL else "greeting_name") in required


@EVERY
def test_starter_avoids_what_hurts_or_sounds_canned(one: Starter) -> None:
    text = compile_text(one.body).shape(frozenset(SAMPLES)).casefold()
    for phrase in (
        "unfortunately", "regret", "careful consideration", "high calibre", "future endeavours", "on file",
        "better", "best candidate", "stronger", "not good enough", "culture", "almost", "came very close",
        "soon", "shortly", "in due course", "at this time", "do not reply", "no-reply", "!",
        "we will be in touch",
    ):  # fmt: skip
        assert phrase not in text, phrase


@EVERY
def test_starter_formal_tone_has_no_contractions(one: Starter) -> None:
    if one.tone is Tone.FORMAL:
        assert not re.search(r"\w['’](?:t|re|ve|ll|d|m)\b", one.body)


def test_starter_acknowledgement_says_received_and_that_nothing_more_is_needed() -> None:
    for tone in Tone:
        body = starter(Kind.ACKNOWLEDGEMENT, tone).body
        assert "received" in body
        assert re.search(r"nothing more is needed|don't need to send us anything more", body)
        assert "call {{ contact_phone }}" in body


def test_starter_removes_an_unknown_field_with_its_whole_sentence() -> None:
    one = starter(Kind.REJECT_INTERVIEW)
    required = {name: SAMPLES[name] for name in compile_text(one.body).required}
    text = COMPOSER.compose(compile_text(one.subject), compile_text(one.body), required).text
    assert "Thank you for talking with us about the Data Analyst, Timetables role" in text
    assert "We keep your documents" not in text
    assert "You can ask" not in text


def test_starters_cover_kinds_and_tones() -> None:
    warm_and_formal = {Tone.WARM, Tone.FORMAL}
    texts = {(one.kind, one.paused) for one in starters()}
    assert texts == {(kind, False) for kind in WORDS} | {(Kind.CANCELLED_OR_ON_HOLD, True)}
    for kind, paused in texts:
        tones = {one.tone for one in starters() if (one.kind, one.paused) == (kind, paused)}
        met = kind in NEEDS_PERSONAL_LINE or kind is Kind.REJECT_SCREEN
        assert tones == (warm_and_formal if met else set(Tone)), kind


def test_starters_have_names_and_help_a_person_can_read() -> None:
    assert len({one.name for one in starters()}) == len(starters())
    for one in starters():
        assert one.name.endswith(f"({one.tone.value})")
        assert one.when.endswith(".")
        assert not re.search(r"\bK\d|_|\bbatch\b|\bdisposition\b", one.name + one.when)


def test_starter_that_we_do_not_ship_is_not_guessed() -> None:
    assert starters("tlh") == ()
    with pytest.raises(KeyError):
        starter(Kind.REJECT_FINAL, Tone.BRIEF)
