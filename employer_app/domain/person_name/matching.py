"""When two spellings can be one person, and how a name is found again."""

import re
import unicodedata
from itertools import permutations

_MOST_WORDS_TO_TURN = 4

_LETTERS_WITHOUT_ACCENT = str.maketrans(
    {"ł": "l", "ø": "o", "đ": "d", "ð": "d", "þ": "th", "æ": "ae", "œ": "oe", "ı": "i", "ħ": "h", "ŧ": "t"}
    | {"ŋ": "n", "ĸ": "k", "ŀ": "l", "ƒ": "f", "ə": "e", "ß": "ss", "ɓ": "b", "ɗ": "d", "ƙ": "k"}
)
_ACCENTS = re.compile("[\u0300-\u036f\u0591-\u05c7\u064b-\u0652\u0670]")
_APOSTROPHES = re.compile("['’‘`´ʼʻʹ′]")
_NOT_WORD = re.compile(r"[^\w]+|_")
_UMLAUT_SPELLING = re.compile("([aou])e")


def search_key(text: str) -> str:
    """Folded for finding: no case, no accents (also ł ø đ ß æ þ), no apostrophes, single blanks."""
    key = text.casefold()
    if not key.isascii():
        key = unicodedata.normalize("NFKD", key).translate(_LETTERS_WITHOUT_ACCENT)
        key = unicodedata.normalize("NFC", _ACCENTS.sub("", key))
    return " ".join(_APOSTROPHES.sub("", key).split())


def compatible_names(one: str, other: str) -> bool:
    """Whether two spellings can be one person: order, case, accents, dots, a missing or short part are alike.

    "Anna Müller", "MUELLER, Anna", "A. Müller", "Anna Maria Müller" and "Müller" go together, so do "박성민"
    and "성민 박"; "Anna Müller" and "Jan Müller" do not.
    """
    fewer, more = sorted((_name_words(one), _name_words(other)), key=len)
    if not fewer:
        return False
    if _same_run_together(fewer, more):
        return True
    left, shared = list(more), 0
    for word in sorted(fewer, key=len, reverse=True):
        match = word if word in left else _by_initial(word, left)
        if match is None:
            return False
        left.remove(match)
        shared += word == match and not _is_initial(word)
    return shared > 0


def _name_words(name: str) -> list[str]:
    return [_UMLAUT_SPELLING.sub(r"\1", word) for word in _NOT_WORD.sub(" ", search_key(name)).split()]


def _same_run_together(fewer: list[str], more: list[str]) -> bool:
    """ "Kim Minjun" is "Min-jun Kim", 박성민 is "성민 박": the same letters, parted elsewhere."""
    if sorted("".join(fewer)) != sorted("".join(more)):
        return False
    if len(more) > _MOST_WORDS_TO_TURN:
        return "".join(fewer) == "".join(more)
    turned = {"".join(words) for words in permutations(more)}
    return any("".join(words) in turned for words in permutations(fewer))


def _is_initial(word: str) -> bool:
    return len(word) == 1 and word.upper() != word.lower()  # 李 is a whole name, not an initial


def _by_initial(word: str, words: list[str]) -> str | None:
    return next((w for w in words if w[0] == word[0] and (_is_initial(w) or _is_initial(word))), None)
