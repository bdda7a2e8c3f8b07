"""The letters we ship: whole with and without every optional field, and clean under our own check."""

import re
from importlib import resources

import pytest

from employer_app.domain.courtesy import check
from employer_app.domain.courtesy.lexicon import Statement, stated
from employer_app.domain.courtesy.reading import sentences
from employer_app.domain.kind import Element, about, occasions
from employer_app.domain.merge import SAMPLES, compile_text, samples
from employer_app.domain.message import NEEDS_PERSONAL_LINE, Kind, needs_date, states_no
from employer_app.domain.starter import Starter, Tone, Variant, starter, starters
from tests.domain.letters import COMPOSER, LANGUAGES, draft_of, each, enough, every, fill, parts, required

EVERY = each()
ENGLISH = each(lambda one: one.language == "en")
IN_EACH_LANGUAGE = pytest.mark.parametrize("language", LANGUAGES)

#: what a kind or variant cannot be written without, beside what every letter has
OWN_FIELDS = {
    "delay_apology": {"previous_date"},
    "next_step": {"appointment", "meeting_place"},
    "next_step.missing_document": {"missing_document", "answer_by"},
    "reopened": {"cause_sentence", "answer_by"},
    "reject_screen.after_call": {"told_on"},
    "reject_interview.after_call": {"told_on"},
    "feedback_reply": {"feedback_text"},
    "enquiry_answer": {"answer_text"},
    "keep_in_touch": {"consent_on", "consent_until"},
    "keep_in_touch.other_job": {"other_role_title", "answer_by"},
    "data_notice": {"retention_months"},
    "correction": {"correction_text"},
}
WITHOUT_BRIEF = {Variant.MISSING_DOCUMENT, Variant.OTHER_JOB}
WARM_ONLY = {Variant.LATE, Variant.INTERNAL, Variant.AFTER_CALL}


@EVERY
def test_starter_is_whole_and_clean_with_every_subset_of_optional_fields(one: Starter) -> None:
    for filled in enough(one):
        assert check(draft_of(one, filled)) == (), sorted(filled.there)
    for filled in every(one):
        assert not re.search(r"[{}\[\]\ue000-\uf8ff]|  | [.,]|\n\n\n|None", filled.text), filled.text
        assert filled.text.count("\n\n") >= 3
        for name in filled.there:
            assert samples(one.language)[name] in filled.text + filled.subject


@EVERY
def test_starter_reads_the_same_in_a_mail(one: Starter) -> None:
    mail = COMPOSER.compose(*parts(one), samples(one.language), language=one.language)
    filled = fill(one)
    assert (mail.subject, mail.text) == (filled.subject, filled.text)


@EVERY
def test_starter_keeps_the_length_of_its_kind(one: Starter) -> None:
    least, most = about(one.kind).words_in(one.language)
    lengths = [len(filled.text.split()) for filled in every(one)]
    assert least <= min(lengths)
    assert max(lengths) <= most


@EVERY
def test_starter_says_no_within_three_sentences_and_only_where_it_should(one: Starter) -> None:
    for filled in enough(one):
        after_greeting = filled.text.split("\n\n", 1)[1]
        opening = "\n\n".join(sentences(after_greeting)[:3])
        no = stated(one.language, Statement.DECISION_NO, opening)
        assert bool(no) is states_no(one.kind, paused=one.paused)
        if not states_no(one.kind, paused=one.paused):
            assert stated(one.language, Statement.DECISION_NO, filled.text) is None


@EVERY
def test_starter_names_role_and_signs(one: Starter) -> None:
    assert {"role_title", "company", "sender_name"} <= compile_text(one.body).required
    assert "{{ role_title }}" in one.subject
    for filled in every(one):
        assert filled.text.rstrip().split("\n")[-2] == samples(one.language)["sender_name"]


@ENGLISH
def test_starter_takes_replies(one: Starter) -> None:
    for filled in every(one):
        assert re.search(r"\b[Rr]eply\b", filled.text)


@EVERY
def test_starter_uses_the_fields_its_kind_demands(one: Starter) -> None:
    needed = compile_text(one.body).required
    assert ("personal_line" in needed) is (one.kind in NEEDS_PERSONAL_LINE)
    assert ("next_update_by" in needed) is needs_date(one.kind, paused=one.paused)
    assert OWN_FIELDS.get(one.occasion, set()) <= needed
    assert needed & {"full_name", "greeting_name"} <= set(compile_text(one.body.split("\n\n")[0]).fields)
    if one.tone is not Tone.BRIEF:
        assert ("full_name" if one.tone is Tone.FORMAL else "greeting_name") in needed


#: the field, or one of the fields, that an element comes from
FIELDS_OF = {
    Element.GREETING: {"greeting_name", "full_name"},
    Element.ROLE: {"role_title"},
    Element.REASON: {"reason_sentence", "cause_sentence"},
    Element.PERSONAL_LINE: {"personal_line"},
    Element.FEEDBACK: {"feedback_text"},
    Element.CORRECTION: {"correction_text"},
    Element.ANSWER: {"answer_text"},
    Element.NEXT_DATE: {"next_update_by"},
    Element.ANSWER_DATE: {"answer_by"},
    Element.CONTACT: {"contact_phone", "contact_name", "contact_address"},
    Element.DATA_LINE: {"retention_months", "delete_on"},
}


@EVERY
def test_starter_has_the_fields_of_every_element_of_its_kind(one: Starter) -> None:
    named = set(compile_text(one.body).fields)
    lacking = [
        element
        for element in about(one.kind).holds
        if element in FIELDS_OF and not FIELDS_OF[element] & named
    ]
    assert lacking == []


@ENGLISH
def test_starter_avoids_what_hurts_or_sounds_canned(one: Starter) -> None:
    text = compile_text(one.body).shape(frozenset(SAMPLES)).casefold()
    for phrase in (
        "unfortunately", "regret", "careful consideration", "high calibre", "future endeavours", "on file",
        "better", "best candidate", "stronger", "not good enough", "culture", "almost", "came very close",
        "soon", "shortly", "in due course", "at this time", "do not reply", "no-reply", "!",
        "we will be in touch", "apply again", "you should", "earn",
    ):  # fmt: skip
        assert phrase not in text, phrase


@each(lambda one: one.language == "en" and (one.variant is Variant.LATE or one.kind is Kind.DELAY_APOLOGY))
def test_starter_that_is_late_apologises_once(one: Starter) -> None:
    said = re.findall(r"\b(?:sorry|apolog\w+)\b", compile_text(one.body).shape(frozenset(SAMPLES)))
    assert len(said) == 1


@ENGLISH
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
    text = fill(one, there=required(one)).text
    assert "Thank you for talking with us about the Data Analyst, Timetables role" in text
    assert "We keep your documents" not in text
    assert "You can ask" not in text


def test_starter_feedback_lets_the_decision_stand_and_reopened_owns_the_earlier_no() -> None:
    for tone in (Tone.WARM, Tone.FORMAL):
        assert "The decision itself stands" in starter(Kind.FEEDBACK_REPLY, tone).body
    for tone in Tone:
        assert "with a no" in starter(Kind.REOPENED, tone).body


@IN_EACH_LANGUAGE
def test_starters_cover_kinds_variants_and_tones(language: str) -> None:
    found: dict[str, set[Tone]] = {}
    for one in starters(language):
        found.setdefault(one.occasion, set()).add(one.tone)
    assert set(found) == set(occasions())
    for occasion, (kind, variant) in occasions().items():
        wanted = {Tone.WARM} if variant in WARM_ONLY else {Tone.WARM, Tone.FORMAL}
        brief = about(kind).brief and variant not in WARM_ONLY | WITHOUT_BRIEF
        assert found[occasion] == wanted | ({Tone.BRIEF} if brief else set()), occasion


@IN_EACH_LANGUAGE
def test_starters_are_familiar_only_where_the_language_can_be_and_beside_a_polite_one(language: str) -> None:
    texts = starters(language)
    polite = {(one.kind, one.variant, one.tone) for one in texts if not one.informal}
    familiar = {(one.kind, one.variant, one.tone) for one in texts if one.informal}
    assert familiar <= polite
    usual = {(kind, Variant.USUAL, Tone.WARM) for kind in Kind}
    assert familiar == set() if language == "en" else usual <= familiar


@IN_EACH_LANGUAGE
def test_starters_lie_in_files_of_their_own_name(language: str) -> None:
    folder = resources.files("employer_app.domain").joinpath("data", "starters", language)
    files = [file.name for file in folder.iterdir()]
    assert sorted(files) == sorted(f"{one.key}.toml" for one in starters(language))


@IN_EACH_LANGUAGE
def test_starters_have_names_and_help_a_person_can_read(language: str) -> None:
    texts = starters(language)
    assert len({one.name for one in texts}) == len(texts)
    for one in texts:
        assert re.search(rf"\({one.tone}\b[^()]*\)$", one.name)
        assert one.when.endswith(".")
        assert not re.search(r"\bK\d|_|\bbatch\b|\bdisposition\b", one.name + one.when)


def test_starter_that_we_do_not_ship_is_not_guessed() -> None:
    assert starters("tlh") == ()
    with pytest.raises(KeyError):
        starter(Kind.REJECT_FINAL, Tone.BRIEF)
