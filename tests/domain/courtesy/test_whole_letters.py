"""Every rule over a whole letter in which one thing was spoilt, and the facts that change what is said."""

from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from employer_app.domain.courtesy import Draft, Recipient, Rule, Severity, check
from employer_app.domain.message import Kind
from employer_app.domain.stage import StageKind
from tests.domain.courtesy.drafts import LETTER, RECEIVED, TODAY, found, letter, stops, warns

QUESTION = "If you have a question, reply to this message. Your reply comes to me."
HELD = """Hello Rania,

Thank you for your patience. We have not decided yet about the Data Analyst, Timetables role at Brightwater \
Ferries, because two talks are still to come.

You will hear from us by Friday 27 November 2026, whatever the answer is. \
Nothing is needed from you until then.

If you have a question, reply to this message. Your reply comes to me.

Maren Oduya
"""
LATE = """Hello Rania,

We had promised you an answer about the Data Analyst, Timetables role at Brightwater Ferries by Friday \
13 November 2026. I am sorry that we did not keep to that day.

We need more time, because one talk had to be moved. You will hear from us by Friday 27 November \
2026, whatever the answer is. Nothing is needed from you until then.

If you have a question, reply to this message. Your reply comes to me.

Maren Oduya
"""


def with_line(line: str, **changes: Any) -> Draft:
    return letter(LETTER.replace("If you have", f"{line} If you have"), **changes)


def hints(rule: Rule) -> set[tuple[Rule, Severity]]:
    return {(rule, Severity.HINT)}


def test_whole_letters_draw_no_complaint() -> None:
    assert check(letter()) == ()
    assert check(letter(HELD, kind=Kind.HOLDING_NOTE)) == ()
    assert check(letter(LATE, kind=Kind.DELAY_APOLOGY, previous_date=date(2026, 11, 13))) == ()


@pytest.mark.parametrize(
    ("line", "rule"),
    [
        ("Your application was poor.", Rule.NOT_BELITTLING),
        ("This was a hard decision for us.", Rule.NO_SELF_PITY),
        ("Chin up, and keep smiling.", Rule.NO_JOKES),
        ("See you around!", Rule.NO_JOKES),
        ("Take care 😊.", Rule.NO_JOKES),
        ("You should take a course in planning.", Rule.NO_ADVICE),
        ("Follow us on LinkedIn.", Rule.NO_MARKETING),
        ("You are overqualified.", Rule.NO_AGE_PROXY),
        ("You are not a culture fit.", Rule.NO_CULTURE_FIT),
        ("We need a native speaker.", Rule.NO_ORIGIN_REMARK),
        ("We found a better candidate.", Rule.NO_COMPARISON),
        ("You were our second choice.", Rule.NO_FALSE_HOPE),
        ("You will definitely get the next job.", Rule.NO_EMPTY_INVITATION),
        ("Please apply again next year.", Rule.NO_EMPTY_INVITATION),
        ("Your application is still under review.", Rule.NO_OPEN_END),
        ("This mailbox is not monitored.", Rule.TAKES_REPLIES),
        ("We only contact those whom we choose, and only successful people hear from us.", Rule.NO_SILENCE),
        ("We will tell you more soon.", Rule.NO_SILENCE),
        ("I am sorry for the delay, and we apologise again.", Rule.APOLOGISES_ONCE),
    ],
)
def test_style_warns_and_never_stops(line: str, rule: Rule) -> None:
    assert found(with_line(line)) == warns(rule)
    assert check(with_line(line, house_text="Reviewed in May")) == ()


@pytest.mark.parametrize(
    ("line", "rule"),
    [
        ("You are too old for this.", Rule.NO_PROTECTED_GROUND),
        ("We will keep your CV on file.", Rule.NO_FILE_PROMISE),
        ("Your criminal record was a problem.", Rule.NO_SENSITIVE_BASIS),
        ("You scored 3 out of 10.", Rule.NOTHING_ABOUT_OTHERS),
    ],
)
def test_facts_stop_even_in_a_text_that_was_reviewed(line: str, rule: Rule) -> None:
    assert found(with_line(line)) == stops(rule)
    assert found(with_line(line, house_text="Reviewed in May")) == stops(rule)


@pytest.mark.parametrize(
    ("line", "rule"),
    [
        ("We cannot offer it to you at this time.", Rule.NO_FALSE_HOPE),
        ("Sadly, the other roles are closed as well.", Rule.NO_REGRET_OPENING),
        ("I wish you well in your future endeavours.", Rule.NO_CLICHE),
    ],
)
def test_small_things_are_hints(line: str, rule: Rule) -> None:
    assert found(with_line(line)) == hints(rule)


def test_two_canned_phrases_warn() -> None:
    line = "After careful consideration, I wish you well in your future endeavours."
    assert found(with_line(line)) == warns(Rule.NO_CLICHE)


def test_line_for_one_person_is_read_like_the_rest() -> None:
    line = "You are too old for this."
    assert found(with_line(line, personal_line=line)) == stops(Rule.NO_PROTECTED_GROUND)


def test_decision_must_come_early() -> None:
    no = "We have decided not to take your application forward, and it is now closed. "
    late = LETTER.replace(no, "").replace(QUESTION, f"{no}{QUESTION}")
    assert found(letter(late)) == warns(Rule.SAYS_NO_EARLY)
    far = LETTER.replace(no, "It is a role that " + "and ".join(["we like "] * 30) + "as you know. " + no)
    assert (Rule.SAYS_NO_EARLY, Severity.WARNS) in found(letter(far))


@pytest.mark.parametrize("kind", [Kind.REJECT_APPLICATION, Kind.FILLED])
def test_thanks_are_missed(kind: Kind) -> None:
    text = LETTER.replace("Thank you for applying for", "You applied for")
    text = text.replace(
        "I know that an application takes time and thought, and I'm grateful that you gave both", ""
    )
    assert (Rule.THANKS, Severity.WARNS) in found(letter(text, kind=kind))


def test_way_to_answer_is_missed() -> None:
    assert found(letter(LETTER.replace(f"{QUESTION}\n\n", ""))) == warns(Rule.TAKES_REPLIES)
    assert found(letter(reply_ok=False)) == warns(Rule.TAKES_REPLIES)


def test_signature_is_missed_where_the_sender_is_known() -> None:
    text = LETTER.replace("Maren Oduya", "The Recruiting Team")
    assert found(letter(text)) == warns(Rule.SIGNED_BY_NAME)
    assert check(letter(text, sender_name=None)) == ()


def test_claim_of_a_talk_stops_if_there_was_none_and_warns_if_nobody_knows() -> None:
    line = "It was a pleasure to meet you."
    assert found(with_line(line, met=False)) == stops(Rule.TRUE_TO_RECORD)
    assert found(with_line(line)) == warns(Rule.TRUE_TO_RECORD)
    assert check(with_line(line, met=True)) == ()
    assert check(with_line(line, depth=StageKind.SCREEN)) == ()
    assert check(with_line(line, kind=Kind.FILLED)) == ()


def test_claim_of_a_reading_stops_only_if_the_record_shows_none() -> None:
    line = "We went through every line of it."
    assert found(with_line(line, reviewed=False)) == stops(Rule.TRUE_TO_RECORD)
    assert check(with_line(line)) == ()
    assert check(with_line("We did not go through every line of it.", reviewed=False)) == ()


def test_length_is_judged_by_kind() -> None:
    short = (
        "Hello Rania,\n\nThank you, but we have decided not to offer you the Data Analyst, Timetables role. "
    )
    assert found(letter(short + "Reply to me.\n\nMaren Oduya\n")) == warns(Rule.RIGHT_LENGTH)
    assert found(with_line("Our office is on the second floor. " * 20)) == hints(Rule.RIGHT_LENGTH)
    assert found(with_line("We " + "gladly " * 36 + "write.")) >= warns(Rule.RIGHT_LENGTH)


def test_sentences_that_are_long_on_average_are_a_hint() -> None:
    one = "We wrote this " + "and that " * 13 + "today."
    assert (Rule.RIGHT_LENGTH, Severity.HINT) in found(with_line(" ".join([one] * 6)))


def test_vague_time_is_not_said_beside_the_missing_day() -> None:
    text = HELD.replace("by Friday 27 November 2026", "soon")
    assert found(letter(text, kind=Kind.HOLDING_NOTE)) == stops(Rule.GIVES_DATE)
    text = HELD.replace("Nothing is needed", "We will write again soon. Nothing is needed")
    assert found(letter(text, kind=Kind.HOLDING_NOTE)) == warns(Rule.NO_SILENCE)


def test_day_of_the_week_must_be_that_of_the_date() -> None:
    text = HELD.replace("Friday 27", "Thursday 27")
    assert found(letter(text, kind=Kind.HOLDING_NOTE)) == warns(Rule.GIVES_DATE)


def test_missed_day_wants_one_apology_and_the_day() -> None:
    missed = date(2026, 11, 13)
    late = letter(LATE, kind=Kind.DELAY_APOLOGY, previous_date=missed)
    unsaid = LATE.replace("I am sorry that we did not keep to that day.", "We did not keep to that day.")
    assert found(replace(late, text=unsaid)) == warns(Rule.APOLOGISES_ONCE)
    undated = LATE.replace("by Friday 13 November 2026", "by last week")
    assert found(replace(late, text=undated)) == warns(Rule.APOLOGISES_ONCE)
    assert found(letter(late=True)) == warns(Rule.APOLOGISES_ONCE)


def test_title_before_the_name_warns_unless_it_is_on_record() -> None:
    text = LETTER.replace("Hello Rania,", "Dear Ms Khoury,")
    assert found(letter(text)) == warns(Rule.ADDRESSES_RIGHTLY)
    assert check(letter(text, honorific="Ms")) == ()
    assert check(with_line("Mr Lind sends his regards.")) == ()


def test_file_promise_needs_a_consent_that_still_holds() -> None:
    line = "We will keep your CV on file."
    assert check(with_line(line, consent_until=date(2027, 5, 1))) == ()
    assert check(with_line(line, consent_until=TODAY)) == ()
    assert found(with_line(line, consent_until=date(2026, 11, 23))) == stops(Rule.NO_FILE_PROMISE)


def test_invitation_is_fine_when_it_is_meant() -> None:
    assert check(with_line("Please apply again next year.", reapply_ok=True)) == ()
    assert found(with_line("You will definitely get the next job.", reapply_ok=True)) == warns(
        Rule.NO_EMPTY_INVITATION
    )


def test_reason_where_none_is_to_be_given_or_another_is_on_record_warns() -> None:
    line = "We were looking for more practice in SQL."
    assert check(with_line(line)) == ()
    assert found(with_line(line, reason_mode="none")) == warns(Rule.REASON_ON_RECORD)
    assert found(with_line(line, reason_on_record=False)) == warns(Rule.REASON_ON_RECORD)
    assert check(with_line(line, reason_needed=True)) == ()
    assert found(letter(reason_needed=True)) == warns(Rule.REASON_ON_RECORD)


def test_steps_of_the_law_stop_until_they_are_done() -> None:
    assert found(letter(statutory_missing=("the notice before the decision",))) == stops(
        Rule.NO_SENSITIVE_BASIS
    )
    asked = "You may ask the agency for a copy."
    assert found(letter(statutory_texts=(asked,))) == stops(Rule.NO_SENSITIVE_BASIS)
    assert check(with_line(asked, statutory_texts=(asked,))) == ()
    assert check(with_line(f"{asked} The background check is attached.", statutory_texts=(asked,))) == ()


def test_pay_and_retention_must_be_those_on_record() -> None:
    assert found(letter(pay_range_needed=True)) == stops(Rule.OPEN_ABOUT_PAY)
    pay = {"pay_range_needed": True, "pay_range": "£30,000 to £34,000"}
    assert found(letter(**pay)) == stops(Rule.OPEN_ABOUT_PAY)
    assert check(with_line("The pay is £30,000 to £34,000 a year.", **pay)) == ()
    line = "We keep your documents for 12 months and then delete them."
    assert found(with_line(line, retention_months=6)) == warns(Rule.OPEN_ABOUT_PAY)
    assert check(with_line(line, retention_months=12)) == ()


def test_letter_that_would_leave_too_late_stops_while_there_is_time() -> None:
    due = date(2026, 11, 23)
    assert found(letter(legal_deadline=due)) == stops(Rule.IN_TIME)
    assert found(letter(legal_deadline=due, written_on=due)) == stops(Rule.IN_TIME)
    assert check(letter(legal_deadline=due, written_on=TODAY)) == ()
    assert check(letter(legal_deadline=TODAY)) == ()


def test_unread_message_from_the_reader_stops() -> None:
    assert found(letter(recipient=Recipient(unread=True))) == stops(Rule.RIGHT_PERSON)


def test_check_that_is_to_come_may_stand_in_an_invitation() -> None:
    line = "We will ask for a background check after an offer."
    text = HELD.replace("Nothing is needed", f"{line} Nothing is needed")
    assert (Rule.NO_SENSITIVE_BASIS, Severity.HINT) in found(letter(text, kind=Kind.NEXT_STEP))


def test_question_for_former_pay_warns() -> None:
    text = HELD.replace("Nothing is needed from you until then.", "What is your current salary?")
    assert found(letter(text, kind=Kind.HOLDING_NOTE)) == warns(Rule.OPEN_ABOUT_PAY)


def test_rules_for_a_no_leave_other_letters_alone() -> None:
    text = HELD.replace("Nothing is needed", "Please apply again! It was hard for us. Nothing is needed")
    assert check(letter(text, kind=Kind.HOLDING_NOTE)) == ()


def test_pause_is_no_no() -> None:
    text = HELD.replace("We have not decided yet about", "We have put on hold").replace("because", "as")
    paused = letter(text + "We wish you a good week. " * 4, kind=Kind.CANCELLED_OR_ON_HOLD, paused=True)
    assert found(paused) <= hints(Rule.RIGHT_LENGTH)


def test_every_rule_has_a_name_and_timing_rules_say_nothing() -> None:
    assert len(Rule) == 40
    assert {Rule.SEND_WINDOW, Rule.NOT_TOO_QUICK} <= set(Rule)
    assert check(letter(send_on=date(2026, 11, 22))) == ()  # a Sunday


def test_received_letter_of_the_tests_lacks_only_style() -> None:
    one = letter(RECEIVED, kind=Kind.ACKNOWLEDGEMENT)
    assert {severity for _, severity in found(one)} <= {Severity.WARNS, Severity.HINT}
