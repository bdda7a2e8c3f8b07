"""A link is good for one ask and one purpose; reminders come in working hours; no mail names a candidate."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from itsdangerous import URLSafeSerializer

from employer_app.domain.business_time import Calendar
from employer_app.domain.manager_ask import (
    LIFE,
    MOST_MAILS,
    Answer,
    Link,
    awaited,
    letter,
    next_mail_at,
    read,
    sign,
)

SECRET = "tests only: this key protects nothing at all"
HERE = Calendar("NL", None, "Europe/Amsterdam", frozenset({date(2026, 11, 18)}))
MONDAY = datetime(2026, 11, 16, 13, 0, tzinfo=UTC)


def test_a_link_reads_back() -> None:
    assert read(SECRET, sign(SECRET, Link(7, "key"))) == Link(7, "key")


@pytest.mark.parametrize(
    "token",
    [
        "",
        "x",
        "a.b.c",
        "x" * 5000,
        "é",
        "\x00",
        sign("another key that is long enough here", Link(7, "key")),
        URLSafeSerializer(SECRET, salt="another purpose").dumps([7, "key"]),
        URLSafeSerializer(SECRET).dumps([7, "key"]),
        sign(SECRET, Link(7, "key"))[:-1],
        sign(SECRET, Link(7, "key")) + "A",
        sign(SECRET, Link(7, "key")).swapcase(),
    ],
)
def test_what_we_did_not_sign_for_this_opens_nothing(token: str) -> None:
    assert read(SECRET, token) is None


def test_a_link_is_safe_in_a_path() -> None:
    token = sign(SECRET, Link(2**31 - 1, "k" * 64))
    assert set(token) <= set("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_.")


def test_reminders_come_after_two_and_four_business_days_at_the_same_time_of_day() -> None:
    """Wednesday is closed here."""
    first = next_mail_at(HERE, 1, MONDAY, competing=False)
    assert first == datetime(2026, 11, 19, 13, 0, tzinfo=UTC)
    second = next_mail_at(HERE, 2, first, competing=False)
    assert second == datetime(2026, 11, 23, 13, 0, tzinfo=UTC)
    assert next_mail_at(HERE, MOST_MAILS, second, competing=False) is None


@pytest.mark.parametrize(("hour", "at"), [(2, 8), (22, 17), (23, 8)])
def test_nobody_is_reminded_at_night(hour: int, at: int) -> None:
    asked = datetime(2026, 11, 19, hour, 30, tzinfo=UTC)
    reminded = next_mail_at(HERE, 1, asked, competing=False)
    assert reminded is not None
    assert (reminded.hour, reminded.minute) == (at, 0)


def test_with_a_competing_offer_they_come_after_four_hours_each() -> None:
    assert next_mail_at(HERE, 1, MONDAY, competing=True) == MONDAY + timedelta(hours=4)
    assert next_mail_at(HERE, 2, MONDAY, competing=True) == MONDAY + timedelta(hours=4)
    assert next_mail_at(HERE, 3, MONDAY, competing=True) is None


def test_whoever_asked_for_time_is_left_alone_until_the_day_is_over() -> None:
    today = date(2026, 11, 16)
    assert awaited(Answer.OPEN, None, today)
    assert not awaited(Answer.YES, None, today)
    assert not awaited(Answer.NO, None, today)
    assert not awaited(Answer.LATER, today, today)
    assert awaited(Answer.LATER, today - timedelta(days=1), today)


@pytest.mark.parametrize(("mails", "people"), [(0, 1), (0, 3), (1, 1), (2, 3)])
def test_the_mail_says_who_asks_about_how_many_and_how_long_the_link_works(mails: int, people: int) -> None:
    subject, text = letter(
        mails=mails,
        job="Deck Officer",
        asker="Bob Adeyemi",
        people=people,
        expires_on="Mon 30 Nov",
        link="https://x",
    )
    assert subject.startswith("Reminder: ") is bool(mails)
    assert "Deck Officer" in subject
    said = [f"{people} candidate{'s' if people > 1 else ''} for the job “Deck Officer”", "Bob Adeyemi"]
    assert [word for word in [*said, "Mon 30 Nov", "\nhttps://x\n"] if word not in text] == []
    assert timedelta(days=14) == LIFE
