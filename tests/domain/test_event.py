"""The chain of hashes: nothing can be changed, moved or taken out unseen, and texts can be erased."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from employer_app.domain.event import (
    CONTACTS,
    GENESIS,
    EventKind,
    application_subject,
    canonical,
    chain_hash,
    job_subject,
    payload_digest,
)

MOMENT = datetime(2026, 11, 2, 9, tzinfo=UTC)
EVENT: dict[str, Any] = {
    "prev_hash": GENESIS,
    "subject": "application:1",
    "seq": 1,
    "kind": "note.added",
    "occurred_at": MOMENT,
    "recorded_at": MOMENT,
    "actor_id": 7,
    "facts": {"a": 1},
    "digest": "",
}


@pytest.mark.parametrize(
    ("field", "other"),
    [
        ("prev_hash", "1" * 64),
        ("subject", "application:11"),
        ("seq", 2),
        ("kind", "call.logged"),
        ("occurred_at", MOMENT + timedelta(microseconds=1)),
        ("recorded_at", MOMENT + timedelta(microseconds=1)),
        ("actor_id", None),
        ("facts", {"a": 2}),
        ("digest", payload_digest("salt", {"text": "kind"})),
    ],
)
def test_hash_changes_with_every_part(field: str, other: object) -> None:  # attack 83
    assert chain_hash(**EVENT) != chain_hash(**{**EVENT, field: other})


def test_parts_cannot_run_into_each_other() -> None:
    """ "application:1" number 11 is not "application:11" number 1."""
    assert chain_hash(**{**EVENT, "subject": "application:1", "seq": 11}) != chain_hash(
        **{**EVENT, "subject": "application:11", "seq": 1}
    )


def test_hash_is_the_same_on_every_machine() -> None:
    assert chain_hash(**EVENT) == "57db236bbc2544f22099c9e8a222a1e9cb2491525bbef6fa07d827abbd3fc929"


def test_hash_is_the_same_for_one_moment_in_every_time_zone() -> None:
    """It is sealed as it was typed, in local time, and checked as it was stored, in UTC."""
    local = MOMENT.astimezone(ZoneInfo("Europe/Amsterdam"))
    assert chain_hash(**{**EVENT, "occurred_at": local, "recorded_at": local}) == chain_hash(**EVENT)


def test_canonical_text_does_not_depend_on_order() -> None:
    assert canonical({"b": 1, "a": {"d": "é", "c": None}}) == '{"a":{"c":null,"d":"é"},"b":1}'


def test_payload_digest_needs_its_salt() -> None:
    text = {"text": "yes"}
    assert payload_digest("one", text) != payload_digest("two", text)
    assert payload_digest("", {}) == ""


def test_subjects_name_table_and_row() -> None:
    assert (application_subject(12), job_subject(3)) == ("application:12", "job:3")


def test_contacts_are_words_from_us_that_left_the_house() -> None:
    assert {kind.value for kind in CONTACTS} == {"message.accepted", "call.logged", "letter.logged"}
    assert EventKind.TOLD_ELSEWHERE not in CONTACTS
