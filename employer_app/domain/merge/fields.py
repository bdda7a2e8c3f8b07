"""The fields that a letter may name, and the opaque characters that stand in for their values."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib import resources


@dataclass(frozen=True)
class Field:
    name: str
    help: str
    sample: str


FIELDS: Mapping[str, Field] = {
    field.name: field
    for field in (
        Field("greeting_name", "The name to greet this person by", "Rania"),
        Field("full_name", "The whole name as the person gave it", "Rania Khoury"),
        Field("role_title", "The title of the role as advertised", "Data Analyst, Timetables"),
        Field("company", "Your organisation", "Brightwater Ferries"),
        Field("place", "Where the role is based", "Rotterdam"),
        Field("contact_name", "Who answers questions, if it is not the sender", "Jonas Lindholm"),
        Field("contact_address", "The contact's email address", "jonas.lindholm@brightwater.example"),
        Field("contact_phone", "The contact's telephone number", "010 555 0142"),
        Field("next_update_by", "The day by which this person hears again", "Friday 27 November 2026"),
        Field("decision_by", "The day by which the decision is made", "Friday 4 December 2026"),
        Field("previous_date", "The day we gave before and did not keep", "Friday 20 November 2026"),
        Field("closing_date", "The last day on which applications are taken", "Monday 30 November 2026"),
        Field("applied_on", "The day on which the application arrived", "22 September 2026"),
        Field("interview_date", "The day of the last interview", "Wednesday 4 November"),
        Field("interviewers", "Who took part in it", "Jonas Lindholm and Aiko Tanabe"),
        Field(
            "reason_sentence",
            "The sentence for the recorded reason",
            "The role needs a lorry licence, and we did not find it in your application.",
        ),
        Field(
            "cause_sentence",
            "What happened on your side, as one full sentence",
            "Our board has moved the budget for this team to next year.",
        ),
        Field(
            "personal_line",
            "One true sentence for this person alone",
            "I enjoyed how you drew the timetable as a queue on the whiteboard.",
        ),
        Field(
            "future_line",
            "What may come next, only if it is true",
            "We advertise two more roles in this team in March, on the same page as this one.",
        ),
        Field(
            "appointment",
            "When the meeting begins and how long it takes",
            "Wednesday 25 November 2026, 10:00, 45 minutes",
        ),
        Field("meeting_place", "Where you meet, or the way in by video", "Pier 4, second floor, Rotterdam"),
        Field("meeting_with", "Who will be there, with what they do", "Jonas Lindholm (Head of Depots)"),
        Field("pay_range", "What the role pays, as advertised", "€48,000 to €56,000 a year"),
        Field(
            "notice_text",
            "A notice that the law asks for, word for word",
            "We use a program to sort applications by date.",
        ),
        Field("told_on", "The day on which we told this person by phone", "Monday 23 November 2026"),
        Field(
            "said_text",
            "What else was said on the phone, as full sentences",
            "We also said that your portfolio comes back to you by post.",
        ),
        Field("asked_on", "The day on which this person asked", "Thursday 19 November 2026"),
        Field(
            "answer_text",
            "Your answer to what was asked, as full sentences",
            "The interviews take place in the first week of December.",
        ),
        Field(
            "correction_text",
            "What was wrong, and what is right, as full sentences",
            "We wrote that the role is in Leeds. It is in Rotterdam.",
        ),
        Field(
            "feedback_text",
            "What went well and what was missing, tied to the advert",
            "Your plan for the winter timetable was clear. We were looking for more practice in SQL.",
        ),
        Field("other_role_title", "The title of another role, as advertised", "Data Engineer, Tickets"),
        Field("missing_document", "What we still need from this person", "your certificate of first aid"),
        Field("answer_by", "The day by which we need an answer", "Thursday 26 November 2026"),
        Field(
            "consent_on", "The day on which this person agreed to be kept on record", "Monday 2 February 2026"
        ),
        Field("consent_until", "The day until which that holds", "Monday 1 February 2027"),
        Field("delete_on", "The day on which the documents are deleted", "Monday 24 May 2027"),
        Field("retention_months", "How many months the documents are kept", "6"),
        Field("sender_name", "Who signs", "Maren Oduya"),
        Field("sender_title", "What the sender does", "Recruiter"),
    )
}
"""Every field a template may name. Notes, scores and threads are not in it and cannot be reached."""

SAMPLES: Mapping[str, str] = {field.name: field.sample for field in FIELDS.values()}


@cache
def samples(language: str = "en") -> Mapping[str, str]:
    """`SAMPLES` as somebody who writes in that language would write them; what it lacks stays in English."""
    source = resources.files("employer_app.domain").joinpath("data", "samples", f"{language}.toml")
    if not source.is_file():
        return SAMPLES
    entries: dict[str, str] = tomllib.loads(source.read_text(encoding="utf-8"))
    if not entries.keys() <= FIELDS.keys():
        raise ValueError(
            f"{language}.toml has samples for no field: {sorted(entries.keys() - FIELDS.keys())}"
        )
    return {**SAMPLES, **entries}


# One private-use character stands for one field, and one from another block for a field that should have been
# there. To every markup rule they look like a letter.
TOKENS: Mapping[str, str] = {name: chr(0xE000 + place) for place, name in enumerate(FIELDS)}
HOLES: Mapping[str, str] = {name: chr(0xF000 + place) for place, name in enumerate(FIELDS)}
FIELD_OF: Mapping[str, str] = {token: name for name, token in TOKENS.items()}

#: not a single blank of another width or a no-break one: names have them
_GAPS = re.compile(r"\s{2,}|[\t-\r\x1c-\x1f\x85\u2028\u2029]")
_UNSEEN = re.compile("[\x00-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069\ue000-\uf8ff]")
_SEEN = re.compile(r"[^\s\u00ad\u200b-\u200f\u2060\ufeff]")


def clean(value: str) -> str:
    """One line, with no character that steers a terminal, a mail header or the direction of writing."""
    return _UNSEEN.sub("", _GAPS.sub(" ", value.strip()))


def present(values: Mapping[str, str | None]) -> dict[str, str]:
    """The values that hold something to read, cleaned.

    Raises TypeError for anything but text: a date or an object would be formatted by accident.
    """
    kept = {}
    for name, value in values.items():
        if value is None:
            continue
        if type(value) is not str:
            raise TypeError(f"the value of {name} is {type(value).__name__}, not text")
        line = clean(value)
        if _SEEN.search(line):
            kept[name] = line
    return kept
