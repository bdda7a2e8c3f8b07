"""What to say on the phone: the news early, and never to a voicemail."""

from __future__ import annotations

import re

import pytest

from employer_app.domain.courtesy import check
from employer_app.domain.courtesy.lexicon import Statement, lexicon, stated
from employer_app.domain.kind import about, occasions
from employer_app.domain.merge import SAMPLES, samples
from employer_app.domain.message import Kind, states_no
from employer_app.domain.phone_script import PhoneScript, Step, phone_script, phone_scripts
from employer_app.domain.starter import Variant, languages
from employer_app.domain.words import code_words_in
from scripts.quality.courtesy import passage
from tests.domain.letters import LANGUAGES

#: by language and form of address
SCRIPTS = {
    f"{language}{' informal' * informal}:{key}": one
    for language in LANGUAGES
    for informal in ((False,) if language == "en" else (False, True))
    if lexicon(language)
    for key, one in phone_scripts(language, informal=informal).items()
}
EVERY = pytest.mark.parametrize("one", SCRIPTS.values(), ids=SCRIPTS)
NEWS = (Statement.DECISION_NO, Statement.ROLE_ENDED, Statement.ON_HOLD)
WORDS_IN_TWENTY_SECONDS = 50  # at 150 a minute


def _says_no(one: PhoneScript) -> bool:
    return states_no(one.kind, paused=one.variant is Variant.ON_HOLD)


@EVERY
def test_script_has_every_step_and_no_hole(one: PhoneScript) -> None:
    filled = one.filled(samples(one.language))
    assert list(filled) == list(Step)
    for text in filled.values():
        assert len(text.split()) >= 5
        assert not re.search(r"[{}\ue000-\uf8ff…]|  | [.,]", text)
        assert code_words_in(text) == []


@EVERY
def test_script_is_whole_without_anything_that_may_be_lacking(one: PhoneScript) -> None:
    needed = frozenset().union(*(template.required for template in one.steps.values()))
    for text in one.filled({name: samples(one.language)[name] for name in needed}).values():
        assert not re.search(r"[{}\ue000-\uf8ff…]|  | [.,]", text)
        assert len(text.split()) >= 5


@EVERY
def test_script_asks_for_the_time_and_tells_the_news_within_twenty_seconds(one: PhoneScript) -> None:
    filled = one.filled(samples(one.language))
    assert filled[Step.OPENER].endswith("?")
    spoken = f"{filled[Step.OPENER]} {filled[Step.NEWS]}"
    assert len(spoken.split()) <= WORDS_IN_TWENTY_SECONDS
    no = stated(one.language, Statement.DECISION_NO, spoken)
    assert bool(no) is _says_no(one)
    assert samples(one.language)["role_title"] in spoken


def test_script_asks_whether_it_is_a_good_moment() -> None:
    for one in phone_scripts().values():
        assert "good moment" in one.filled(SAMPLES)[Step.OPENER]


def test_script_ends_with_a_message_in_writing_and_a_note() -> None:
    for one in phone_scripts().values():
        filled = one.filled(SAMPLES)
        assert "in writing" in filled[Step.FOLLOW_UP]
        assert filled[Step.LOG].startswith("Write down the day and the time")
    assert {step for step in Step if not step.spoken} == {Step.LISTEN, Step.LOG}


@EVERY
def test_voicemail_tells_neither_the_news_nor_the_role(one: PhoneScript) -> None:
    values = samples(one.language)
    said = one.filled(values)[Step.VOICEMAIL]
    assert values["sender_name"] in said
    assert values["contact_phone"] in said
    assert values["role_title"] not in said
    assert not any(stated(one.language, statement, said) for statement in NEWS)
    if one.language == "en":
        assert not re.search(
            r"decision|decided|application|interview|sorry|unfortunately", said, re.IGNORECASE
        )


def test_script_offers_feedback_after_a_no_to_somebody_whom_we_met() -> None:
    for kind in (Kind.REJECT_SCREEN, Kind.REJECT_INTERVIEW, Kind.REJECT_FINAL, Kind.ANOTHER_ACCEPTED):
        script = phone_script(kind)
        assert script
        assert re.search(r"feedback|how we", script.filled(SAMPLES)[Step.OFFER])


def test_script_gives_one_reason_and_leaves_a_blank_for_what_is_not_known() -> None:
    script = phone_script(Kind.REJECT_INTERVIEW)
    assert script
    filled = script.filled({"reason_sentence": SAMPLES["reason_sentence"]})
    assert filled[Step.REASON] == SAMPLES["reason_sentence"]
    assert filled[Step.OPENER].startswith("Hello …, this is … from ….")


def test_scripts_are_there_for_what_is_told_by_phone_and_for_nothing_else() -> None:
    assert {kind for kind in Kind if phone_script(kind)} == {
        kind for kind in Kind if about(kind).phone_script
    }
    assert set(phone_scripts()) <= set(occasions())
    paused = phone_script(Kind.CANCELLED_OR_ON_HOLD, Variant.ON_HOLD)
    assert paused
    assert "on hold" in paused.filled(SAMPLES)[Step.NEWS]
    assert phone_script(Kind.REJECT_INTERVIEW, Variant.LATE) is phone_script(Kind.REJECT_INTERVIEW)
    assert phone_script(Kind.NEXT_STEP, Variant.MISSING_DOCUMENT) is None
    assert phone_scripts("tlh") == {}


@pytest.mark.parametrize("language", languages())
@pytest.mark.parametrize("informal", [False, True])
def test_nothing_is_to_be_said_of_the_words_that_we_ship(language: str, informal: bool) -> None:
    found = set()
    for key, script in phone_scripts(language, informal=informal).items():
        steps = script.filled(samples(language))
        spoken = [words for step, words in steps.items() if step.spoken and step is not Step.VOICEMAIL]
        draft = passage("\n\n".join(spoken), script.kind, language, paused=script.variant is Variant.ON_HOLD)
        found |= {(key, one.rule.name, one.words) for one in check(draft, fragment=True)}
    assert found == set()
