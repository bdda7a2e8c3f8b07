"""The mail of the morning: when it is due, and what it never says."""

from __future__ import annotations

from datetime import UTC, date, datetime, time

import pytest

from employer_app.domain.business_time import Calendar
from employer_app.domain.digest import Digest, Line, day_of, hour_of, letter
from employer_app.domain.words import code_words_in

AMSTERDAM = Calendar("NL", None, "Europe/Amsterdam", frozenset({date(2026, 11, 19)}))
URL = "https://jobs.brightwater.example/"


def line(number: int = 1, name: str = "Amara Nwosu", job: str = "Deck Officer") -> Line:
    return Line(number, name, job, "Decided, not told", "6 business days late")


def text(*lines: Line, people: int | None = None, late: int = 0, url: str = URL) -> str:
    return letter(Digest(lines, people or len(lines), late), name="Maren Oduya", public_url=url)[1]


@pytest.mark.parametrize(
    ("said", "hour"),
    [("07:30", time(7, 30)), ("7:30", time(7, 30)), ("23:59:00", time(23, 59)), (" OFF ", None)],
)
def test_the_hour_is_read(said: str, hour: time | None) -> None:
    assert hour_of(said) == hour


@pytest.mark.parametrize("said", ["", "24:00", "7", "7:60", "730", "morning", "07:30:30", "-1:00"])
def test_what_is_no_hour_is_refused(said: str) -> None:
    with pytest.raises(ValueError, match="is no hour"):
        hour_of(said)


@pytest.mark.parametrize(
    ("moment", "day"),
    [
        (datetime(2026, 11, 18, 6, 29, tzinfo=UTC), None),
        (datetime(2026, 11, 18, 6, 30, tzinfo=UTC), date(2026, 11, 18)),
        (datetime(2026, 11, 18, 22, 59, tzinfo=UTC), date(2026, 11, 18)),
        (datetime(2026, 11, 18, 23, 0, tzinfo=UTC), None),  # the day after, which is closed, and too early
        (datetime(2026, 11, 19, 9, 0, tzinfo=UTC), None),  # closed by the house
        (datetime(2026, 11, 21, 9, 0, tzinfo=UTC), None),  # Saturday
        (datetime(2026, 12, 25, 9, 0, tzinfo=UTC), None),  # a holiday
        (datetime(2026, 7, 1, 5, 30, tzinfo=UTC), date(2026, 7, 1)),  # summer time
    ],
)
def test_it_is_due_on_working_days_from_its_hour_on(moment: datetime, day: date | None) -> None:
    assert day_of(AMSTERDAM, moment, time(7, 30)) == day
    assert day_of(AMSTERDAM, moment, None) is None


def test_it_says_who_why_and_how_late_with_a_link_each() -> None:
    subject, said = letter(Digest([line(7)], 1, 1), name="Maren Oduya", public_url=URL)
    assert subject == "1 person waits for an answer, 1 late"
    assert said.startswith("Hello Maren Oduya,\n\nYou owe 1 person an answer. 1 of them is late.\n\n")
    assert (
        "1. Amara Nwosu, Deck Officer\n"
        "   Decided, not told: 6 business days late\n"
        "   https://jobs.brightwater.example/applications/7\n"
    ) in said
    assert "The whole list:\nhttps://jobs.brightwater.example/?whose=mine" in said
    assert said.endswith("your account:\nhttps://jobs.brightwater.example/account\n")
    assert code_words_in(subject + said) == []


def test_what_does_not_fit_is_a_number() -> None:
    said = text(*(line(number) for number in range(1, 11)), people=33)
    assert "and 23 more.\nhttps://jobs.brightwater.example/?whose=mine" in said
    assert "None of them is late." in said
    assert said.count("/applications/") == 10


def test_without_an_address_of_ours_the_words_stay() -> None:
    said = text(line(), people=3, url="")
    assert "http" not in said
    assert "and 2 more." in said
    assert said.endswith("You can switch it off in your account.\n")


@pytest.mark.parametrize(
    ("name", "reads"),
    [
        ("Amara\r\nBcc: x@y.example", "Amara Bcc: x@y. example, Deck Officer"),
        ("Sign in at https://evil.example/x", "Sign in at https: evil. example/x, Deck Officer"),
        ("www.evil.example", "www. evil. example, Deck Officer"),
        ("\u202eesrever\u2066", "esrever, Deck Officer"),
        ("x" * 300, "x" * 79 + "…, Deck Officer"),
        ("Ngọc Anh Phạm", "Ngọc Anh Phạm, Deck Officer"),
        ("Dr. J. R. O’Sullivan-Wiśniewski", "Dr. J. R. O’Sullivan-Wiśniewski, Deck Officer"),
        ("علی\u200cرضا", "علی\u200cرضا, Deck Officer"),
    ],
)
def test_a_name_is_a_name_on_one_line_and_no_link(name: str, reads: str) -> None:
    assert f"1. {reads}\n   Decided" in text(line(name=name))
    assert "evil.example" not in text(line(name=name), line(job=name))
