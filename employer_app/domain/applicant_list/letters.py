"""Whether bytes make words in some encoding: what a person would see at a glance.

Law: it only says what cannot be a word. That something can be one proves nothing.
"""

import re
import unicodedata
from itertools import islice

from employer_app.domain.address import scripts_mixed

_HIGH = re.compile(rb"[\x80-\xff]+")
_AROUND = 40  # bytes looked at on either side
_BEFORE = re.compile(rb"[^\s,;|\"]*\Z")
_AFTER = re.compile(rb"[^\s,;|\"]*")
_WORDS_LOOKED_AT = 20_000
_NEUTRAL = set("’‘“”„–—…·•€°ªº«»\u00a0\u00ad§©®™´`")
#: signs that people write between two letters without a blank
_BETWEEN = set("’‘–—…·´")


def words_beyond_ascii(data: bytes) -> set[bytes]:
    """The words that hold a letter outside A-Z, as far as they stand between blanks and separators."""
    words = set()
    for found in islice(_HIGH.finditer(data), _WORDS_LOOKED_AT):
        start, end = found.span()
        before = _BEFORE.search(data[max(start - _AROUND, 0) : start])
        after = _AFTER.match(data[end : end + _AROUND])
        words.add((before[0] if before else b"") + found[0][:200] + (after[0] if after else b""))
    return words


def can_be_a_word(word: bytes, codec: str) -> bool:
    """No sign inside a word, no capital after a small letter, no two alphabets, not accents only."""
    try:
        text = word.decode(codec)
    except UnicodeDecodeError:
        return False
    for before, char, after in zip(" " + text, text, text[1:] + " ", strict=False):
        inside = before.isalpha() and after.isalpha()
        if char in "´`" and after.isalpha() and not inside:
            return False  # no word begins so, but one in another encoding may
        if char.isascii() or (char in _NEUTRAL and not inside) or (char in _BETWEEN and inside):
            if char.isupper() and before > "\x7f" and before.islower():
                return False
            continue
        if not (char.isalpha() or unicodedata.category(char) == "Mn"):
            return False
        if char.isupper() and before.isalpha() and not text.isupper():
            return False
    letters = [char for char in text if char.isalpha()]
    accents_only = len(letters) > 3 and all("\u00c0" <= char <= "\u017f" for char in letters)
    return not accents_only and len(scripts_mixed(text)) < 2
