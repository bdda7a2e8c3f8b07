from __future__ import annotations

import tomllib
from collections.abc import Iterator, Mapping
from enum import StrEnum
from importlib import resources

import pytest

from employer_app.domain.courtesy.complaint import Severity
from employer_app.domain.duty import ClockName, Reason
from employer_app.domain.event import EventKind
from employer_app.domain.message import Kind, MessageStatus, Purpose
from employer_app.domain.phone_script import Step
from employer_app.domain.picture import Bucket, Wait, When
from employer_app.domain.role import Role
from employer_app.domain.stage import InterviewKind, StageKind
from employer_app.domain.starter import Tone
from employer_app.domain.status import JobStatus, Status
from employer_app.domain.words import CODE_WORDS, Words, code_words_in, t, words


def _leaves(table: Mapping[str, object], path: str = "") -> Iterator[tuple[str, str]]:
    for key, value in table.items():
        if isinstance(value, Mapping):
            yield from _leaves(value, f"{path}{key}.")
        elif isinstance(value, str):
            yield f"{path}{key}", value


@pytest.mark.parametrize(
    ("table", "enum"),
    [
        ("owed.reason", Reason),
        ("owed.reason_late", Reason),
        ("owed.what", Reason),
        ("owed.clock", ClockName),
        ("application.status", Status),
        ("job.status", JobStatus),
        ("job.status_help", JobStatus),
        ("stage.kind", StageKind),
        ("interview.kind", InterviewKind),
        ("message.state", MessageStatus),
        ("message.state_long", MessageStatus),
        ("message.kind", Kind),
        ("message.purpose", Purpose),
        ("role", Role),
        ("tone", Tone),
        ("phone.step", Step),
        ("check", Severity),
        ("picture.bucket", Bucket),
        ("picture.means", Bucket),
        ("picture.due", When),
        ("picture.since", Wait),
        ("event", EventKind),
    ],
)
def test_every_member_that_a_page_can_show_has_a_word(table: str, enum: type[StrEnum]) -> None:
    assert [member for member in enum if not t(f"{table}.{member}").strip()] == []


def test_no_word_on_screen_is_a_code_word() -> None:
    said = {key: code_words_in(text) for key, text in _leaves(words())}
    assert {key: found for key, found in said.items() if found} == {}


def test_a_message_that_the_mail_server_took_is_sent_and_never_delivered() -> None:
    assert t("message.state.accepted") == "Sent"
    assert t("message.took", time="12:01") == "mail server took it 12:01, no bounce so far"
    assert [key for key, text in _leaves(words()) if "delivered" in text] == ["message.state_long.failed"]


def test_a_claimed_message_shows_as_queued() -> None:
    assert t("message.state.claimed") == t("message.state.queued") == "Queued"


def test_an_unknown_key_is_a_keyerror_that_names_it() -> None:
    with pytest.raises(KeyError, match=r"owed\.reason\.boredom"):
        t("owed.reason.boredom")


@pytest.mark.parametrize("key", ["owed.reason", "nav", "owed.reason.silent.more"])
def test_a_table_is_not_a_word(key: str) -> None:
    with pytest.raises(KeyError):
        t(key)


def test_a_missing_slot_is_a_keyerror_and_not_a_hole_on_the_page() -> None:
    with pytest.raises(KeyError):
        t("owed.owner_title", person="Maren Oduya")


@pytest.mark.parametrize(
    ("n", "said"),
    [
        (0, "You owe 0 people an answer"),
        (1, "You owe 1 person an answer"),
        (1284, "You owe 1,284 people an answer"),
    ],
)
def test_a_number_chooses_its_form_and_is_grouped(n: int, said: str) -> None:
    assert t("owed.title", n=n) == said


def test_a_value_with_braces_stays_as_it_is() -> None:
    assert t("owed.owner_title", name="{name} {0}") == "{name} {0} owes this answer"


def test_words_are_read_by_attribute_and_by_item_and_never_written() -> None:
    assert words().owed.reason.silent == words()["owed"]["reason"]["silent"] == "No word for too long"
    with pytest.raises(TypeError):
        words()["owed"]["reason"]["silent"] = "shh"  # type: ignore[index]
    with pytest.raises(AttributeError):
        _ = words().owed.nothing
    assert words() is words()


def test_an_unknown_language_has_no_file() -> None:
    with pytest.raises(FileNotFoundError):
        words("xx")


def test_every_table_of_forms_has_both() -> None:
    def forms(table: Words, path: str = "") -> Iterator[str]:
        for key, value in table.items():
            if isinstance(value, Words):
                if {"one", "other"} & set(value):
                    yield f"{path}{key}: {sorted(value)}"
                else:
                    yield from forms(value, f"{path}{key}.")

    assert {found.split(": ")[1] for found in forms(words())} == {"['one', 'other']"}


def test_the_file_has_no_key_twice_and_no_html() -> None:
    source = resources.files("employer_app.domain").joinpath("data", "words", "en.toml")
    tomllib.loads(source.read_text(encoding="utf-8"))  # raises on a key that stands twice
    assert [key for key, text in _leaves(words()) if "<" in text or "&" in text] == []


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("Ledger", ["Ledger"]),
        ("two batches, one batch", ["batches", "batch"]),
        ("K5 and K17, not K18 or OK5", ["K5", "K17"]),
        ("rule C10, P5", ["C10", "P5"]),
        ("reason BQ-EDU", ["BQ-EDU"]),
        ("handing_over, decided_not_told", ["handing_over", "decided_not_told"]),
        ("Please release the defence; claims settlement", []),
        ("a late pay rise, and they found a test", []),
        ("May have arrived, please check", []),
        ("claimed. Claimed", ["claimed", "Claimed"]),
        ("undo window, Silence Map", ["undo window", "Silence Map"]),
    ],
)
def test_code_words_are_found_as_words_and_not_inside_others(text: str, found: list[str]) -> None:
    assert code_words_in(text) == found


def test_code_words_hold_what_must_never_show() -> None:
    wanted = {"fence", "lease", "settle", "disposition", "ledger", "batch", "preflight", "embargo"}
    assert wanted | {"uncertain", "claimed", "handing_over"} <= set(CODE_WORDS)
