"""Records that may be one person, and why. Only a suggestion: families, couples, advisers and agencies share.

Nobody is suggested whom somebody has called two people, nor across the demo and real people. Names are never
compared across scripts. What many share says little: there only people of the same name are suggested.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations, pairwise
from typing import Any

import sqlalchemy as sa
from sqlalchemy import orm

from employer_app.domain.address import BadAddress, check_address, loose_key
from employer_app.domain.one_person import Likeness, given_by_a_board
from employer_app.domain.person_name import compatible_names, search_key
from employer_app.domain.role import Person, Verb, require
from employer_app.extensions import db
from employer_app.models import Application, Candidate, CandidateMerge

STEP = 50
#: more than so many at one address or phone are no family
_MANY = 8
_ORDER = tuple(Likeness)
#: what several people may rightly have in common
SHARED = frozenset({Likeness.ADDRESS, Likeness.PHONE})


@dataclass(frozen=True)
class Someone:
    """One of the two records."""

    id: int
    name: str
    address: str
    phone: str
    applications: int


@dataclass(frozen=True)
class Reason:
    """What both have: the address, the number …"""

    likeness: Likeness
    value: str


@dataclass(frozen=True)
class Pair:
    """`one` is the older record. `names_fit` False: they only share something."""

    one: Someone
    other: Someone
    why: Sequence[Reason]
    names_fit: bool


@dataclass(frozen=True)
class SamePage:
    """`next` is what to give as `after` for the pairs behind these; empty at the end."""

    pairs: Sequence[Pair]
    total: int
    next: str


@dataclass(frozen=True)
class _Row:
    id: int
    name: str
    demo: bool
    address: str
    second: str


Keys = Mapping[tuple[Likeness, str], Sequence[_Row]]
Ids = tuple[int, int]


@dataclass
class _Found:
    ids: Ids
    why: dict[Likeness, str]
    names_fit: bool

    @property
    def rank(self) -> tuple[int, int, int, int]:
        strongest = min(_ORDER.index(each) for each in self.why)
        return (not self.names_fit, strongest, *self.ids)


def same_people(viewer: Person, after: str = "", *, limit: int | None = STEP) -> SamePage:
    """The likeliest first; `limit` None for all."""
    require(viewer, Verb.READ)
    found = sorted(_pairs(None), key=lambda pair: pair.rank)
    start = _rank_in(after)
    rest = [pair for pair in found if start is None or pair.rank > start]
    shown = rest[:limit]
    more = len(rest) > len(shown)
    following = ".".join(str(int(part)) for part in shown[-1].rank) if more else ""
    return SamePage(_with_people(shown), len(found), following)


def like(viewer: Person, candidate_id: int) -> Sequence[Pair]:
    """Whoever may be the same person as this one."""
    require(viewer, Verb.READ)
    return _with_people(sorted(_pairs(candidate_id), key=lambda pair: pair.rank)[:STEP])


def _rank_in(text: str) -> tuple[int, ...] | None:
    parts = text.split(".")
    fits = len(parts) == 4 and all(part.isascii() and part.isdigit() and len(part) < 12 for part in parts)
    return tuple(map(int, parts)) if fits else None


def _pairs(only: int | None) -> Iterable[_Found]:
    """Those of one person, or all."""
    apart = _apart()
    found: dict[Ids, _Found] = {}
    for (likeness, key), rows in _shared(only).items():
        for one, other in _together(rows):
            ids = (one.id, other.id)
            if one.demo != other.demo or ids in apart or (only is not None and only not in ids):
                continue
            fit = compatible_names(one.name, other.name)
            if fit or likeness in SHARED:
                found.setdefault(ids, _Found(ids, {}, fit)).why[likeness] = key
    return found.values()


def _together(rows: Sequence[_Row]) -> Iterator[tuple[_Row, _Row]]:
    """Pairs of who shares one thing, the lower id first; of many only neighbours of one name."""
    rows = sorted({row.id: row for row in rows}.values(), key=lambda row: row.id)
    if len(rows) <= _MANY:
        yield from combinations(rows, 2)
        return
    named: defaultdict[str, list[_Row]] = defaultdict(list)
    for row in rows:
        named[search_key(row.name)].append(row)
    for namesakes in named.values():
        yield from pairwise(namesakes)


def _apart() -> set[Ids]:
    """Whom somebody has called two people: see `actions/merges.py`."""
    query = sa.select(CandidateMerge.kept_id, CandidateMerge.merged_id, CandidateMerge.before).where(
        CandidateMerge.undone_at == CandidateMerge.merged_at
    )
    return {(min(k, m), max(k, m)) for k, m, before in db.session.execute(query) if before.get("not_same")}


def _shared(only: int | None) -> Keys:
    groups: defaultdict[tuple[Likeness, str], list[_Row]] = defaultdict(list)
    for likeness, key, row in _with_keys(only):
        if likeness is Likeness.ADDRESS and given_by_a_board(key):
            likeness = Likeness.MASK
        groups[likeness, key].append(row)
    _add_spellings(groups, only)
    _drop_other_systems(groups)
    return groups


_COLUMNS = (Candidate.id, Candidate.name, Candidate.demo, Candidate.address_key, Candidate.second_address_key)
_LIVING = (Candidate.merged_into_id.is_(None), Candidate.erased_at.is_(None))


def _with_keys(only: int | None) -> Iterator[tuple[Likeness, str, _Row]]:
    """Each record beside each key that another one has, too."""
    columns = (
        (Likeness.ADDRESS, Candidate.address_key),
        (Likeness.ADDRESS, Candidate.second_address_key),
        (Likeness.PHONE, Candidate.phone_key),
        (Likeness.NUMBER, Candidate.external_id),
    )
    for likeness in (Likeness.ADDRESS, Likeness.PHONE, Likeness.NUMBER):
        mine = [column for kind, column in columns if kind is likeness]
        keys = _keys(mine, only)
        of_several = (
            sa.select(keys.c.key).group_by(keys.c.key).having(sa.func.count(keys.c.id.distinct()) > 1)
        )
        query = (
            sa.select(keys.c.key, *_COLUMNS)
            .join(Candidate, Candidate.id == keys.c.id)
            .where(keys.c.key.in_(of_several))
        )
        for key, *values in db.session.execute(query):
            yield likeness, key, _row(*values)


def _keys(columns: Sequence[orm.InstrumentedAttribute[Any]], only: int | None) -> sa.Subquery:
    """(key, id) of all records; or, by the index, of those that share one with this record."""
    parts = [
        sa.select(column.label("key"), Candidate.id.label("id")).where(*_LIVING, column != "")
        for column in columns
    ]
    if only is not None:
        row = db.session.execute(sa.select(*columns).where(Candidate.id == only)).first()
        theirs = [key for key in row or () if key]
        parts = [part.where(column.in_(theirs)) for part, column in zip(parts, columns, strict=True)]
    return (sa.union_all(*parts) if len(parts) > 1 else parts[0]).subquery()


def _row(id: int, name: str, demo: bool, address: str | None, second: str | None) -> _Row:
    return _Row(id, name, demo, address or "", second or "")


def _add_spellings(groups: dict[tuple[Likeness, str], list[_Row]], only: int | None) -> None:
    """One name, and addresses that differ in dots or a "+tag" only."""
    folded = sa.func.lower(Candidate.name)
    namesakes = sa.select(folded).where(*_LIVING)
    if only is None:
        namesakes = namesakes.group_by(folded).having(sa.func.count() > 1)
    else:
        namesakes = namesakes.where(Candidate.id == only)
    query = sa.select(*_COLUMNS).where(*_LIVING, folded.in_(namesakes), Candidate.address_key.is_not(None))
    spelled: defaultdict[tuple[str, str], dict[str, _Row]] = defaultdict(dict)
    for values in db.session.execute(query):
        row = _row(*values)
        for key in filter(None, (row.address, row.second)):
            if (loose := _loose(key)) and not given_by_a_board(key):
                # of one spelling one record is enough: the others share the address itself
                spelled[search_key(row.name), loose].setdefault(key, row)
    for (name, loose), rows in spelled.items():
        if len(rows) > 1:
            groups[Likeness.SPELLING, f"{name} {loose}"] = list(rows.values())


def _loose(key: str) -> str:
    try:
        return loose_key(check_address(key))
    except BadAddress:
        return ""


def _drop_other_systems(groups: dict[tuple[Likeness, str], list[_Row]]) -> None:
    """One number means one person only within the system that gave it."""
    numbered = [key for key in groups if key[0] is Likeness.NUMBER]
    ids = {row.id for key in numbered for row in groups[key]}
    systems: defaultdict[int, set[int | None]] = defaultdict(set)
    query = sa.select(Application.candidate_id, Application.source_id).where(
        Application.candidate_id.in_(ids), Application.source_id.is_not(None)
    )
    for one, source in db.session.execute(query.distinct()) if ids else ():
        systems[one].add(source)
    for likeness, number in numbered:
        rows = groups.pop((likeness, number))
        for source in {each for row in rows for each in systems.get(row.id, {None})}:
            same = [row for row in rows if source in systems.get(row.id, {None})]
            groups[likeness, f"{number}\0{source}"] = same


def _with_people(found: Sequence[_Found]) -> list[Pair]:
    ids = sorted({each for pair in found for each in pair.ids})
    count = (
        sa.select(sa.func.count())
        .select_from(Application)
        .where(Application.candidate_id == Candidate.id)
        .correlate(Candidate)
        .scalar_subquery()
    )
    query = sa.select(Candidate.id, Candidate.name, Candidate.address, Candidate.phone, count).where(
        Candidate.id.in_(ids)
    )
    people = {
        id: Someone(id, name, address or "", phone, number)
        for id, name, address, phone, number in (db.session.execute(query) if ids else ())
    }
    return [
        Pair(people[pair.ids[0]], people[pair.ids[1]], _said(pair, people[pair.ids[1]]), pair.names_fit)
        for pair in found
    ]


def _said(pair: _Found, other: Someone) -> list[Reason]:
    """In words that a person knows: the number as written, the system's number without the system."""
    said = []
    for likeness in sorted(pair.why, key=_ORDER.index):
        key = pair.why[likeness]
        shown = {
            Likeness.PHONE: other.phone or key,
            Likeness.NUMBER: key.partition("\0")[0],
            Likeness.SPELLING: other.address,
        }
        said.append(Reason(likeness, shown.get(likeness, key)))
    return said
