"""One telephone number in, digits out that are equal for two spellings of it. A hint, never a proof.

Law: the key has no country code and no leading zero, because half of the people write theirs without. So two
numbers of different countries may share a key; whoever uses it looks at the name as well.
"""

from __future__ import annotations

import re
import unicodedata
from functools import cache, lru_cache

LONGEST_KEY = 20
_FEWEST_DIGITS = 6
#: two runs of so many digits beside each other are two numbers, not an area code and the rest
_WHOLE = 7
_BETWEEN = re.compile(r"[,;/|\n]|\s(?:or|and|und|oder|ou|et|of|en|o|y)\s", re.IGNORECASE)
_WORDS_BEFORE = re.compile(r"^[^\d+(]+")
_REMARK = re.compile(r"\([^()\d]*[^\W\d_][^()]*\)")
#: written as its numbering plan asks for, without brackets or an extension
_INTERNATIONAL = re.compile(r"\+[1-9][\d .-]{6,20}", re.ASCII)
_NOT_DIGIT = re.compile(r"\D", re.ASCII)
#: countries whose own code before a number is no plain zero; people write it behind the country code too
_OTHER_TRUNKS = ("1", "7", "36", "370", "375", "52", "54", "55")
#: what a spreadsheet makes of a long number: the last digits are lost
_ROUNDED = re.compile(r"\d[eE][+-]?\d")
#: names that lists use, beside the two letters of ISO 3166; only where the trunk code is no plain zero,
#: or the number would be read wrongly without
_COUNTRIES = {
    "HU": ("hungary", "magyarorszag", "ungarn", "hongrie", "hongarije", "ungheria"),
    "IT": ("italy", "italia", "italien", "italie"),
    "LT": ("lithuania", "lietuva", "litauen"),
    "RU": ("russia", "russian federation", "россия", "russland"),
    "KZ": ("kazakhstan", "казахстан"),
    "BY": ("belarus", "беларусь"),
    "US": ("usa", "united states", "united states of america", "vereinigte staaten", "etats-unis"),
    "CA": ("canada", "kanada"),
    "GB": ("uk", "united kingdom", "great britain", "england", "scotland", "wales"),
    "DE": ("germany", "deutschland", "allemagne", "duitsland", "alemania", "tyskland", "germania"),
    "AT": ("austria", "osterreich", "oesterreich", "autriche", "oostenrijk"),
    "CH": ("switzerland", "schweiz", "suisse", "svizzera", "zwitserland"),
    "NL": ("netherlands", "the netherlands", "nederland", "niederlande", "pays-bas", "holland"),
    "BE": ("belgium", "belgie", "belgique", "belgien"),
    "FR": ("france", "frankreich", "frankrijk", "francia"),
    "ES": ("spain", "espana", "spanien", "espagne", "spanje"),
    "SE": ("sweden", "sverige", "schweden", "suede", "zweden"),
    "NO": ("norway", "norge", "norwegen", "norvege", "noorwegen"),
    "DK": ("denmark", "danmark", "danemark", "denemarken"),
    "IE": ("ireland", "irland", "irlande", "ierland"),
    "PL": ("poland", "polska", "polen", "pologne"),
}
_REGIONS = {name: code for code, names in _COUNTRIES.items() for name in names}


def phone_key(text: str, country: str = "") -> str:
    """The digits of the one number in `text`, at most 20; empty for none, a short one, or several.

    `country` is a code or a name ("DE", "Germany"); it helps where people dial something else than a zero
    before the number. An extension stays in the key: a switchboard is many people.
    """
    key = _international(text.strip())  # most are, and nothing below would change them
    if key is None:
        text = _REMARK.sub(" ", unicodedata.normalize("NFKC", text)).strip()
        text = _WORDS_BEFORE.sub("", text)
        if not text or _ROUNDED.search(text) or _several(text):
            return ""
        key = _international(text)
    if key is None:
        key = _read(text, _region(country))
    key = key or _bare(text)
    return key if _FEWEST_DIGITS <= len(key) <= LONGEST_KEY else ""


def _several(text: str) -> bool:
    whole = [part for part in _BETWEEN.split(text) if sum(map(str.isdigit, part)) >= _WHOLE]
    return len(whole) > 1 or text.count("+") > 1


def _international(text: str) -> str | None:
    """What the numbering plan would say, in a small part of the time; None where only the plan knows."""
    if not _INTERNATIONAL.fullmatch(text):
        return None
    digits = _NOT_DIGIT.sub("", text)
    if digits.startswith(_OTHER_TRUNKS):
        return None
    length = next((length for length in (1, 2, 3) if digits[:length] in _country_codes()), 0)
    return digits[length:].lstrip("0") if length else None


@cache
def _country_codes() -> frozenset[str]:
    # takes long to load, and a page needs it only where a phone number is written
    import phonenumbers  # noqa: PLC0415

    return frozenset(map(str, phonenumbers.COUNTRY_CODE_TO_REGION_CODE))


@lru_cache(maxsize=1024)
def _region(country: str) -> str | None:
    folded = unicodedata.normalize("NFKD", country.strip().casefold())
    name = "".join(char for char in folded if not unicodedata.combining(char))
    return _REGIONS.get(name) or (name.upper() if len(name) == 2 and name.isascii() else None)


@lru_cache(maxsize=4096)
def _read(text: str, region: str | None) -> str:
    """By the numbering plan of its country; empty when there is none to go by."""
    import phonenumbers  # noqa: PLC0415 -- as above

    digits = "".join(char for char in text if char.isdigit())
    if digits.startswith("00") and "+" not in text:
        text = "+" + re.sub(r"^\D*00", "", text)
    try:
        number = phonenumbers.parse(text, region)
    except phonenumbers.NumberParseException:
        return ""
    return f"{number.national_number}{number.extension or ''}"


def _bare(text: str) -> str:
    """Without a country: the digits as they stand, less the zeros in front."""
    if any(char.isalpha() for char in text):
        return ""
    return "".join(str(unicodedata.digit(char)) for char in text if char.isdigit()).lstrip("0")
