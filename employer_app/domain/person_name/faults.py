"""What must not stand in a greeting, found before it can reach a draft."""

import re
import unicodedata
from dataclasses import dataclass
from enum import StrEnum

from employer_app.domain.address import scripts_mixed
from employer_app.domain.person_name.spelling import BLANK_LOOKING, UNSEEN, clean_name, for_reading

LONGEST_NAME = 200  # characters
_JOINERS = "\u200c\u200d"  # part of correct Persian and Indic spelling between two letters
_FIRST_JOINING_SCRIPT = "\u0590"
#: combining marks on one letter; no living script needs as many after NFC
_PILE_OF_MARKS = re.compile(
    "[\u0300-\u036f\u0483-\u0489\u1ab0-\u1aff\u1dc0-\u1dff\u20d0-\u20ff\ufe20-\ufe2f]{5}"
)
_FILLER_WORD = (
    r"(?:none|nan|null|nil|n/a|n\.a\.|na|tbd|tba|todo|unknown|undefined|anonymous|anon|test(?:er|ing)?|dear|blank"
    r"|empty|true|false|applicant|candidate|no ?name|(?:first |last |full )?name|sir or madam|x{1,3}"
    r"|not (?:available|given)|<na>|\((?:blank|none|empty|null)\)"
    r"|#(?:n/a|ref!|name\?|value!|null!|num!|div/0!))"
)
_FILLER = re.compile(rf"{_FILLER_WORD}(?: {_FILLER_WORD})*", re.IGNORECASE)
#: what programs write for "nothing"; exact, since Nan and Null are also people's names
_MACHINE_WORDS = frozenset({"None", "nan", "NaN", "null", "undefined", "N/A", "n/a", "#N/A", "<NA>"})
#: Latin letters in words: only five of the faults can be in such a name, and most names are such
_LATIN = "[A-Za-z\u00c0-\u00d6\u00d8-\u00f6\u00f8-\u024f]+"
_ORDINARY = re.compile(rf"{_LATIN}(?:(?:\. |[ '’-]){_LATIN})*")
_ADDRESS = re.compile(r"\S@\S+\.\S")
_MARKUP = re.compile(
    r"[<>{}`\[\]\\]|\$\(|://|\bwww\.|\bmailto:|&#?\w+;|=\?|%[0-9a-f]{2}"
    r"|\b[\w-]+\.(?:com|net|org|info|biz|io|co|ru|cn|xyz|top|site|online|app|dev|link|example)\b",
    re.IGNORECASE,
)
_BRACKETS = re.compile(r"[(（【].*?(?:[)）】]|$)")
_REMARK = re.compile(
    r"!|\b(?:do not|don'?t|dnh|not to|no[ -]?show|never|reject(?:ed)?|declined?|black ?list(?:ed)?|duplicate"
    r"|withdrawn|withdrew|internal|former|ex-employee|rehire|hired|call back|invite|interview(?:ed)?|offer"
    r"|(?:see )?note|cv|spam|fake"
    r"|nicht|keine?|absage|abgesagt|einladen|intern|ehemalig\w*|doppelt|bewerbung)\b",
    re.IGNORECASE,
)
_REMARK_ANYWHERE = re.compile(
    r"\b(?:do not (?:hire|invite|contact|call|send)|no[ -]show|blacklisted|nicht (?:einladen|einstellen))\b"
    r"|(?:^|\s)[-–*/]+\s*(?:reject(?:ed)?|withdrawn|duplicate|declined|no show)\b",
    re.IGNORECASE,
)


class NameFault(StrEnum):
    """Why a name needs a look; the last three only warn."""

    EMPTY = "empty"
    TOO_LONG = "too_long"
    INVISIBLE = "invisible"
    PLACEHOLDER = "placeholder"
    ADDRESS = "address"
    MARKUP = "markup"
    REMARK = "remark"
    GARBLED = "garbled"
    NO_LETTER = "no_letter"
    CAPITALS = "capitals"
    BRACKETS = "brackets"
    LOOKALIKE = "lookalike"

    @property
    def blocks(self) -> bool:
        return self not in {NameFault.CAPITALS, NameFault.BRACKETS, NameFault.LOOKALIKE}


@dataclass(frozen=True, slots=True)
class NameProblem:
    """What is odd about a name, with a sentence for the person who can mend it."""

    fault: NameFault
    message: str

    @property
    def blocks(self) -> bool:
        """Whether a message may not go out under this name; otherwise it is only worth a look."""
        return self.fault.blocks


def name_problem(name: str, address: str | None = None) -> NameProblem | None:
    """The worst thing about `name`, or None; `address` is the same person's, in case it stands there too."""
    name = for_reading(clean_name(name))
    for fault, message in (_FINDERS_ORDINARY if _ORDINARY.fullmatch(name) else _FINDERS).items():
        said = message(name, address)
        if said:
            return NameProblem(fault, said)
    return None


def _empty(name: str, address: str | None) -> str | None:
    return None if name else "There is no name. Add it, or leave this person out."


def _too_long(name: str, address: str | None) -> str | None:
    if len(name) <= LONGEST_NAME:
        return None
    return f"The name has {len(name)} characters; {LONGEST_NAME} are the most. Check whether it is a name."


def _invisible(name: str, address: str | None) -> str | None:
    for index, char in enumerate(name):
        if char in BLANK_LOOKING or (unicodedata.category(char) in UNSEEN and not _joins(name, index)):
            return (
                f"The name {_quoted(name)} has a line break or an invisible character inside. Type it again."
            )
    return None


def _joins(name: str, index: int) -> bool:
    around = name[index - 1 : index] + name[index + 1 : index + 2]
    return name[index] in _JOINERS and len(around) == 2 and all(c >= _FIRST_JOINING_SCRIPT for c in around)


def _placeholder(name: str, address: str | None) -> str | None:
    if _FILLER.fullmatch(name):
        return f"{_quoted(name)} is no name but a filler. Write the person's name."
    words = name.split()
    if _MACHINE_WORDS.isdisjoint(words):
        return None
    filler = next(word for word in words if word in _MACHINE_WORDS)
    return f"The name {_quoted(name)} has {_quoted(filler)} in it: a part is missing. Add it."


def _address(name: str, address: str | None) -> str | None:
    given = (address or "").strip().casefold()
    local = given.partition("@")[0]
    is_local = bool(re.search(r"[\d._]", local)) and name.casefold() == local
    if _ADDRESS.search(name) or (given and name.casefold() == given) or is_local:
        return f"{_quoted(name)} is an address, not a name. Write the person's name."
    return None


def _markup(name: str, address: str | None) -> str | None:
    if not _MARKUP.search(name):
        return None
    return f"The name {_quoted(name)} holds a link or program signs. Write only the name."


def _remark(name: str, address: str | None) -> str | None:
    inside = " ".join(_BRACKETS.findall(name))
    if not _REMARK.search(inside) and not _REMARK_ANYWHERE.search(name):
        return None
    return f"The name {_quoted(name)} seems to hold an internal remark. Keep only the name."


def _garbled(name: str, address: str | None) -> str | None:
    if "?" in name or "\ufffd" in name:
        return f"Letters of the name {_quoted(name)} were lost on the way. Write it again."
    if name.isascii():
        return None
    if any(_misread(word) for word in name.split()):
        return f"The name {_quoted(name)} was garbled by a wrong text encoding. Save the list as UTF-8."
    if _PILE_OF_MARKS.search(name):
        return f"The name {_quoted(name)} is covered with stray marks. Write it again."
    return None


def _misread(word: str) -> bool:
    """Whether the word is UTF-8 or Cyrillic that somebody read as a Western or Macintosh text."""
    if word.isascii():
        return False
    if not word.isalpha() and any(unicodedata.category(char) in {"Sm", "Sc"} for char in word):
        return True
    if len(word) > 3 and all("\u00c0" <= char <= "\u00ff" for char in word):
        return True
    try:
        return word.encode("cp1252").decode("utf-8") != word
    except UnicodeError:
        return False


def _no_letter(name: str, address: str | None) -> str | None:
    if any(char.isalpha() for char in name):
        return None
    return f"{_quoted(name)} has no letter in it. Write the person's name."


def _capitals(name: str, address: str | None) -> str | None:
    if not name.isupper() or not re.search(r"\w{3}", name):
        return None
    return f"The name {_quoted(name)} is all in capitals. The greeting will be, too, unless you change it."


def _brackets(name: str, address: str | None) -> str | None:
    if not _BRACKETS.search(name):
        return None
    return f"The name {_quoted(name)} has something in brackets. Check that the person may read it."


def _lookalike(name: str, address: str | None) -> str | None:
    if not any(len(scripts_mixed(word)) > 1 for word in name.split()):
        return None
    return (
        f"The name {_quoted(name)} mixes look-alike letters of two alphabets in one word. Check its spelling."
    )


def _quoted(text: str) -> str:
    shown = "".join(char if char.isprintable() else "\ufffd" for char in text)
    return f"“{shown if len(shown) <= 60 else shown[:59] + '…'}”"


_FINDERS = {
    NameFault.EMPTY: _empty,
    NameFault.TOO_LONG: _too_long,
    NameFault.INVISIBLE: _invisible,
    NameFault.PLACEHOLDER: _placeholder,
    NameFault.ADDRESS: _address,
    NameFault.MARKUP: _markup,
    NameFault.REMARK: _remark,
    NameFault.GARBLED: _garbled,
    NameFault.NO_LETTER: _no_letter,
    NameFault.CAPITALS: _capitals,
    NameFault.BRACKETS: _brackets,
    NameFault.LOOKALIKE: _lookalike,
}
_FINDERS_ORDINARY = {
    fault: _FINDERS[fault]
    for fault in (
        NameFault.TOO_LONG,
        NameFault.PLACEHOLDER,
        NameFault.REMARK,
        NameFault.GARBLED,
        NameFault.CAPITALS,
    )
}
