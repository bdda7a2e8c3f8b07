"""Bytes of a text file to text, or a question to the person. Never a guess that garbles a name.

UTF-8 and UTF-16 prove themselves. An older encoding is taken only if exactly one of the usual Latin ones
gives words that can be words; a warning then names it and shows samples. Cyrillic, Greek and East Asian ones
cannot be told apart so and are asked for. (A detector by letter frequency was tried: a list of names is too
short for it, and "Søren" came out as "Sřren".) What a person chooses is obeyed, or refused if it cannot be.
"""

import codecs
import io
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from employer_app.domain.applicant_list.letters import can_be_a_word, words_beyond_ascii
from employer_app.domain.applicant_list.reading import ENCODINGS, Candidate
from employer_app.domain.applicant_list.sheet import UnreadableList

_BOMS = (
    (codecs.BOM_UTF8, "utf-8-sig", "UTF-8"),
    (codecs.BOM_UTF32_LE, "utf-32", "UTF-32"),  # before UTF-16: its mark begins the same
    (codecs.BOM_UTF32_BE, "utf-32", "UTF-32"),
    (codecs.BOM_UTF16_LE, "utf-16", "UTF-16"),
    (codecs.BOM_UTF16_BE, "utf-16", "UTF-16"),
)
_TAKEN_UNASKED = ("cp1252", "mac_roman", "cp1250")
#: rare in Western names: more likely Czech, Turkish or a Macintosh ö or é
_DOUBTFUL = re.compile("[ŠŽšžÐðÞþÝý]|ø.*[áíìèùòï]|[áíìèùòï].*ø")
#: one letter in UTF-8, of two bytes and more
_UTF8_LETTER = re.compile(rb"[\xc2-\xdf][\x80-\xbf]|[\xe0-\xef][\x80-\xbf]{2}|[\xf0-\xf4][\x80-\xbf]{3}")
#: a dash or quote between letters is one more letter on a Macintosh
_SIGN_BETWEEN = re.compile(r"[^\W\d_][–—’‘…·´][^\W\d_]")
_SAVE_AS = 'Open it in the spreadsheet and save it as "CSV UTF-8" or as XLSX.'
_CHUNK = 1024 * 1024
_WINDOW = 2 * 1024 * 1024
_SAMPLES = 4


@dataclass(frozen=True, slots=True)
class Decoded:
    """`name` is the encoding in words; `warning` asks for a look when it could not prove itself."""

    data: bytes = field(repr=False)
    codec: str
    name: str
    warning: str | None = None

    @property
    def text(self) -> str:
        """All of it at once: up to four times the size of the file."""
        return self.data.decode(self.codec)

    def open(self) -> io.TextIOWrapper:
        """To be read in pieces; line ends stay as they are."""
        return io.TextIOWrapper(io.BytesIO(self.data), encoding=self.codec, newline="")


def decode(data: bytes, encoding: str = "") -> Decoded:
    """The text of `data`, in the encoding that a person chose or that the file proves.

    Raises UnreadableList when it is no text, or when its encoding is in doubt.
    """
    if encoding:
        return _chosen(data, encoding)
    for mark, codec, name in _BOMS:
        if data.startswith(mark):
            return _strictly(data, codec, name)
    if b"\0" in data:
        utf16 = _utf16_without_mark(data)
        if utf16 is None:
            line = data.count(b"\n", 0, data.index(b"\0")) + 1
            raise UnreadableList(
                f"This is not a text file, or it is damaged: line {line} holds an empty byte (NUL). "
                "Save the list as CSV or XLSX and choose that file."
            )
        return _strictly(data, utf16, "UTF-16")
    wrong = _first_wrong(data, "utf-8")
    if wrong is None:
        return Decoded(data, "utf-8", "UTF-8")
    _refuse_damaged_utf8(data, wrong)
    return _decode_old(data)


def candidates(data: bytes) -> list[Candidate]:
    """The encodings that the file could be in, the likelier ones first, and how its words would look."""
    words = words_beyond_ascii(data)
    found: list[tuple[float, Candidate]] = []
    for codec, name in ENCODINGS.items():
        if codec == "utf-16":
            continue
        try:
            read = {word: word.decode(codec) for word in words}
        except UnicodeDecodeError:
            continue
        if not all(char.isprintable() or char.isspace() for text in read.values() for char in text):
            continue
        odd = sum(not can_be_a_word(word, codec) for word in words)
        found.append((odd / max(len(words), 1), Candidate(codec, name, _samples(read.values()))))
    return [candidate for _, candidate in sorted(found, key=lambda pair: pair[0])]


def _chosen(data: bytes, encoding: str) -> Decoded:
    name = ENCODINGS.get(encoding)
    if name is None:
        raise UnreadableList("This way of storing letters is not known. Choose another.", "encoding")
    codec = encoding
    if encoding == "utf-8":
        codec = "utf-8-sig"
    if encoding == "utf-16" and not data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        codec = _utf16_without_mark(data) or "utf-16-le"
    wrong = _first_wrong(data, codec)
    if wrong is None:
        return Decoded(data, codec, name)
    line = data.count(b"\n", 0, wrong) + 1
    raise UnreadableList(
        f"The file cannot be {name}: line {line} does not fit. Choose another.", "encoding", candidates(data)
    )


def _first_wrong(data: bytes, codec: str) -> int | None:
    """Near which byte the data stops being text in that encoding; None if all of it is."""
    decoder = codecs.getincrementaldecoder(codec)()
    for start, chunk in _chunks(data):
        try:
            text = decoder.decode(chunk, start + _CHUNK >= len(data))
        except UnicodeDecodeError as error:
            waiting = max(len(error.object) - len(chunk), 0)
            return max(start + error.start - waiting, 0)
        if "\0" in text:
            return start
    return None


def _chunks(data: bytes) -> Iterator[tuple[int, bytes]]:
    return ((start, data[start : start + _CHUNK]) for start in range(0, len(data), _CHUNK))


def _strictly(data: bytes, codec: str, name: str) -> Decoded:
    wrong = _first_wrong(data, codec)
    if wrong is not None:
        raise UnreadableList(
            f"The file says it is {name} but is damaged, cut off, or has empty bytes in its text. {_SAVE_AS}"
        )
    return Decoded(data, codec, name)


def _utf16_without_mark(data: bytes) -> str | None:
    """Western letters in UTF-16 have a zero in every second byte; which one tells the order."""
    sample = data[:4000]
    even, odd = sample[0::2].count(0), sample[1::2].count(0)
    if max(even, odd) * 3 < len(sample) // 2 or min(even, odd) * 10 > max(even, odd):
        return None
    return "utf-16-le" if odd > even else "utf-16-be"


def _refuse_damaged_utf8(data: bytes, wrong: int) -> None:
    """Some letters UTF-8 and some not: two files glued together, or one cut in the middle of a letter."""
    first = re.search(rb"[\x80-\xff]", data)
    begin = first.start() if first else 0
    near = data[begin : begin + _WINDOW] + b"\n" + data[max(wrong - 8, begin + _WINDOW) : wrong + _WINDOW]
    right = _UTF8_LETTER.findall(near)
    lost = len(re.findall(rb"[\x80-\xff]", near)) - sum(map(len, right))
    if len(right) > lost:
        line = data.count(b"\n", 0, wrong) + 1
        raise UnreadableList(
            f"The file is UTF-8 but not in line {line}: it mixes two encodings or was cut off. {_SAVE_AS}",
            "encoding",
            candidates(data),
        )


def _decode_old(data: bytes) -> Decoded:
    words = words_beyond_ascii(data)
    likely = {codec for codec in _TAKEN_UNASKED if all(can_be_a_word(word, codec) for word in words)}
    western = [word.decode("cp1252") for word in words] if "cp1252" in likely else []
    if western and not any(_DOUBTFUL.search(word) for word in western):
        signs = "mac_roman" in likely and any(_SIGN_BETWEEN.search(word) for word in western)
        likely = likely if signs else {"cp1252"}
    codec = likely.pop() if len(likely) == 1 else ""
    if not codec or _first_wrong(data, codec) is not None:
        raise UnreadableList(
            "It is unclear how the letters outside A-Z are stored in this file. "
            f"Choose how they look right, or save the list anew: {_SAVE_AS}",
            "encoding",
            candidates(data),
        )
    shown = ", ".join(f"“{sample}”" for sample in _samples(word.decode(codec) for word in words))
    name = ENCODINGS[codec]
    return Decoded(data, codec, name, f"The file was read as {name}. Check that this is right: {shown}.")


def _samples(words: Iterable[str]) -> tuple[str, ...]:
    ordered = sorted(words, key=lambda word: (not word.isalpha(), word))
    return tuple(word[:40] for word in ordered[:_SAMPLES])
