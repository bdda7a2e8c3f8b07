"""Builds the bytes of one mail from its frozen parts; the same parts always give the same bytes.

The law: what goes in comes out. Every header and body reads back equal at the other end, or the mail is
refused here in plain words: nothing is cut, repaired or guessed. The result is ASCII with CRLF line ends, no
line above 998 octets, no body line that starts with a dot or "From ". The parts are spliced by hand because
the standard library's builder is many times slower; its parser is the oracle in the tests.
"""

import base64
import binascii
import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from email.utils import format_datetime
from functools import lru_cache
from typing import NoReturn

import idna

_LINE = 78  # RFC 5322: lines should stay within 78
_MAX_LINE = 998  # … and must stay within 998
_MAX_VALUE = 998
_WORD_FRAME = len("=?utf-8?b??=")
_BOUNDARY = "=_next_part"  # "=_" cannot occur in quoted-printable or base64, so no body can hold it

_UNSAFE_CATEGORIES = {"Cc", "Zl", "Zp", "Cs"}
_ENCODED_WORD = re.compile(r"=\?[^?]*\?[bBqQ]\?.*?\?=")
_PLAIN_PHRASE = re.compile(r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~ -]+")
_LOCAL_PART = re.compile(r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+(?:\.[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+)*")
_LABEL = re.compile(r"[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?")
_MESSAGE_ID = re.compile(r"<[!#-;=?A-Z^-~]+@[!#-;=?A-Z^-~]+>")
_EXTRA_NAME = re.compile(r"(?!(?:Content|Resent)-)[A-Za-z][A-Za-z0-9-]{0,39}", re.IGNORECASE)
_OURS = {"from", "to", "cc", "bcc", "sender", "reply-to", "subject", "date", "message-id", "mime-version"}
_TRACES = {"received", "return-path", "delivered-to"}
_AWKWARD = (b"From ", b".")


class Unbuildable(ValueError):
    """This mail cannot be built; the text says why to a person."""


class UnsafeHeader(Unbuildable):
    """A header value holds something that could become another header or another text."""


class UnsafeBody(Unbuildable):
    """A body holds something that no mail can carry."""


class UnsendableAddress(Unbuildable):
    """Not exactly one address that every mail server can take."""


@dataclass(frozen=True)
class Letter:
    """One mail to one person. `message_id` comes with its angle brackets; `date` knows its time zone.

    `reply_to` may be empty. `headers` are further ones such as Auto-Submitted. `envelope_sender` is where
    bounces go, if not to the sender; it stands on the envelope only.
    """

    message_id: str
    date: datetime
    sender_name: str
    sender_address: str
    reply_to: str
    to_name: str
    to_address: str
    subject: str
    text: str
    html: str | None = None
    headers: tuple[tuple[str, str], ...] = ()
    envelope_sender: str = ""

    @property
    def return_path(self) -> str:
        """The sender for the envelope."""
        return self.envelope_sender or self.sender_address


def build(letter: Letter) -> bytes:
    """The finished mail. Raises Unbuildable (UnsafeHeader, UnsafeBody, UnsendableAddress) in plain words."""
    offset = letter.date.utcoffset()
    if offset is None:
        raise ValueError("the date of a mail needs a time zone")
    head = [
        f"Date: {_date(letter.date.replace(microsecond=0), offset)}",
        f"Message-ID: {_checked_message_id(letter.message_id)}",
        _mailbox_header("From", letter.sender_name, letter.sender_address),
        _mailbox_header("To", letter.to_name, letter.to_address),
    ]
    if letter.reply_to:
        head.append(_mailbox_header("Reply-To", "", letter.reply_to))
    head.append(_subject_header(letter.subject))
    head += _extra_headers(letter.headers)
    head.append("MIME-Version: 1.0")
    plain = _part("plain", letter.text)
    if letter.html is None:
        return "\r\n".join(head).encode("ascii") + b"\r\n" + plain
    head.append(f'Content-Type: multipart/alternative; boundary="{_BOUNDARY}"')
    cut = f"--{_BOUNDARY}\r\n".encode("ascii")
    end = f"--{_BOUNDARY}--\r\n".encode("ascii")
    parts = (cut, plain, b"\r\n", cut, _part("html", letter.html), b"\r\n", end)
    return "\r\n".join(head).encode("ascii") + b"\r\n\r\n" + b"".join(parts)


@lru_cache(maxsize=16)  # many letters leave in the same second
def _date(second: datetime, _offset: timedelta) -> str:
    """Equal moments of two zones are not one text, so the offset is a part of the question."""
    return format_datetime(second)


def sendable(address: str) -> str:
    """The address as it stands on the wire: ASCII, an international domain as A-labels.

    Raises UnsendableAddress unless it is exactly one plain address with a full domain name (RFC 5321 limits).
    """
    local, at, domain = address.rpartition("@")
    if not at or not local or not domain:
        _refuse_address(address, "an address has one name, one @ and one domain")
    if not local.isascii():
        _refuse_address(address, "letters such as ü or 王 before the @ cannot be sent to yet")
    if (
        len(local) > 64
        or local.startswith("-")
        or _ENCODED_WORD.search(local)
        or not _LOCAL_PART.fullmatch(local)
    ):
        _refuse_address(address, "the part before the @ is not one that mail servers take")
    wire = f"{local}@{_a_labels(domain)}"
    if len(wire) > 254:
        _refuse_address(address, "it is longer than 254 letters")
    return wire


@lru_cache(maxsize=4096)
def _a_labels(domain: str) -> str:
    ascii_domain = domain
    if not domain.isascii():
        try:
            ascii_domain = idna.encode(domain, uts46=True).decode("ascii")
        except idna.IDNAError:
            _refuse_address(domain, "its domain is not a valid international name")
    labels = ascii_domain.split(".")
    if len(labels) < 2 or labels[-1].isdigit() or not all(_LABEL.fullmatch(label) for label in labels):
        _refuse_address(domain, "its domain is not a full name such as mail.example")
    return ascii_domain


def _refuse_address(address: str, why: str) -> NoReturn:
    shown = "".join(letter if letter.isprintable() else "?" for letter in address[:100])
    raise UnsendableAddress(f"“{shown}” cannot be mailed: {why}.")


def _checked(field: str, value: str) -> str:
    """The value itself, if it can stand in a header and mean only itself."""
    if len(value) > _MAX_VALUE:
        raise UnsafeHeader(f"{field} has {len(value)} letters; {_MAX_VALUE} is the most that fits.")
    if not value.isprintable():
        for letter in value:
            if unicodedata.category(letter) in _UNSAFE_CATEGORIES:
                raise UnsafeHeader(
                    f"{field} holds a line break or another control character (U+{ord(letter):04X})."
                )
    if "=?" in value and _ENCODED_WORD.search(value):
        raise UnsafeHeader(
            f'{field} holds coded text ("=?…?=") that mail programs would turn into other text.'
        )
    return value


def _checked_message_id(value: str) -> str:
    if len(value) > 250 or not _MESSAGE_ID.fullmatch(value):
        raise UnsafeHeader("The Message-ID is not of the form <name@domain>.")
    return value


def _subject_header(subject: str) -> str:
    if not any(letter.isprintable() and not letter.isspace() for letter in _checked("The subject", subject)):
        raise UnsafeHeader("The subject shows no letter.")
    return _unstructured("Subject", subject, encode_long=True)


def _extra_headers(headers: Iterable[tuple[str, str]]) -> list[str]:
    lines, seen = [], _OURS | _TRACES
    for name, value in headers:
        if not _EXTRA_NAME.fullmatch(name) or name.lower() in seen:
            raise UnsafeHeader(f"{name[:60]!a} cannot be set as a further header.")
        seen = seen | {name.lower()}
        lines.append(_unstructured(name, _checked(f"The header {name}", value), encode_long=False))
    return lines


def _unstructured(name: str, value: str, *, encode_long: bool) -> str:
    """A folded text header. `encode_long` encodes words too long for a line; identifiers must not be."""
    as_is = value.isascii() and value == value.strip() and (not encode_long or "=?" not in value)
    if as_is:
        whole = f"{name}: {value}"
        if len(whole) <= _LINE:
            return whole
        folded = _fold(whole)
        longest = max(map(len, folded.split("\r\n")))
        if longest <= (_LINE if encode_long else _MAX_LINE):
            return folded
    return f"{name}: {_encoded_words(value, first=len(name) + 2)}"


def _fold(line: str) -> str:
    """Breaks before spaces so that lines keep within 78 where they can; the name keeps its first word."""
    start, *pieces = re.findall(r"^[^ ]+ *[^ ]*| +[^ ]+", line)
    lines = [start]
    for piece in pieces:
        if len(lines[-1]) + len(piece) > _LINE:
            lines.append(piece)
        else:
            lines[-1] += piece
    return "\r\n".join(lines)


def _encoded_words(value: str, *, first: int) -> str:
    """RFC 2047 words split between characters, one per line; `first` columns of the first line are taken."""
    words, chunk, room = [], b"", _room(first)
    for letter in value:
        octets = letter.encode("utf-8")
        if chunk and len(chunk) + len(octets) > room:
            words.append(chunk)
            chunk, room = b"", _room(1)
        chunk += octets
    words.append(chunk)
    return "\r\n ".join(f"=?utf-8?b?{base64.b64encode(word).decode('ascii')}?=" for word in words)


def _room(taken: int) -> int:
    """How many octets one encoded word may hold so that its line keeps within 76 and itself within 75."""
    return (min(75, 76 - taken) - _WORD_FRAME) // 4 * 3


@lru_cache(maxsize=1024)  # the sender and Reply-To of a whole batch are the same
def _mailbox_header(field: str, name: str, address: str) -> str:
    wire = sendable(address)
    if not _checked(f"The name in {field}", name).strip():
        return f"{field}: {wire}"
    phrase = _phrase(name, first=len(field) + 2)
    last = phrase.rpartition("\r\n")[2]
    taken = len(last) + (len(field) + 2 if last == phrase else 0)
    gap = " " if taken + len(wire) + 3 <= _LINE else "\r\n "
    return f"{field}: {phrase}{gap}<{wire}>"


def _phrase(name: str, *, first: int) -> str:
    """A display name: bare where that is safe, else quoted, else encoded."""
    tidy = name.isascii() and name == " ".join(name.split()) and "=?" not in name
    if tidy and first + len(name) <= _LINE and _PLAIN_PHRASE.fullmatch(name):
        return name
    quoted = '"' + re.sub(r'(["\\])', r"\\\1", name) + '"'
    if tidy and first + len(quoted) <= _LINE:
        return quoted
    return _encoded_words(name, first=first)


def _part(subtype: str, body: str) -> bytes:
    """Headers and encoded body of one text part, ending with a line end.

    Line ends of every kind become CRLF and the last line gets one; nothing else changes.
    """
    if "\0" in body:
        raise UnsafeBody("The text holds a NUL character, which no mail can carry.")
    lines = body.replace("\r\n", "\n").replace("\r", "\n")
    if not lines.endswith("\n"):
        lines += "\n"
    try:
        octets = lines.replace("\n", "\r\n").encode("utf-8")
    except UnicodeEncodeError as broken:
        raise UnsafeBody(f"The text holds half a character at place {broken.start}.") from None
    encoding, encoded = "quoted-printable", binascii.b2a_qp(octets, istext=True)
    if len(encoded) > len(octets) * 4 // 3 or _has_awkward_line(encoded):
        encoding, encoded = "base64", base64.encodebytes(octets).replace(b"\n", b"\r\n")
    head = f"Content-Type: text/{subtype}; charset=utf-8\r\nContent-Transfer-Encoding: {encoding}\r\n\r\n"
    return head.encode("ascii") + encoded


def _has_awkward_line(encoded: bytes) -> bool:
    return encoded.startswith(_AWKWARD) or any(b"\n" + start in encoded for start in _AWKWARD)
