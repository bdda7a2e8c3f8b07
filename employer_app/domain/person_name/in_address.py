"""How names are usually run together before the @, and whether a name stands in an address."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence

from employer_app.domain.person_name.matching import search_key

OUT_OF_STEP = 0.2
"""So large a share of names that fit another address is no chance."""
_FEWEST_OUT_OF_STEP = 3
_NOT_LETTER = re.compile(r"[^a-z]+")
_UMLAUT_SPELLING = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue"})


def letters_before_at(address_key: str) -> str:
    """ "anna.mueller+jobs@…" is "annamueller"."""
    return _NOT_LETTER.sub("", address_key.partition("@")[0].partition("+")[0])


def addresses_by_letters(address_keys: Iterable[str]) -> Mapping[str, int]:
    """How often each `letters_before_at` is there."""
    return Counter(map(letters_before_at, address_keys))


def fits_another(name: str, address_key: str, others: Mapping[str, int]) -> bool:
    """Whether the name fits not its own address but another one of `others` (see `addresses_by_letters`)."""
    local, folded = letters_before_at(address_key), search_key(name)
    if any(len(word) > 2 and word in local for word in folded.split()):
        return False
    return any(others.get(each, 0) > (each == local) for each in _spellings(name, folded))


def names_elsewhere(written: Sequence[tuple[str, str]]) -> Iterator[int]:
    """The places in `written`, pairs of a name and an address key, whose name fits another one's address."""
    others = addresses_by_letters(key for _, key in written)
    return (place for place, (name, key) in enumerate(written) if fits_another(name, key, others))


def out_of_step(written: int, elsewhere: int) -> bool:
    """Whether so many names of a list fit another address that its columns were sorted apart."""
    return elsewhere >= _FEWEST_OUT_OF_STEP and elsewhere > OUT_OF_STEP * written


def _spellings(name: str, folded: str) -> set[str]:
    """annamueller, muelleranna, amueller, muellera."""
    spellings = set()
    forms = {folded}
    if not name.isascii():
        forms.add(search_key(name.casefold().translate(_UMLAUT_SPELLING)))
    for form in forms:
        words = [w for w in (_NOT_LETTER.sub("", word) for word in form.split()) if w]
        if len(words) > 1:
            first, last = words[0], words[-1]
            spellings |= {first + last, last + first, first[0] + last, last + first[0], "".join(words)}
    return spellings
