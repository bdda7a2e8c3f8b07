"""What the builder refuses, because it could become another header, another recipient or another text."""

from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest

from employer_app.smtp.mime import Letter, UnsafeBody, UnsafeHeader, UnsendableAddress, build, sendable

LETTER = Letter(
    message_id="<5f0c.1@hiring.example>",
    date=datetime(2026, 3, 12, 9, 30, tzinfo=UTC),
    sender_name="Petra Lindqvist",
    sender_address="jobs@hiring.example",
    reply_to="petra@hiring.example",
    to_name="Ada",
    to_address="ada@post.example",
    subject="Your application",
    text="Dear Ada,",
    html="<p>Dear Ada,</p>",
)


# attack 32
@pytest.mark.parametrize(
    "evil",
    [
        "A\r\nBcc: v@x.example",
        "A\nBcc: v@x.example",
        "A\rB",
        "A\x0bB",
        "A\x0cB",
        "A\x85B",
        "A\u2028B",
        "A\u2029B",
        "A\0B",
        "A\tB",
        "A\x7fB",
        "A\n",
        "A\ud800B",
        "=?utf-8?q?=0d=0a?=",
        "a =?UTF-8?B?DQo=?= b",
    ],
)
@pytest.mark.parametrize(
    "field", ["sender_name", "to_name", "subject", "sender_address", "to_address", "reply_to"]
)
def test_control_characters_and_coded_text_are_refused(field: str, evil: str) -> None:
    value = f"{evil}@x.example" if field.endswith(("address", "reply_to")) else evil
    changes: dict[str, Any] = {field: value}
    with pytest.raises((UnsafeHeader, UnsendableAddress)):
        build(replace(LETTER, **changes))


# attack 32
@pytest.mark.parametrize(
    "header",
    [
        ("X-Note", "a\r\nBcc: v@x.example"),
        ("X-Note\r\nBcc", "v@x.example"),
        ("Bcc", "v@x.example"),
        ("bCC", "v@x.example"),
        ("Subject", "b"),
        ("Content-Type", "text/html"),
        ("Resent-To", "v@x.example"),
        ("X Note", "a"),
        ("", "a"),
        ("X-Ü", "a"),
        ("X-Note", "x" * 999),
    ],
)
def test_further_headers_cannot_add_or_replace_ours(header: tuple[str, str]) -> None:
    with pytest.raises(UnsafeHeader):
        build(replace(LETTER, headers=(header,)))


def test_further_header_twice_is_refused() -> None:
    with pytest.raises(UnsafeHeader):
        build(replace(LETTER, headers=(("X-Note", "a"), ("x-note", "b"))))


@pytest.mark.parametrize(
    "bad", ["", "a@b", "<a@b>\r\nBcc: c@d", "<a b@c>", "<a@b><c@d>", "<ü@b>", f"<{'a' * 260}@b>"]
)
def test_message_id_of_another_form_is_refused(bad: str) -> None:
    with pytest.raises(UnsafeHeader):
        build(replace(LETTER, message_id=bad))


# attack 33
@pytest.mark.parametrize(
    "address",
    [
        "a@x.example, b@y.example",
        "a@x.example;b@y.example",
        '"a"@x.example <b@y.example>',
        "<a@x.example>",
        "a@x.example(comment)",
        "a@x.example\n",
        "a b@x.example",
        "@x.example",
        "a@",
        "a",
        "",
        "a@[127.0.0.1]",
        "a@127.0.0.1",
        "a@localhost",
        "a" * 64 + "@" + "b" * 249 + ".example",
        "a" * 65 + "@x.example",
        "-oQ@x.example",
        "a@x%0a.example",
        '"a b"@x.example',
        "a..b@x.example",
        ".a@x.example",
        "a@x..example",
        "a@-x.example",
        "a@b@x.example",
        "a@x_y.example",
        "jürgen@x.example",
        "王@x.example",
        "a@xn--\u2028.example",
        "a@\u202ex.example",
        "a@" + "ü" * 64 + ".example",
    ],
)
@pytest.mark.parametrize("field", ["to_address", "sender_address", "reply_to"])
def test_anything_but_one_plain_address_is_refused(field: str, address: str) -> None:
    changes: dict[str, Any] = {field: address}
    if field == "reply_to" and not address:
        return  # no Reply-To is fine
    with pytest.raises(UnsendableAddress) as refusal:
        build(replace(LETTER, **changes))
    assert str(refusal.value).isprintable()


# fault 30
def test_non_ascii_local_part_says_why() -> None:
    with pytest.raises(UnsendableAddress, match="letters such as ü or 王 before the @ cannot be sent to yet"):
        sendable("jürgen@bücher.example")


@pytest.mark.parametrize("body", ["a\0b", "a\ud800b"])
@pytest.mark.parametrize("field", ["text", "html"])
def test_body_that_no_mail_can_carry_is_refused(field: str, body: str) -> None:
    changes: dict[str, Any] = {field: body}
    with pytest.raises(UnsafeBody):
        build(replace(LETTER, **changes))


# attack 38
@pytest.mark.parametrize("subject", ["x" * 10_000, "", "   ", "\u200b\u200d", "\u00a0"])
def test_subject_without_a_letter_or_without_end_is_refused(subject: str) -> None:
    with pytest.raises(UnsafeHeader):
        build(replace(LETTER, subject=subject))


def test_date_without_time_zone_is_refused() -> None:
    with pytest.raises(ValueError, match="time zone"):
        build(replace(LETTER, date=datetime(2026, 3, 12)))  # noqa: DTZ001
