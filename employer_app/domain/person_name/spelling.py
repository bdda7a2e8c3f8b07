"""How a name is kept: as given, letter for letter, with nothing unseen at its ends and no gaps inside.

Law: no part is ever cut out of a name or recased, and no letter becomes another one, however alike: see
docs/decisions/0015-names-as-given.md.
"""

import re
import unicodedata

BLANK_LOOKING = "\u00ad\u115f\u1160\u200b\u200e\u200f\u2060\u2800\u3164\ufeff\uffa0"
_BLANK = "\u00a0\u1680\u2000-\u200a\u202f\u205f\u3000"  # category Zs without the plain one
_GAPS = re.compile(f"[ \t{_BLANK}]{{2,}}|\t")
_BLANKS = re.compile(f"[{_BLANK}]")
_HAN_MARKS = frozenset("々〆〇")
_EAST_ASIAN = ("CJK UNIFIED", "CJK COMPATIBILITY IDEOGRAPH", "HANGUL", "HIRAGANA")
#: categories of characters that nobody sees, or that move what follows
UNSEEN = {"Cc", "Cf", "Cs", "Co", "Zl", "Zp"}


def clean_name(text: str) -> str:
    """Trimmed, every run of blanks and every tab one plain blank, nothing unseen at either end.

    A single blank of another kind stays (山田\u3000太郎), and so does every letter in the form it came in.

    Line breaks, control and direction characters inside stay, so that name_problem can refuse them: dropping
    them would join two lines of a forged header into one plausible name.
    """
    if text.isascii() and text.isprintable() and "  " not in text:
        return text.strip()
    text = _GAPS.sub(" ", text)
    if text.isascii() and text[:1].isalnum() and text[-1:].isalnum():
        return text
    return _trim_unseen(text)


def for_reading(name: str) -> str:
    """A clean name in the one form to look at: composed letters (NFC), plain blanks. Never kept."""
    return name if name.isascii() else unicodedata.normalize("NFC", _BLANKS.sub(" ", name))


def greeting_name(full_name: str, call_name: str | None) -> str:
    """What to greet by: the call name if the person gave one, else the full name as given."""
    return clean_name(call_name or "") or clean_name(full_name)


def join_name(first: str, last: str) -> str:
    """One full name of two columns: first, then last; Han and Hangul names family name first, unparted."""
    first, last = clean_name(first), clean_name(last)
    if not first.isascii() and last and _is_east_asian(first) and _is_east_asian(last):
        return last + first
    return f"{first} {last}".strip()


def _is_east_asian(part: str) -> bool:
    """Of Han, Hangul or Hiragana, with Katakana among them (一ノ瀬, マリ子).

    Katakana alone is not: foreign names in it keep their own order.
    """
    if part.isascii():
        return False
    scripts = [unicodedata.name(char, "") for char in for_reading(part) if char not in _HAN_MARKS]
    return any(name.startswith(_EAST_ASIAN) for name in scripts) and all(
        name.startswith((*_EAST_ASIAN, "KATAKANA", "VARIATION SELECTOR")) for name in scripts
    )


def _trim_unseen(text: str) -> str:
    """Without blanks, blank-looking and direction characters at both ends; a line break there goes too."""
    start, end = 0, len(text)
    while start < end and _is_unseen(text[start]):
        start += 1
    while end > start and _is_unseen(text[end - 1]):
        end -= 1
    return text[start:end]


def _is_unseen(char: str) -> bool:
    return char.isspace() or char in BLANK_LOOKING or unicodedata.category(char) in UNSEEN
