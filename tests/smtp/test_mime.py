"""The builder against the standard library's parser: what went in must come out, or be refused in words."""

import email
import email.policy
import re
from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone
from email.header import decode_header, make_header
from email.message import EmailMessage
from email.utils import parseaddr

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from employer_app.smtp.mime import Letter, build, sendable

LETTER = Letter(
    message_id="<5f0c.1@hiring.example>",
    date=datetime(2026, 3, 12, 9, 30, tzinfo=timezone(timedelta(hours=1))),
    sender_name="Petra Lindqvist, Hiring",
    sender_address="jobs@hiring.example",
    reply_to="petra@hiring.example",
    to_name="王小明",
    to_address="xiaoming@post.example",
    subject="Your application as Store Colleague, Leeds",
    text="Dear 王小明,\n\nthank you.\n",
    html="<p>Dear 王小明,</p>\n<p>thank you.</p>\n",
    headers=(("Auto-Submitted", "auto-generated"),),
)


def parse(raw: bytes) -> EmailMessage:
    message = email.message_from_bytes(raw, policy=email.policy.default)
    assert isinstance(message, EmailMessage)
    return message


def name_of(raw: bytes, field: str) -> str:
    """The decoded display name, by the library's older reader: the newer one of Python 3.11 puts a blank
    between two neighbouring encoded words of a name, where RFC 2047 section 6.2 says that none belongs."""
    value = email.message_from_bytes(raw)[field]
    return str(make_header(decode_header(parseaddr(value)[0])))


def lines_of(text: str) -> str:
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    return text if text.endswith("\n") else text + "\n"


def lint(raw: bytes) -> list[str]:
    """Everything that RFC 5321, 5322, 2045 and 2047 forbid or advise against, that we promise to keep."""
    head = raw.partition(b"\r\n\r\n")[0]
    found = [
        *(["not 7 bit"] if not raw.isascii() else []),
        *(["NUL"] if b"\0" in raw else []),
        *(["bare CR or LF"] if re.search(rb"(?<!\r)\n|\r(?!\n)", raw) else []),
        *(["no final line end"] if not raw.endswith(b"\r\n") else []),
        *(["line above 998"] if any(len(line) > 998 for line in raw.split(b"\r\n")) else []),
        *(["body line above 78"] if any(len(line) > 78 for line in raw[len(head) :].split(b"\r\n")) else []),
        *(["line that needs dot-stuffing"] if re.search(rb"(?m)^\.", raw) else []),
        *(["From line"] if re.search(rb"(?m)^From ", raw) else []),
        *(["blank folded line"] if re.search(rb"(?m)^[ \t]+\r$", head) else []),
        *(
            ["encoded word above 75"]
            if any(len(w) > 75 for w in re.findall(rb"=\?utf-8\?b\?\S*", head))
            else []
        ),
        *(["header line above 78 that could be folded"] if re.search(rb"(?m)^.{77,}? \S", head) else []),
    ]
    message = parse(raw)
    found += [f"{name}: {value.defects}" for name, value in message.items() if value.defects]
    found += [str(part.defects) for part in message.walk() if part.defects]
    return found


def bodies_of(message: EmailMessage) -> list[tuple[str, str]]:
    parts = message.iter_parts() if message.is_multipart() else [message]
    return [(part.get_content_type(), part.get_content().replace("\r\n", "\n")) for part in parts]


HEADER_TEXT = st.text(
    st.characters(exclude_categories=("Cc", "Zl", "Zp", "Cs")), min_size=1, max_size=120
).filter(lambda text: not re.search(r"=\?.*\?=", text))
BODY = st.text(st.characters(exclude_categories=("Cs",), exclude_characters="\0"), max_size=400)
TRAPS = st.sampled_from(
    ["\n.\n", "\r\n.\r\nMAIL FROM:<x@x.example>\r\n", "\r", "From me\n", "x" * 200, " \n", "=20", "--=_", "ü"]
)
BODIES = st.lists(BODY | TRAPS, max_size=6).map("".join)


@given(
    sender=HEADER_TEXT,
    person=HEADER_TEXT,
    subject=HEADER_TEXT.filter(lambda text: any(c.isprintable() and not c.isspace() for c in text)),
    extra=HEADER_TEXT.map(str.strip),
    text=BODIES,
    html=st.none() | BODIES,
    date=st.integers(0, 2**32).map(lambda second: datetime.fromtimestamp(second, UTC)),
)
@example(
    sender="Doe, Jane",
    person="a" * 256,
    subject="x" * 300,
    extra="<a@b.example> " * 20,
    text="",
    html="",
    date=LETTER.date,
)
@example(
    sender='"x"',
    person="Ångström " * 12,
    subject="a  b  " * 40,
    extra="é" * 80,
    text=".",
    html=" ",
    date=LETTER.date,
)
def test_build_parses_back_equal(
    sender: str, person: str, subject: str, extra: str, text: str, html: str | None, date: datetime
) -> None:
    letter = replace(
        LETTER,
        sender_name=sender,
        to_name=person,
        subject=subject,
        text=text,
        html=html,
        date=date,
        headers=(("X-Note", extra),),
    )
    raw = build(letter)
    message = parse(raw)

    assert lint(raw) == []
    assert [name for name in message if not name.startswith("Content-")] == [
        "Date",
        "Message-ID",
        "From",
        "To",
        "Reply-To",
        "Subject",
        "X-Note",
        "MIME-Version",
    ]
    assert message["Date"].datetime == date
    assert message["Message-ID"] == letter.message_id
    assert [a.addr_spec for a in message["From"].addresses] == ["jobs@hiring.example"]
    assert [a.addr_spec for a in message["To"].addresses] == ["xiaoming@post.example"]
    assert str(message["Reply-To"]) == "petra@hiring.example"
    assert name_of(raw, "From") == (sender if sender.strip() else "")
    assert name_of(raw, "To") == (person if person.strip() else "")
    assert message["Subject"] == subject
    assert message["X-Note"] == extra
    expected = [("text/plain", lines_of(text))] + (
        [("text/html", lines_of(html))] if html is not None else []
    )
    assert bodies_of(message) == expected


# attack 39
@pytest.mark.parametrize(
    "name",
    [
        "Ångström " * 11 + "Ångström",
        "王小明",
        "O'Brien",
        "Doe, Jane",
        '"x"',
        "a\\b",
        "x" * 256,
        "王" * 256,
        "Jane  Doe",
        "J. R. Tolk",
        "Doe (Jane)",
        "jane@post.example",
        "😀" * 30,
        "ä b ä b",
        "=?utf-8",
        "<b>",
    ],
)
def test_display_name_arrives_identical(name: str) -> None:
    raw = build(replace(LETTER, to_name=name, sender_name=name))
    assert (name_of(raw, "To"), name_of(raw, "From")) == (name, name)
    assert [a.addr_spec for a in parse(raw)["To"].addresses] == ["xiaoming@post.example"]
    assert lint(raw) == []


# fault 30
@pytest.mark.parametrize(
    ("address", "wire"),
    [
        ("jurgen@bücher.example", "jurgen@xn--bcher-kva.example"),
        ("a@BÜCHER.example", "a@xn--bcher-kva.example"),
        ("a@straße.example", "a@xn--strae-oqa.example"),
        ("a@例え。example", "a@xn--r8jz45g.example"),
        ("O'Brien+jobs@Mail.Example", "O'Brien+jobs@Mail.Example"),
    ],
)
def test_international_domain_goes_as_a_labels(address: str, wire: str) -> None:
    assert sendable(address) == wire
    assert parse(build(replace(LETTER, to_address=address)))["To"].addresses[0].addr_spec == wire


# attack 35
@pytest.mark.parametrize(
    "body",
    [
        "a\n.\nb",
        "a\r\n.\r\nMAIL FROM:<v@x.example>\r\n",
        ".",
        "a\rb",
        "x" * 5000,
        "From me\n",
        "a\nFrom me",
        "grün 王",
        "..\n",
        "a \nb\t\n",
        "\x0b\x0c\x85\u2028",
        "=2E\n",
        "x" * 75 + ".\n" + "y" * 75 + "From z",
    ],
)
def test_awkward_body_is_one_clean_mail(body: str) -> None:
    raw = build(replace(LETTER, text=body, html=body))
    assert lint(raw) == []
    assert bodies_of(parse(raw)) == [("text/plain", lines_of(body)), ("text/html", lines_of(body))]


def test_same_letter_gives_same_bytes() -> None:
    assert build(LETTER) == build(replace(LETTER))


def test_mostly_ascii_text_stays_readable() -> None:
    raw = build(replace(LETTER, text="Dear Jürgen,\nthank you for your time.\n"))
    assert b"thank you for your time.\r\n" in raw


def test_plain_letter_has_one_part() -> None:
    message = parse(build(replace(LETTER, html=None)))
    assert message.get_content_type() == "text/plain"
    assert message["Auto-Submitted"] == "auto-generated"


def test_identifiers_are_folded_but_never_encoded() -> None:
    ids = " ".join(f"<{n:040}@hiring.example>" for n in range(12))
    long_link = f"<https://hiring.example/{'x' * 200}>"
    raw = build(replace(LETTER, headers=(("References", ids), ("List-Unsubscribe", long_link))))
    assert parse(raw)["References"] == ids
    assert long_link.encode() in raw
    assert lint(raw) == []
