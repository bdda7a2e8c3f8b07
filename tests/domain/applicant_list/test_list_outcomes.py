"""What lists of several languages say of an application's end."""

from __future__ import annotations

import tomllib
from collections import defaultdict

import pytest

from employer_app.domain.applicant_list.header_names import spellings
from employer_app.domain.applicant_list.outcome import (
    FOLDER,
    Ending,
    Outcome,
    candidate_ended,
    fold,
    no_show,
    outcome_of,
    recognise_state,
)

LANGUAGES = {path.stem: tomllib.loads(path.read_text(encoding="utf-8")) for path in FOLDER.glob("*.toml")}


def test_no_two_languages_read_one_state_differently() -> None:
    meanings: defaultdict[str, set[str]] = defaultdict(set)
    for data in LANGUAGES.values():
        for outcome, words in data["states"].items():
            for word in words:
                for form in spellings(word):
                    meanings[form].add(outcome)
    assert {word: found for word, found in meanings.items() if len(found) > 1} == {}


@pytest.mark.parametrize("language", sorted(LANGUAGES))
def test_every_state_means_what_it_stands_for(language: str) -> None:
    for outcome, words in LANGUAGES[language]["states"].items():
        for word in words:
            assert recognise_state(word) is Outcome(outcome), word


@pytest.mark.parametrize("language", sorted(LANGUAGES))
def test_patterns_of_the_data_are_folded(language: str) -> None:
    for pattern in LANGUAGES[language]["ended_by"]["candidate"]:
        assert pattern.isascii()
        assert pattern == pattern.lower()
        assert fold(pattern)


@pytest.mark.parametrize(
    ("reason", "outcome"),
    [
        ("Kandidat hat abgesagt", Outcome.WITHDRAWN),
        ("Bewerbung zurückgezogen", Outcome.WITHDRAWN),
        ("Anderes Angebot angenommen", Outcome.WITHDRAWN),
        ("Fehlende Qualifikation", Outcome.REJECTED),
        ("Keine Rückmeldung", Outcome.CLOSED),
        ("Désistement du candidat", Outcome.WITHDRAWN),
        ("Expérience insuffisante", Outcome.REJECTED),
        ("El candidato se retira de la oferta", Outcome.WITHDRAWN),
        ("Falta de experiencia", Outcome.REJECTED),
        ("Kandidaat heeft andere baan gevonden", Outcome.WITHDRAWN),
        ("Te weinig ervaring", Outcome.REJECTED),
        ("Kandidaten tackade nej", Outcome.WITHDRAWN),
        ("Saknar erfarenhet", Outcome.REJECTED),
        ("Søker trakk seg", Outcome.WITHDRAWN),
        ("Takket nei til tilbud", Outcome.WITHDRAWN),
        ("Ansøger har trukket sig", Outcome.WITHDRAWN),
        ("Il candidato ha rinunciato", Outcome.WITHDRAWN),
        ("Nessuna risposta", Outcome.CLOSED),
        ("Eingestellt", Outcome.HIRED),
        ("", Outcome.ACTIVE),
    ],
)
def test_a_reason_says_who_ended_it(reason: str, outcome: Outcome) -> None:
    assert outcome_of(Ending(reason=reason), {}) is outcome


@pytest.mark.parametrize(
    ("label", "outcome"),
    [
        ("Abgelehnt", Outcome.REJECTED),
        ("NON RETENUE", Outcome.REJECTED),
        ("Zurückgezogen", Outcome.WITHDRAWN),
        ("Zurueckgezogen", Outcome.WITHDRAWN),
        ("Contratada", Outcome.HIRED),
        ("Gearchiveerd", Outcome.CLOSED),
        ("Pågående", Outcome.ACTIVE),
        ("På vent", Outcome.ON_HOLD),
        ("Angenommen", None),  # the offer, or the application?
        ("Seleccionado", None),  # hired, or only shortlisted?
        ("???", None),
    ],
)
def test_a_state_is_known_or_left_to_a_person(label: str, outcome: Outcome | None) -> None:
    assert recognise_state(label) is outcome


def test_the_word_of_a_person_comes_first() -> None:
    assert outcome_of(Ending(state="Abgelehnt"), {"Abgelehnt": Outcome.ACTIVE}) is Outcome.ACTIVE


def test_nobody_is_taken_for_gone_by_a_reason_of_ours() -> None:
    for text in (
        "",
        "Besser qualifizierte Bewerber",
        "Autre candidat retenu",
        "Rejected by us",
        "Position filled",
    ):
        assert not candidate_ended(text), text


def test_a_talk_to_which_nobody_came_is_known() -> None:
    for text in (
        "No-show",
        "Nicht erschienen",
        "Absente",
        "No se presentó",
        "Niet verschenen",
        "Uteblev",
        "Assente",
    ):
        assert no_show(text), text
    assert not no_show("Positive")
