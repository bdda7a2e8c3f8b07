"""A letter must say what it is there to say."""

import json
from datetime import date
from pathlib import Path

import pytest

from employer_app.domain.courtesy import Rule, check
from employer_app.domain.courtesy.lexicon import Statement, stated
from employer_app.domain.courtesy.reading import normal
from employer_app.domain.message import Kind
from tests.domain.courtesy.drafts import NO, ON_HOLD, RECEIVED, TODAY, draft, found, received, stops, warns

DECISION = "We have decided not to take your application forward, and it is now closed."


def test_clean_letters_draw_no_complaint() -> None:
    assert check(draft()) == ()
    assert check(received()) == ()
    assert check(draft(ON_HOLD, kind=Kind.CANCELLED_OR_ON_HOLD, paused=True)) == ()


@pytest.mark.parametrize(
    "said",
    [
        "We've decided not to offer you the position.",
        "We’ve decided not to take your application forward.",
        "We will not be moving forward with your application.",
        "We won't be taking you forward to the next stage.",
        "We will therefore not be taking your application further.",
        "We are unable to offer you a place on this occasion.",
        "I'm afraid we won't be able to offer you the job.",
        "You have not been selected for an interview.",
        "Your application was unsuccessful.",
        "Your application has not been successful on this occasion.",
        "Your application will not be progressed any further.",
        "After reading your CV, we will not be inviting you to an interview.",
        "We chose another finalist.",
        "Your application is now closed.",
        "The panel decided against offering you the role.",
        "If you hoped for a yes, I am sorry: we have decided not to offer you the job.",
    ],
)
def test_says_no_knows_a_plain_no(said: str) -> None:
    assert check(draft(NO.replace(DECISION, said))) == ()


@pytest.mark.parametrize(
    "said",
    [
        "",
        "Your application is still under review.",
        "We are pursuing candidates whose qualifications match our needs more closely.",
        "If we decide not to take your application forward, we will write to you.",
        "We will tell you whether we have decided not to offer you the role.",
        "We have not decided not to offer you the role.",
        "This does not mean that your application is closed.",
        "Your application is not closed.",
        "Your application will be closed unless you reply.",
        "Should we decide not to offer you the role, we will say so.",
        "We have decided not to wait any longer and would like to invite you.",
        "We cannot consider your application complete until you send your certificate.",
        "We cannot offer you a date yet.",
        'You wrote: "I fear that you have decided not to offer me the role and my application is closed."',
        "You wrote:\n> We have decided not to take your application forward.",
    ],
)
def test_says_no_is_not_taken_in_by_what_only_sounds_like_it(said: str) -> None:
    assert found(draft(NO.replace(DECISION, said))) == stops(Rule.SAYS_NO)


@pytest.mark.parametrize("kind", [Kind.FILLED, Kind.REJECT_SCREEN])
def test_says_no_asks_more_of_filled_than_that_it_is_filled(kind: Kind) -> None:
    assert found(draft(NO.replace(DECISION, "The role has been filled."), kind=kind)) == stops(Rule.SAYS_NO)


def test_says_no_takes_the_end_of_the_role_where_the_role_has_ended() -> None:
    text = NO.replace(DECISION, "We have cancelled this role and will not fill it.")
    assert check(draft(text, kind=Kind.CANCELLED_OR_ON_HOLD)) == ()
    assert found(draft(text)) == stops(Rule.SAYS_NO)


def test_says_no_is_not_found_in_a_title_or_a_company() -> None:
    for title, company in (
        ("Application is closed Officer", "Acme"),
        ("Cook", "We Decided Not To Offer You The Job"),
    ):
        text = (
            f"Hello Rania,\n\nThank you for applying for the {title} role at {company}. Maren will call you."
        )
        assert found(draft(text, role_title=title, company=company)) == stops(Rule.SAYS_NO)


def test_pause_must_say_that_the_role_is_on_hold() -> None:
    text = ON_HOLD.replace("We have put hiring for", "There is news about").replace(" on hold", "")
    assert found(draft(text, kind=Kind.CANCELLED_OR_ON_HOLD, paused=True)) == stops(Rule.SAYS_NO)


def test_other_kinds_need_no_no() -> None:
    assert check(received()) == ()


def test_names_role_absent_everywhere_stops_and_subject_alone_warns() -> None:
    text = NO.replace("the Data Analyst, Timetables role", "the role")
    assert found(draft(text)) == warns(Rule.NAMES_ROLE)
    assert found(draft(text, subject="Your application")) == stops(Rule.NAMES_ROLE)


@pytest.mark.parametrize("title", ["data analyst, timetables", "Data Analyst,  Timetables"])
def test_names_role_forgives_case_and_spacing(title: str) -> None:
    assert check(draft(role_title=title)) == ()


def test_names_role_wants_whole_words() -> None:
    text = NO.replace("Data Analyst, Timetables", "Cookery")
    assert found(draft(text, role_title="Cook", subject="News")) == stops(Rule.NAMES_ROLE)


def test_gives_date_absent_stops() -> None:
    for said in (
        "soon",
        "in due course",
        "within two weeks",
        "on Friday",
        "by 31 Foo 2026",
        "by 31 February 2026",
    ):
        text = RECEIVED.replace("by Friday 27 November 2026", said)
        assert found(received(text)) == stops(Rule.GIVES_DATE), said


@pytest.mark.parametrize(
    "said",
    [
        "27 November 2026",
        "27th of November",
        "November 27, 2026",
        "Nov 27",
        "2026-11-27",
        "Friday, 27 Nov. 2026",
        "27. November",
    ],
)
def test_gives_date_reads_a_day_however_it_is_written(said: str) -> None:
    text = RECEIVED.replace("Friday 27 November 2026", said)
    assert check(received(text, promised=(date(2026, 11, 27),))) == ()
    assert found(received(text, limit=date(2026, 11, 26))) == warns(Rule.GIVES_DATE)


def test_gives_date_past_stops_even_if_it_was_merged() -> None:
    text = RECEIVED.replace("27 November", "20 November")
    assert found(received(text)) == stops(Rule.GIVES_DATE)
    assert found(received(text, promised=(date(2026, 11, 20),))) == stops(Rule.GIVES_DATE)


def test_gives_date_today_is_in_time() -> None:
    assert check(received(promised=(TODAY,), text=RECEIVED.replace("Friday 27 Nov", "Tuesday 24 Nov"))) == ()


def test_gives_date_on_a_weekend_or_after_the_limit_warns() -> None:
    text = RECEIVED.replace("Friday 27", "Saturday 28")
    assert found(received(text)) == warns(Rule.GIVES_DATE)
    assert found(received(limit=date(2026, 11, 26))) == warns(Rule.GIVES_DATE)
    assert check(received(limit=date(2026, 11, 27))) == ()


def test_gives_date_judges_the_promise_and_not_other_days() -> None:
    text = RECEIVED.replace("We have received it.", "We received it on Sunday 22 November 2026.")
    assert check(received(text, promised=(date(2026, 11, 27),))) == ()
    assert check(received(text)) == ()


def test_gives_date_without_a_year_is_the_nearest_one() -> None:
    text = RECEIVED.replace("Friday 27 November 2026", "4 January")
    assert check(received(text, promised=(date(2027, 1, 4),), send_on=date(2026, 12, 28))) == ()


@pytest.mark.parametrize("kind", [Kind.REJECT_APPLICATION, Kind.FILLED])
def test_gives_date_is_not_asked_of_a_no(kind: Kind) -> None:
    assert check(draft(kind=kind)) == ()


def test_pause_needs_a_date() -> None:
    text = ON_HOLD.replace("by Friday 27 November 2026", "later")
    assert found(draft(text, kind=Kind.CANCELLED_OR_ON_HOLD, paused=True)) == stops(Rule.GIVES_DATE)


def test_language_without_words_warns_instead_of_guessing() -> None:
    assert found(draft(language="tlh")) == warns(Rule.SAYS_NO)


def test_labelled_phrases_plain_decisions_are_known_and_the_rest_is_left_alone(data: Path) -> None:
    phrases = json.loads((data / "courtesy-phrases" / "phrases.json").read_text(encoding="utf-8"))
    english = [one for one in phrases if one["lang"] == "en"]
    states = {one["id"] for one in english if stated("en", Statement.DECISION_NO, normal(one["text"]))}
    assert {one["id"] for one in english if one["rule"] == "decision"} <= states
    # Sentences that are courteous about other things, and the harmless ones, hold no decision.
    others = {one["id"] for one in english if one["verdict"] == "courteous" and one["rule"] != "decision"}
    assert len(others) > 10
    assert states & others == set()
