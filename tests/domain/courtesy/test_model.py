"""The model beside the word lists: what it finds that no list foresaw, and when it keeps quiet."""

import tomllib
from pathlib import Path
from typing import Any

import pytest

from employer_app.domain.courtesy import Complaint, Rule, Severity, Tuning, check
from employer_app.domain.courtesy.impression import IMPRESSIONS
from employer_app.domain.courtesy.model import HONEST, model, packed, sounds_like, unpacked
from employer_app.domain.courtesy.terms import BUCKETS, terms, words_of
from employer_app.domain.message import Kind
from scripts.courtesy_model.corpus import OURS, Example, examples, expanded, languages
from scripts.courtesy_model.limits import FALSE_ALARMS
from scripts.courtesy_model.train import train
from scripts.quality.courtesy import passage
from tests.domain.courtesy.drafts import LETTER, letter

UNHEARD: dict[str, Any] = tomllib.loads(Path(__file__).with_name("unheard.toml").read_text(encoding="utf-8"))
GUESS = "This reads "
TEARS = "I cried all weekend over having to send this to you."
IN_EACH_LANGUAGE = pytest.mark.parametrize("language", sorted(UNHEARD))


def said(text: str, language: str = "en", kind: Kind = Kind.REJECT_INTERVIEW) -> list[Complaint]:
    """What is more than a hint."""
    found = check(passage(text, kind, language), fragment=True)
    return [one for one in found if one.severity is not Severity.HINT]


def guesses(complaints: Any) -> list[Complaint]:
    return [one for one in complaints if one.why.startswith(GUESS) or "this reads as" in one.why]


@IN_EACH_LANGUAGE
def test_sentences_nobody_foresaw_are_found_at_least_every_other_time(language: str) -> None:
    bad = UNHEARD[language]["bad"]
    missed = [text for text in bad if not said(text, language)]
    assert len(missed) * 2 <= len(bad), missed


@IN_EACH_LANGUAGE
def test_model_finds_some_that_no_list_does(language: str) -> None:
    assert sum(bool(guesses(said(text, language))) for text in UNHEARD[language]["bad"]) >= 2


def test_model_leaves_honest_sentences_alone_that_nobody_foresaw() -> None:
    honest = [(language, text) for language, texts in UNHEARD.items() for text in texts["honest"]]
    troubled = [text for language, text in honest if guesses(said(text, language))]
    assert len(troubled) <= FALSE_ALARMS * len(honest), troubled


@IN_EACH_LANGUAGE
def test_nothing_we_ship_sounds_like_anything(language: str) -> None:
    ours = [one.text for one in examples(language) if one.writer == OURS]
    assert len(ours) > 100
    assert [text for text in ours if sounds_like(language, text)] == []


@IN_EACH_LANGUAGE
def test_test_sentences_are_in_no_corpus(language: str) -> None:
    known = {one.text.casefold() for one in examples(language)}
    assert known.isdisjoint(text.casefold() for kind in UNHEARD[language].values() for text in kind)


@IN_EACH_LANGUAGE
def test_model_keeps_to_its_size_and_its_false_alarms(language: str) -> None:
    known = model(language)
    assert known is not None
    assert set(known.labels) - {HONEST} <= set(IMPRESSIONS)
    honest, troubled = known.tried[HONEST]
    assert troubled <= FALSE_ALARMS * honest
    data = Path(__file__).parents[3] / "employer_app" / "domain" / "data" / "model" / f"{language}.bin"
    assert data.stat().st_size <= 170_000


def test_every_corpus_has_a_model() -> None:
    assert languages() == sorted(UNHEARD)


def test_language_without_a_model_has_no_impressions() -> None:
    assert model("xx") is None
    assert sounds_like("xx", "You are far too old for this.") == ()
    assert model("../en") is None


def test_guess_is_a_warning_with_its_place_and_never_stops() -> None:
    text = LETTER.replace("I wish you", f"{TEARS} I wish you")
    (one,) = check(letter(text))
    assert guesses([one]) == [one]
    assert (one.rule, one.severity, text[one.start : one.end]) == (
        Rule.NO_SELF_PITY,
        Severity.WARNS,
        TEARS,
    )


def test_guess_follows_the_switch_of_its_rule() -> None:
    draft = passage(TEARS, Kind.REJECT_INTERVIEW, "en")
    assert check(draft, fragment=True, tuning=Tuning(off=frozenset({Rule.NO_SELF_PITY}))) == ()
    tuning = Tuning(severities={Rule.NO_SELF_PITY: Severity.HINT})
    assert [one.severity for one in check(draft, fragment=True, tuning=tuning)] == [Severity.HINT]


def test_guess_is_made_only_in_letters_where_its_rule_counts() -> None:
    assert guesses(check(passage(TEARS, Kind.NEXT_STEP, "en"), fragment=True)) == []


def test_pinned_text_gets_no_guess() -> None:
    text = LETTER.replace("I wish you", f"{TEARS} I wish you")
    assert check(letter(text, house_text="Ours")) == ()


def test_list_and_model_do_not_both_speak_of_a_sentence() -> None:
    (one,) = said("We found a better candidate.")
    assert one.rule is Rule.NO_COMPARISON
    assert guesses([one]) == []


def test_quoted_words_and_titles_are_not_heard() -> None:
    quoted = f'On 4 May you wrote: "{TEARS.rstrip(".")}".'
    assert check(letter(LETTER.replace("I wish you", f"{quoted} I wish you"))) == ()


@pytest.mark.parametrize(
    "text",
    [
        "word " * 20,
        "a" * 100,
        "you weak " * 12 + ".",
        "\u202eyou are weak\u202c ",
        "👩\u200d👩\u200d👧 " * 10,
        "q" * 100,
        "e\u0301" * 20 + " you are weak",
        "\x00 \ufffe you are weak",
        "... ?!…" * 5,
    ],
)
def test_hostile_text_is_read_calmly(text: str) -> None:
    known = model("en")
    assert known
    assert set(known.sounds_like(text * 1_000)) <= set(known.labels)
    for one in guesses(check(passage(text * 50, Kind.REJECT_APPLICATION, "en"), fragment=True)):
        assert one.severity is Severity.WARNS


def test_words_are_plain() -> None:
    assert list(words_of("L’Équipe n'a pas 1.200 €, QqQq…".replace("’", "'"))) == [
        "l'", "equipe", "n'", "a", "pas", "0", "qq", "…",
    ]  # fmt: skip
    assert all(0 <= one < BUCKETS for one in terms("Thank you for coming."))


def test_training_twice_gives_the_same_bytes() -> None:
    some = [
        Example("You are far too old for this work.", "trait", "a"),
        Example("Your letter was dull and weak.", "belittling", "a"),
        Example("Your letter arrived on 4 May.", HONEST, "a"),
        Example("Thank you for your work.", HONEST, "a"),
    ]
    first, second = (train(some).file({"trait": 0.1}, {HONEST: [2, 0]}) for _ in range(2))
    assert first == second
    heard = unpacked(first)
    assert heard.labels == [HONEST, "belittling", "trait"]
    assert heard.sounds_like("You are too old.") == ("trait",)
    assert heard.sounds_like("Thank you for your letter.") == ()


def test_file_of_other_terms_is_refused() -> None:
    head = {"labels": [HONEST, "joke"], "scales": [1, 1], "offsets": [0, 0], "limits": {}, "tried": {}}
    with pytest.raises(ValueError, match="train it anew"):
        unpacked(packed(head, [[0, 0]] * 4))


def test_frame_fills_each_gap_in_each_way() -> None:
    made = expanded("{One|Two|Three} of {us|them}.")
    assert {text.split()[0] for text in made} == {"One", "Two", "Three"}
    assert {text.split()[-1] for text in made} == {"us.", "them."}
    assert made == expanded("{One|Two|Three} of {us|them}.")
    assert expanded("Nothing to choose.") == ["Nothing to choose."]
