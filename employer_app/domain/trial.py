"""A list of invented people of any length, for trials: everybody applied, nobody was met.

Law: the same number gives the same list, every name and address in it occurs once, and every address ends in
`.example`, where no mail can ever arrive.
"""

from __future__ import annotations

import csv
from datetime import date, timedelta
from io import StringIO
from typing import Final

_FIRST: Final = (
    *("Amara", "Bruno", "Chiara", "Dario", "Elif", "Farid", "Greta", "Hana", "Ivo", "Jonas"),
    *("Kaja", "Leon", "Mila", "Nadia", "Oskar", "Petra", "Quentin", "Rosa", "Samir", "Tova"),
    *("Ugo", "Vera", "Wanda", "Xenia", "Yusuf", "Zora", "Anouk", "Bela", "Clara", "Dov"),
)
_LAST: Final = (
    *("Adler", "Brandt", "Costa", "Dumas", "Eklund", "Farkas", "Gomes", "Holm", "Ibsen", "Jansen"),
    *("Keller", "Lindqvist", "Moreau", "Novak", "Olsen", "Prieto", "Quist", "Rossi", "Santos", "Thorsen"),
    *("Urban", "Varga", "Weber", "Yilmaz", "Zeman", "Aalto", "Bakker", "Cerny", "Dahl", "Esposito"),
)
#: as many as three names can tell apart
MOST = len(_FIRST) * len(_LAST) * len(_LAST)


def trial_list(people: int, *, today: date, job: int = 1) -> bytes:
    """A CSV file with so many people. `job` keeps those of one trial apart from those of another."""
    if not 1 <= people <= MOST:
        raise ValueError(f"a list of {people} people cannot be made: from 1 to {MOST:,}")
    text = StringIO(newline="")
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(("Name", "Email", "Stage", "Applied on"))
    for number in range(people):
        name = _name(number)
        address = f"{name.lower().replace(' ', '.')}@trial{job}.example"
        applied_on = today - timedelta(days=5 + number % 20)
        writer.writerow((name, address, "Applied", applied_on.isoformat()))
    return text.getvalue().encode()


def _name(number: int) -> str:
    number, first = divmod(number, len(_FIRST))
    second, last = divmod(number, len(_LAST))
    middle = [_LAST[second - 1]] if second else []
    return " ".join([_FIRST[first], *middle, _LAST[last]])
