"""Texts for a phone screen: short with long values too, whole, and clean under our own check."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

import pytest

from employer_app.domain.courtesy import Complaint, Draft, Severity, check
from employer_app.domain.courtesy.lexicon import Statement, lexicon, stated
from employer_app.domain.kind import occasions
from employer_app.domain.mailtext import ValuesMissing
from employer_app.domain.merge import SAMPLES, samples
from employer_app.domain.message import NEEDS_PERSONAL_LINE, Kind, needs_date, states_no
from employer_app.domain.short_text import LONGEST, ShortText, TooLong, short_text, short_texts
from employer_app.domain.starter import Variant
from tests.domain.letters import LANGUAGES

LONG = {
    "greeting_name": "Wilhelmina Adeyemi-Okonkwo",
    "role_title": "Senior Data Analyst for Timetables and Ticket Prices, Rotterdam",
    "company": "Brightwater Ferries and Harbour Services",
    "sender_name": "Maximiliane Oduya-Brandstetter",
    "contact_phone": "+31 10 555 0142 ext. 12",
    "next_update_by": "Wednesday 23 September 2026",
    "previous_date": "Wednesday 16 September 2026",
    "answer_by": "Wednesday 16 September 2026",
    "consent_on": "Wednesday 17 September 2025",
    "consent_until": "Wednesday 16 September 2026",
    "cause_sentence": "Our board has moved the budget for this team to next year, and nobody knew.",
    "reason_sentence": "The role needs a lorry licence, and we did not find one in your application at all.",
}
#: other languages need more letters to say the same
LESS_LONG = {
    **LONG,
    "role_title": "Senior Data Analyst for Timetables and Tickets",
    "company": "Brightwater Ferries and Ports",
}
#: by language and form of address
TEXTS = {
    f"{language}{' informal' * informal}:{key}": one
    for language in LANGUAGES
    for informal in ((False,) if language == "en" else (False, True))
    if lexicon(language)
    for key, one in short_texts(language, informal=informal).items()
}
EVERY = pytest.mark.parametrize("one", TEXTS.values(), ids=TEXTS)


def _complaints(one: ShortText, text: str) -> list[Complaint]:
    """Hints are for letters: that one is rather short, for example."""
    return [each for each in check(_draft(one, text)) if each.severity is not Severity.HINT]


def _draft(one: ShortText, text: str) -> Draft:
    values = samples(one.language)
    return Draft(
        kind=one.kind,
        paused=one.variant is Variant.ON_HOLD,
        language=one.language,
        subject=values["role_title"],
        text=text,
        greeting_name=values["greeting_name"],
        full_name=values["full_name"],
        role_title=values["role_title"],
        company=values["company"],
        send_on=date(2026, 11, 24),
        promised=(date(2026, 11, 27),),
    )


@EVERY
def test_short_text_fits_names_everything_and_passes_the_check(one: ShortText) -> None:
    values = samples(one.language)
    text = one.filled(values)
    assert len(text) <= LONGEST
    assert len(text.split()) >= 25
    for name in ("greeting_name", "role_title", "company", "sender_name", "contact_phone"):
        assert values[name] in text
    assert _complaints(one, text) == []


@EVERY
def test_short_text_is_whole_without_anything_that_may_be_lacking(one: ShortText) -> None:
    text = one.filled({name: samples(one.language)[name] for name in one.template.required})
    assert _complaints(one, text) == []
    assert "eply" in text or one.language != "en"
    assert not {"  ", " .", " ,"} & {text[at : at + 2] for at in range(len(text))}


@EVERY
def test_short_text_with_long_values_loses_parts_and_never_words(one: ShortText) -> None:
    values = {**samples(one.language), **(LONG if one.language == "en" else LESS_LONG)}
    text = one.filled(values)
    assert len(text) <= LONGEST
    for name in one.template.fields:
        assert values[name] in text or name in one.template.optional
    assert text.endswith(values["company"])
    assert text in {one.filled({name: values[name] for name in kept}) for kept in _kept(one, values)}


def _kept(one: ShortText, values: Mapping[str, str]) -> list[frozenset[str]]:
    """What is there when the longest go first."""
    by_length = sorted(one.template.optional, key=lambda name: (len(values[name]), name))
    return [one.template.required | set(by_length[:count]) for count in range(len(by_length) + 1)]


def test_short_text_gives_up_the_longest_part_first() -> None:
    one = short_texts()["holding_note"]
    assert SAMPLES["cause_sentence"] in one.filled(SAMPLES)
    cause = f"{LONG['cause_sentence']} {LONG['cause_sentence']}"
    text = one.filled({**SAMPLES, "cause_sentence": cause})
    assert LONG["cause_sentence"] not in text
    assert SAMPLES["sender_name"] in text
    assert SAMPLES["contact_phone"] in text


def test_short_text_that_cannot_fit_is_refused_and_not_cut() -> None:
    with pytest.raises(TooLong, match=r"320 are the most\. Write a mail"):
        short_texts()["enquiry_answer"].filled({**SAMPLES, "answer_text": "The talks are in May. " * 12})


def test_short_text_without_a_needed_value_is_refused() -> None:
    with pytest.raises(ValuesMissing, match="The title of the role"):
        short_texts()["filled"].filled({**SAMPLES, "role_title": None})


@EVERY
def test_short_text_says_no_only_where_it_should_and_gives_a_date_where_it_must(one: ShortText) -> None:
    paused = one.variant is Variant.ON_HOLD
    no = stated(one.language, Statement.DECISION_NO, one.filled(samples(one.language)))
    assert bool(no) is states_no(one.kind, paused=paused)
    if needs_date(one.kind, paused=paused):
        assert "next_update_by" in one.template.required


def test_short_texts_are_not_for_a_no_to_somebody_whom_we_met() -> None:
    longer = NEEDS_PERSONAL_LINE | {Kind.FEEDBACK_REPLY, Kind.DATA_NOTICE, Kind.CORRECTION}
    assert {kind for kind in Kind if short_text(kind) is None} == longer
    assert set(short_texts()) <= set(occasions())
    assert short_text(Kind.NEXT_STEP, Variant.MISSING_DOCUMENT) is not short_text(Kind.NEXT_STEP)
    assert short_texts("tlh") == {}
