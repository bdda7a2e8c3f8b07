"""Many rows written the fast way stand in the table as if `sa.insert` had written them."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
import sqlalchemy as sa
from flask import Flask
from sqlalchemy.orm import Session

from employer_app.domain.event import EventKind
from employer_app.extensions import Base, DatabaseTrouble, db, transaction
from employer_app.models import Candidate, Event, ImportSource
from employer_app.models.bulk import among, insert_rows

pytestmark = pytest.mark.both

MANY = 40
BERLIN = ZoneInfo("Europe/Berlin")
NOON = datetime(2026, 11, 26, 12, tzinfo=UTC)
#: half past two of the night when the clocks go back, twice: equal to Python, an hour apart
FIRST, SECOND = (datetime(2026, 10, 25, 2, 30, tzinfo=BERLIN, fold=fold) for fold in (0, 1))
MOMENTS = (NOON, FIRST, SECOND, NOON.astimezone(BERLIN), NOON + timedelta(microseconds=7))
#: what a line of a text file would take for its end, its fields or its nulls
TEXTS = (
    "Amara Nwosu",
    "",
    "\\N",
    "\\.",
    "a\tb",
    "a\nb\r\nc",
    "\\x41\\",
    "O’Shea \"Bo\" 'x'",
    "王小明 👩‍🍳",
    "null",
)

Write = Callable[[Session, type[Base], Sequence[Mapping[str, Any]]], None]


def plainly(session: Session, model: type[Base], rows: Sequence[Mapping[str, Any]]) -> None:
    session.execute(sa.insert(model.__table__), rows)  # type: ignore[arg-type]  # of a mapped class it is a table


def candidates() -> list[dict[str, Any]]:
    return [
        {
            "name": TEXTS[number % len(TEXTS)],
            "address": None if number % 3 else f"person{number}@post.example",
            "erased_at": None if number % 2 else NOON,
            "do_not_mail": number % 4 == 0,
            "created_at": MOMENTS[number % len(MOMENTS)],
        }
        for number in range(MANY)
    ]


def events() -> list[dict[str, Any]]:
    kinds = list(EventKind)
    facts: list[dict[str, Any]] = [
        {},
        {"text": TEXTS[5], "n": 1, "yes": True, "none": None},
        {"ö": ["\\", 2.5]},
    ]
    return [
        {
            "subject": "job:1",
            "seq": number,
            "kind": kinds[number % len(kinds)],
            "occurred_at": MOMENTS[number % len(MOMENTS)],
            "recorded_at": NOON,
            "actor_id": None,
            "facts": facts[number % len(facts)],
            "prev_hash": "0" * 64,
            "hash": "f" * 64,
        }
        for number in range(MANY)
    ]


def sources() -> list[dict[str, Any]]:
    return [
        {"name": text, "fingerprint": f"{place:064}", "created_at": NOON}
        for place, text in ((place, TEXTS[place % len(TEXTS)]) for place in range(MANY))
    ]


def stored(model: type[Base], write: Write, rows: Sequence[Mapping[str, Any]]) -> list[tuple[Any, ...]]:
    """All columns but the id, as text too: SQLite keeps a moment as it was written."""
    columns = [column for column in model.__table__.columns if column.key != "id"]
    texts = [sa.cast(column, sa.Text).label(f"{column.key} as text") for column in columns]
    with transaction() as session:
        session.execute(sa.delete(model))
        write(session, model, rows)
        return [tuple(row) for row in session.execute(sa.select(*columns, *texts).order_by(model.id))]  # type: ignore[attr-defined]


@pytest.mark.parametrize(
    ("model", "rows"), [(Candidate, candidates), (Event, events), (ImportSource, sources)]
)
def test_many_rows_are_what_one_insert_writes(
    app: Flask, model: type[Base], rows: Callable[[], list[dict[str, Any]]]
) -> None:  # another text, moment, kind, object or default
    plain = stored(model, plainly, rows())
    assert stored(model, insert_rows, rows()) == plain
    assert len(plain) == MANY


def test_equal_moments_of_two_hours_stay_two(app: Flask) -> None:
    rows = [{"name": "Bo", "created_at": moment} for moment in (FIRST, SECOND) * MANY]
    with transaction() as session:
        insert_rows(session, Candidate, rows)
    found = set(db.session.scalars(sa.select(Candidate.created_at)))
    assert found == {datetime(2026, 10, 25, hour, 30, tzinfo=UTC) for hour in (0, 1)}


@pytest.mark.parametrize("count", [2, MANY])
def test_rows_that_differ_in_their_columns_are_refused(app: Flask, count: int) -> None:  # a value lost unseen
    rows = [{"name": "Bo", "created_at": NOON} for _ in range(count)]
    with pytest.raises(ValueError, match="same columns"), transaction() as session:
        insert_rows(session, Candidate, [*rows, {**rows[0], "phone": "+31 20 5550100"}])
    assert db.session.scalar(sa.select(sa.func.count(Candidate.id))) == 0


def test_a_column_that_is_not_there_is_refused(app: Flask) -> None:
    with pytest.raises(ValueError, match="candidate has no nick"), transaction() as session:
        insert_rows(session, Candidate, [{"name": "Bo", "created_at": NOON, "nick": "B"}] * MANY)


def test_a_naive_moment_is_refused(app: Flask) -> None:
    rows = [{"name": "Bo", "created_at": NOON.replace(tzinfo=None)} for _ in range(MANY)]
    with pytest.raises(ValueError, match="time zone"), transaction() as session:
        insert_rows(session, Candidate, rows)


def written_together(people: Sequence[Mapping[str, Any]], systems: Sequence[Mapping[str, Any]]) -> None:
    with transaction() as session:
        insert_rows(session, Candidate, people)
        insert_rows(session, ImportSource, systems)


def test_one_bad_row_keeps_all_out(app: Flask) -> None:  # half a list, or an error that nobody catches
    rows = sources()
    rows[-1]["fingerprint"] = rows[0]["fingerprint"]
    with pytest.raises(sa.exc.IntegrityError):
        written_together(candidates(), rows)
    counts = sa.select(sa.func.count(Candidate.id)), sa.select(sa.func.count(ImportSource.id))
    assert [db.session.scalar(count) for count in counts] == [0, 0]


def write_cut_off() -> None:
    with transaction() as session:
        own = session.scalar(sa.text("SELECT pg_backend_pid()"))
        with db.engine.connect() as other:
            other.execute(sa.text("SELECT pg_terminate_backend(:own, 5000)"), {"own": own})
        insert_rows(session, Candidate, candidates())


def test_a_lost_server_is_trouble_of_the_database(
    app: Flask,
) -> None:  # fault 45: answered with 503, then mended
    if db.engine.dialect.name == "sqlite":
        pytest.skip("there is no server to lose")
    with pytest.raises(DatabaseTrouble):
        write_cut_off()
    with transaction() as session:
        insert_rows(session, Candidate, candidates())
    assert db.session.scalar(sa.select(sa.func.count(Candidate.id))) == MANY


@pytest.mark.parametrize("wanted", [[], ["\\N", "王小明 👩‍🍳"], [*TEXTS, "nobody"]])
def test_among_finds_exactly_the_named(app: Flask, wanted: list[str]) -> None:
    with transaction() as session:
        insert_rows(session, Candidate, candidates())
    found = db.session.scalars(sa.select(Candidate.name).where(among(db.session(), Candidate.name, wanted)))
    assert sorted(found) == sorted(
        text for text in TEXTS for _ in range(MANY // len(TEXTS)) if text in wanted
    )
