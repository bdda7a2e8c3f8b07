"""Which passwords are refused: too short, too long, or the first ones that anybody would try.

After NIST SP 800-63B-4, 3.1.1.2: length is what counts, any character may stand in it, and the whole password
is compared with what is common or expected; a phrase that merely contains such a word passes.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable

SHORTEST = 15
LONGEST = 128
#: fewer characters than this beside the common parts, and guessing is quick
_OWN_CHARACTERS = 6

#: what most guessed passwords are put together from; longest first, so that "passwords" is one part
_PARTS = """
    password passwords passwort kennwort wachtwoord motdepasse contrasena passord losenord haslo
    heslo senha passw0rd pa55word p@ssword p@ssw0rd pass word secret geheim welcome willkommen
    welkom bienvenue letmein letme in admin administrator root user guest test tester testing demo
    default changeme change me temp temporary login signin sign on off master access enter qwerty
    qwertz azerty qwertyuiop asdf asdfgh asdfghjkl zxcv zxcvbn zxcvbnm yxcvbnm qazwsx qaz wsx edc
    1q2w3e4r 1qaz2wsx abc abcd abcdef abcdefg abcdefgh iloveyou love you monkey dragon sunshine
    princess football baseball superman batman shadow michael jordan summer winter spring autumn
    monday january december hello world nothing whatever trustno1 starwars freedom computer internet
    google microsoft office company work job jobs hiring hire recruiter recruiting recruitment
    employer app applicant applicants candidate candidates answer answers unanswered mail server the
    and my is this correcthorsebatterystaple correct horse battery staple please hunter2 ninja
    pokemon killer soccer hockey
"""
_COMMON = sorted(_PARTS.split(), key=len, reverse=True)
_RUNS = (
    "01234567890123456789 abcdefghijklmnopqrstuvwxyz qwertyuiop asdfghjkl zxcvbnm "
    "qwertzuiop yxcvbnm azertyuiop"
)
_REPEATED = re.compile(r"(.{1,4}?)\1{2,}", re.DOTALL)


def normal(password: str) -> str:
    """The one spelling of a password, so that the same keys on another machine give the same hash (NFKC)."""
    return unicodedata.normalize("NFKC", password)


def complaint(password: str, own_words: Iterable[str] = ()) -> str | None:
    """Why this password is refused, in one sentence; None when it is good.

    `own_words`: the person's name and address and the organisation's name, which an attacker knows.
    """
    password = normal(password)
    if len(password) < SHORTEST:
        return f"Use at least {SHORTEST} characters. A few words in a row are easy to keep in mind."
    if len(password) > LONGEST:
        return f"Use at most {LONGEST} characters."
    if any(unicodedata.category(char) in {"Cc", "Cs"} for char in password):
        return "It holds a character that cannot be typed, such as a line break. Type it again."
    if _is_expected(password.casefold(), own_words):
        return (
            "This one is among the first that anybody would try. Use a few words that do not belong together."
        )
    return None


def _is_expected(password: str, own_words: Iterable[str]) -> bool:
    """Whether hardly anything is left once common words, own words, runs and repeats are taken out."""
    own = {part for word in own_words for part in re.findall(r"\w{3,}", word.casefold())}
    rest = _REPEATED.sub(" ", password)
    for part in sorted(own, key=len, reverse=True):
        rest = rest.replace(part, " ")
    for part in _COMMON:
        rest = rest.replace(part, " ") if len(part) > 3 else re.sub(rf"(?<!\w){part}(?!\w)", " ", rest)
    rest = _without_runs(rest)
    return sum(char.isalnum() for char in rest) < _OWN_CHARACTERS and len(set(rest)) < 2 * _OWN_CHARACTERS


def _without_runs(text: str) -> str:
    """Take out four or more neighbours of a keyboard row, the alphabet or the digits, either way round."""
    kept: list[str] = []
    at = 0
    runs = _RUNS + " " + _RUNS[::-1]
    while at < len(text):
        end = at + 1
        while end < len(text) and text[at : end + 1] in runs:
            end += 1
        if end - at < 4:
            end = at + 1
            kept.append(text[at])
        at = end
    return "".join(kept)
