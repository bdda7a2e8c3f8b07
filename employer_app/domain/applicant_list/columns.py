"""Which column of a list holds what: by its header, and by its cells where the header can mean two things.

Law: a private column is never mapped by itself, an ambiguous one is left to a person, every other one is
named as ignored. Columns are told apart by their place, since headers repeat.
"""

import re
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from dataclasses import field as dataclass_field
from itertools import islice

from employer_app.domain.applicant_list import header as headers
from employer_app.domain.applicant_list.field import DATES, SEVERAL
from employer_app.domain.applicant_list.field import Field as Field
from employer_app.domain.applicant_list.header import interview_kind as interview_kind
from employer_app.domain.applicant_list.header_names import WHY_PRIVATE, all_names, glued
from employer_app.domain.applicant_list.header_names import fold_header as fold_header
from employer_app.domain.applicant_list.outcome import OPEN, Outcome, recognise_state
from employer_app.domain.applicant_list.sheet import Row, column_letter
from employer_app.domain.person_name import search_key

#: What a private column may become when a person insists: nothing that greets, addresses or sorts anybody.
INSISTED_FIELDS = frozenset({Field.NOTE, Field.SOURCE, Field.EXTERNAL_ID})

_ADDRESS = re.compile(r"\s*[^@\s]+@[^@\s]+\.[^@\s]+\s*")
_MOSTLY = 0.8  # share of filled cells that must say so before an unclear header counts as one
_ROWS_LOOKED_AT = 500
_STATES_LOOKED_AT = 60  # different values; more are no states
_TICKS = re.compile(
    r"(?:y|n|yes|no|true|false|0|1|x|ja|nein|nee|nej|nei|oui|non|vrai|faux|si|sí|verdadero|falso|sì|vero|falso|waar|onwaar|sant|falskt)",
    re.IGNORECASE,
)


class SensitiveColumn(ValueError):
    """Somebody tried to map a column that must not be imported; str() names it."""


@dataclass(frozen=True, slots=True)
class ColumnMap:
    """Column index (from 0) to field. Only those of SEVERAL may stand for more than one column.

    `sensitive` and `ambiguous` were left out on purpose; `why_sensitive` has a code of WHY_PRIVATE for each.
    """

    fields: Mapping[int, Field]
    sensitive: frozenset[int] = frozenset()
    ambiguous: frozenset[int] = frozenset()
    why_sensitive: Mapping[int, str] = dataclass_field(default_factory=dict)

    def column(self, field: Field) -> int | None:
        return next((index for index, mapped in self.fields.items() if mapped is field), None)

    def columns(self, field: Field) -> tuple[int, ...]:
        return tuple(index for index, mapped in self.fields.items() if mapped is field)

    def refusal(self, header: Sequence[str], insisted: Collection[int]) -> str | None:
        """Why a private column must not be mapped like this, in words; None if none is."""
        for index in sorted(self.sensitive & set(self.fields)):
            if index not in insisted or self.fields[index] not in INSISTED_FIELDS:
                return refusal(header[index], self.why_sensitive.get(index, ""), insisted=index in insisted)
        return None


def refusal(name: str, why: str, *, insisted: bool) -> str:
    reason = f" ({WHY_PRIVATE[why]})" if why in WHY_PRIVATE else ""
    if insisted:
        return f"The column “{name}” is private{reason}. It can only become a note, the source or the number."
    return f"The column “{name}” is private and is never imported by itself{reason}."


def recognise(header: Sequence[str], rows: Sequence[Row] = ()) -> ColumnMap:
    """The fields of a list by its header; `rows` decide headers such as "Address", which may be a street."""
    why = {index: code for index, text in enumerate(header) if (code := headers.why_private(text))}
    claims: dict[Field, list[tuple[int, int]]] = {}
    interviews = []
    for index, text in enumerate(header):
        if index in why:
            continue
        claim = headers.meaning(text)
        if claim and not (claim[0] in DATES and claim[0] is not Field.TOLD_AT and _only_ticks(rows, index)):
            claims.setdefault(claim[0], []).append((claim[1], index))
        elif headers.interview_words(text):
            interviews.append(index)
    fields, ambiguous = _settled(claims, rows)
    taken = set(why) | set(fields) | ambiguous
    _add_status(header, rows, fields, taken)
    if Field.ADDRESS not in fields.values():
        fields |= _by_content(header, rows, set(why) | (set(fields) - _may_be_addresses(header)))
    fields = _parts_of_names(header, rows, fields)
    fields |= dict.fromkeys(interviews, Field.INTERVIEW_DATE)
    return ColumnMap(dict(sorted(fields.items())), frozenset(why), ambiguous, why)


def with_choices(
    header: Sequence[str],
    found: ColumnMap,
    choices: Mapping[int, Field | None],
    insisted: Collection[int] = frozenset(),
) -> ColumnMap:
    """`found` with a person's choices on top; None unmaps a column.

    `insisted`: private columns that a person wants all the same, as one of INSISTED_FIELDS.
    Raises SensitiveColumn for a private column that nobody insisted on, or in a field where it must not be.
    """
    chosen = {field for field in choices.values() if field and field not in SEVERAL}
    fields = {i: field for i, field in found.fields.items() if i not in choices and field not in chosen}
    fields |= {index: field for index, field in choices.items() if field}
    mapped = ColumnMap(
        dict(sorted(fields.items())), found.sensitive, found.ambiguous - set(choices), found.why_sensitive
    )
    refused = mapped.refusal(header, insisted)
    if refused:
        raise SensitiveColumn(refused)
    return mapped


def labels(header: Sequence[str]) -> list[str]:
    """What to call each column: its header, with the column letter where it is empty or repeats."""
    return [
        f"Column {column_letter(i)}"
        if not text
        else f"{text} (column {column_letter(i)})"
        if header.count(text) > 1
        else text
        for i, text in enumerate(header)
    ]


def _settled(
    claims: Mapping[Field, list[tuple[int, int]]], rows: Sequence[Row]
) -> tuple[dict[int, Field], frozenset[int]]:
    """One column a field: the best name; equal names only if one of the columns says nothing new."""
    fields: dict[int, Field] = {}
    ambiguous: set[int] = set()
    for field, ranked in claims.items():
        ranked.sort()
        best = [index for rank, index in ranked if rank == ranked[0][0]]
        rest = [index for index in best[1:] if not _same_or_empty(rows, best[0], index)]
        if rest:
            ambiguous |= {best[0], *rest}
            continue
        fields[best[0]] = field
        if field is Field.ADDRESS and Field.SECOND_ADDRESS not in claims:
            fields |= {index: Field.SECOND_ADDRESS for _, index in ranked[len(best) : len(best) + 1]}
    return fields, frozenset(ambiguous)


def _same_or_empty(rows: Sequence[Row], one: int, other: int) -> bool:
    return all(
        other >= len(row.cells) or row.cells[other].strip() in {"", row.cells[one].strip()} for row in rows
    )


def _add_status(
    header: Sequence[str], rows: Sequence[Row], fields: dict[int, Field], taken: Collection[int]
) -> None:
    """A status beside a stage is a state. Alone it is one if its values say how it ended, else a stage."""
    free = [index for index in range(len(header)) if index not in taken]
    if Field.STATE not in fields.values():
        names = all_names().state_by_content
        for index in free:
            said = _outcomes(rows, index)
            if (
                said
                and None not in said
                and any(glued(form) in names for form in headers.forms(header[index]))
            ):
                fields[index] = Field.STATE
                break
    ranked = sorted(
        (rank, index)
        for index in free
        if index not in fields and (rank := headers.status_rank(header[index])) is not None
    )
    for _, index in ranked[:1]:
        if Field.STATE in fields.values():
            if Field.STAGE not in fields.values():
                fields[index] = Field.STAGE
        elif Field.STAGE in fields.values() or _says_the_end(_outcomes(rows, index)):
            fields[index] = Field.STATE
        else:
            fields[index] = Field.STAGE


def _says_the_end(said: Collection[Outcome | None]) -> bool:
    return bool(said) and (
        None not in said or any(one and (one not in OPEN or one is Outcome.CLOSED) for one in said)
    )


def _outcomes(rows: Sequence[Row], index: int) -> set[Outcome | None]:
    """What the different values of a column mean as states; empty if there are none, or too many."""
    texts = set(_filled(rows, index))
    return {recognise_state(text) for text in texts} if len(texts) <= _STATES_LOOKED_AT else {None}


def _filled(rows: Sequence[Row], index: int, most: int | None = None) -> Iterator[str]:
    return (
        row.cells[index] for row in islice(rows, most) if index < len(row.cells) and row.cells[index].strip()
    )


def _only_ticks(rows: Sequence[Row], index: int) -> bool:
    """Whether the column says yes and no where its header promises a date."""
    filled = list(_filled(rows, index, _ROWS_LOOKED_AT))
    return bool(filled) and all(_TICKS.fullmatch(cell.strip()) for cell in filled)


def _by_content(header: Sequence[str], rows: Sequence[Row], taken: Collection[int]) -> dict[int, Field]:
    for index in _may_be_addresses(header) - set(taken):
        if _mostly(list(_filled(rows, index, _ROWS_LOOKED_AT)), lambda cell: bool(_ADDRESS.fullmatch(cell))):
            return {index: Field.ADDRESS}
    return {}


def _may_be_addresses(header: Sequence[str]) -> set[int]:
    names = all_names().by_content
    return {i for i, text in enumerate(header) if any(glued(form) in names for form in headers.forms(text))}


def _mostly(cells: Sequence[str], says: Callable[[str], bool]) -> bool:
    return bool(cells) and sum(map(says, cells)) >= _MOSTLY * len(cells)


def _parts_of_names(header: Sequence[str], rows: Sequence[Row], fields: dict[int, Field]) -> dict[int, Field]:
    """A "Name" beside a first name is the last name, unless its cells hold both; and the reverse."""
    index = next((i for i, field in fields.items() if field is Field.NAME), None)
    parts = {field: i for i, field in fields.items() if field in {Field.FIRST_NAME, Field.LAST_NAME}}
    if index is None or len(parts) != 1:
        return fields
    bare = all_names().bare_name
    if not any(glued(form) in bare for form in headers.forms(header[index])):
        return fields
    ((known, beside),) = parts.items()
    pairs = [
        (search_key(row.cells[beside]), search_key(row.cells[index]))
        for row in rows[:_ROWS_LOOKED_AT]
        if max(index, beside) < len(row.cells) and row.cells[beside].strip() and row.cells[index].strip()
    ]
    if pairs and sum(part in whole for part, whole in pairs) >= _MOSTLY * len(pairs):
        return fields
    return fields | {index: Field.LAST_NAME if known is Field.FIRST_NAME else Field.FIRST_NAME}
