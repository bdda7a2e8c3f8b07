"""A list's word for a stage: known, or else counted as interviewed."""

from __future__ import annotations

import pytest

from employer_app.domain.stage import DEFAULT_STAGES, InterviewKind, StageKind, StagePlan
from employer_app.domain.stage_label import fallback_stage, map_labels, recognise_interview, recognise_stage


@pytest.mark.parametrize(
    ("label", "stage"),
    [
        ("Applied", "Applied"),
        ("new", "Applied"),
        ("In review", "Applied"),
        ("Application review", "Applied"),
        ("PHONE-SCREEN", "Phone screen"),
        ("Recruiter call", "Phone screen"),
        ("Pre-interview", "Phone screen"),
        ("Phone interview", "Interview"),
        ("HR Interview", "Interview"),
        ("interview_failed", "Interview"),
        ("Final interview", "Final"),
        ("Offer extended", "Offer"),
        ("Hired", "Hired"),
        ("Sniff test", None),
        ("rejected", None),
        ("面接", None),
        ("!!", None),
        ("Reviewer's renewal", None),
        ("Application rejected", None),
        ("Not hired", None),
        ("Bewerbungseingang", "Applied"),
        ("Telefonische Vorauswahl", "Phone screen"),
        ("Vorstellungsgespräch", "Interview"),
        ("Zweitgespräch", "Final"),
        ("Vertragsangebot", "Offer"),
        ("Eingestellt", "Hired"),
        ("Absage nach Sichtung", None),
        ("Candidature reçue", "Applied"),
        ("Préqualification téléphonique", "Phone screen"),
        ("Entretien RH", "Interview"),
        ("Promesse d’embauche", "Offer"),
        ("Candidature refusée", None),
        ("Inscritos", "Applied"),
        ("Entrevista técnica", "Interview"),
        ("Finalizado", None),
        ("Brievenselectie", "Applied"),
        ("Eerste gesprek", "Interview"),
        ("Arbeidsvoorwaardengesprek", "Offer"),
        ("Inkomna ansökningar", "Applied"),
        ("Slutintervju", "Final"),
        ("Telefonavstämning", "Phone screen"),
        ("Søknad mottatt", "Applied"),
        ("Førstegangsintervju", "Interview"),
        ("Jobsamtale", "Interview"),
        ("In valutazione", "Applied"),
        ("Colloquio conoscitivo", "Interview"),
        ("Offerta inviata", "Offer"),
    ],
)
def test_a_word_means_a_stage_or_nothing(label: str, stage: str | None) -> None:
    found = recognise_stage(label, DEFAULT_STAGES)
    assert (found.name if found else None) == stage


def test_the_jobs_own_name_for_a_stage_comes_first() -> None:
    stages = (
        StagePlan("Interview", StageKind.APPLIED, False),
        StagePlan("Talks", StageKind.INTERVIEW, True),
    )
    assert recognise_stage("interview", stages) is stages[0]
    assert recognise_stage("Tech interview", stages) is stages[1]


def test_an_empty_word_means_the_first_stage() -> None:
    assert map_labels(["", "x", ""], DEFAULT_STAGES) == {"": DEFAULT_STAGES[0], "x": None}


@pytest.mark.parametrize(
    ("kinds", "kind"),
    [
        (["applied", "interview", "final", "hired"], "interview"),
        (["applied", "final", "hired"], "final"),
        (["applied", "screen", "offer", "hired"], "screen"),
        (["applied", "hired"], "applied"),
        (["hired"], "hired"),
    ],
)
def test_nobody_is_put_at_an_offer_for_a_word_that_is_not_known(kinds: list[str], kind: str) -> None:
    stages = [StagePlan(name, StageKind(name), False) for name in kinds]
    assert fallback_stage(stages).kind is StageKind(kind)


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("", InterviewKind.ONE_TO_ONE),
        ("First interview", InterviewKind.ONE_TO_ONE),
        ("Panel", InterviewKind.PANEL),
        ("Assessment centre", InterviewKind.GROUP),
        ("One-way video", InterviewKind.ONE_WAY),
        ("Phone screen", InterviewKind.SCREEN),
        ("Telefoninterview", InterviewKind.SCREEN),
        ("Erstgespräch", InterviewKind.ONE_TO_ONE),
        ("Auswahlkommission", InterviewKind.PANEL),
        ("Entretien vidéo différé", InterviewKind.ONE_WAY),
        ("Dinámica de grupo", InterviewKind.GROUP),
        ("Gesprek met selectiecommissie", InterviewKind.PANEL),
        ("Gruppintervju", InterviewKind.GROUP),
        ("Telefonintervju", InterviewKind.SCREEN),
        ("Colloquio telefonico", InterviewKind.SCREEN),
    ],
)
def test_the_kind_of_an_interview_is_read_from_its_words(text: str, kind: InterviewKind) -> None:
    assert recognise_interview(text) is kind
