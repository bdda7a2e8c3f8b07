"""The file for the old system: what was done here, nothing that it told us, the untold only if asked for."""

from __future__ import annotations

import csv
import io
import json
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient
from python_calamine import CalamineWorkbook

from employer_app.cli.write_back import write_back
from employer_app.domain.clock import now
from employer_app.domain.disposition import dispositions
from employer_app.domain.errors import NotAllowed, NotFound
from employer_app.domain.event import EventKind
from employer_app.domain.role import OPERATOR, Person
from employer_app.domain.status import Status
from employer_app.domain.words import code_words_in
from employer_app.domain.write_back import Whose
from employer_app.extensions import db, transaction
from employer_app.models import (
    ApplicantList,
    Application,
    Candidate,
    CandidateMerge,
    ImportEffect,
    ImportItem,
    ImportSource,
)
from employer_app.queries.write_back import changed, source_by_name, sources
from tests import factories
from tests.web.pages import visible

pytestmark = pytest.mark.both

REASON = next(one for one in dispositions() if one.status is Status.REJECTED)
NO = {
    "decision_id": 1,
    "disposition": REASON.code,
    "status": "rejected",
    "stage_kind": "applied",
    "owed": True,
}


def source(name: str = "Greenhouse") -> int:
    with transaction() as session:
        row = ImportSource(name=name, fingerprint=name, created_at=now())
        session.add(row)
        session.flush()
        return row.id


def listed(source_id: int, *people: int, undone: bool = False, before: int | None = None) -> int:
    """A list of the source that says what stands in these applications now."""
    with transaction() as session:
        row = ApplicantList(
            filename="x.csv",
            sha256="0",
            content=None,
            source_id=source_id,
            uploaded_at=now(),
            imported_at=now(),
            undone_at=now() if undone else None,
        )
        session.add(row)
        session.flush()
        for person in people:
            seq = session.get_one(Application, person).event_seq
            session.add(
                ImportItem(
                    list_id=row.id,
                    application_id=person,
                    effect=ImportEffect.CHANGED,
                    event_seq=seq,
                    before={"event_seq": seq if before is None else before},
                )
            )
        return row.id


def came(source_id: int, job: int, name: str, number: str) -> int:
    person = factories.application(
        job, name=name, external_id=f"{source_id}:C{number}", received=timedelta(days=30)
    )
    with transaction() as session:
        session.execute(
            sa.update(Application)
            .where(Application.id == person)
            .values(source_id=source_id, external_id=number)
        )
    return person


@pytest.fixture
def people(app: Flask) -> dict[str, int]:
    greenhouse, job = source(), factories.job("Deck Officer")
    found = {
        name: came(greenhouse, job, name, f"00{number}")
        for number, name in enumerate(["Told", "Decided", "Gone", "Waiting", "Before", "=Erased()"])
    }
    factories.happened(found["Before"], EventKind.DECISION_MADE, ago=timedelta(days=20), **NO)
    factories.happened(found["Before"], EventKind.TOLD_ELSEWHERE, ago=timedelta(days=19), tells=True)
    listed(greenhouse, *found.values())
    for name in ("Told", "Decided", "=Erased()"):
        factories.happened(found[name], EventKind.DECISION_MADE, ago=timedelta(days=5), **NO)
    factories.happened(found["Told"], EventKind.LETTER_LOGGED, ago=timedelta(days=4), tells=True)
    factories.happened(found["Gone"], EventKind.STATUS_CHANGED, status="withdrawn")
    for name in ("Waiting", "Before"):
        factories.happened(found[name], EventKind.CALL_LOGGED, tells=False)
        factories.happened(found[name], EventKind.NOTE_ADDED, payload={"text": "=secret"})
    with transaction() as session:
        erased = session.get_one(Application, found["=Erased()"]).candidate_id
        session.execute(sa.update(Candidate).where(Candidate.id == erased).values(erased_at=now()))
    return found | {"source": greenhouse}


def names(source_id: int, whose: Whose = Whose.KNOWN, since: datetime | None = None) -> list[str]:
    return [done.name for done in changed(OPERATOR, source_id, whose, since)]


def test_who_knows_goes_back_and_the_rest_when_asked_for(people: dict[str, int]) -> None:
    assert names(people["source"]) == ["Told", "Gone"]
    assert names(people["source"], Whose.ALL) == ["Told", "Decided", "Gone"]
    (line,) = sources(OPERATOR)
    assert (line.name, line.known, line.not_known) == ("Greenhouse", 2, 1)
    assert names(people["source"], Whose.ALL, now() + timedelta(minutes=1)) == []
    assert names(people["source"], Whose.ALL, now() - timedelta(minutes=5)) == ["Told", "Decided", "Gone"]


def test_what_a_newer_list_says_is_no_news_for_its_system(people: dict[str, int]) -> None:
    listed(people["source"], people["Told"], undone=True)
    assert names(people["source"]) == ["Told", "Gone"]
    listed(people["source"], people["Told"])
    assert names(people["source"]) == ["Gone"]
    factories.happened(people["Told"], EventKind.DECISION_UNDONE, decision_id=1, status="active")
    assert names(people["source"], Whose.ALL) == ["Told", "Decided", "Gone"]
    assert names(people["source"]) == ["Gone"]


def test_what_an_undone_list_said_never_happened_here(people: dict[str, int]) -> None:
    waiting = people["Waiting"]
    before = db.session.scalar(sa.select(Application.event_seq).where(Application.id == waiting))
    factories.happened(waiting, EventKind.DECISION_MADE, **NO | {"disposition": "gone"})
    assert "Waiting" in names(people["source"], Whose.ALL)
    undone = listed(people["source"], waiting, undone=True, before=before)
    factories.happened(waiting, EventKind.TAKEN_BACK, list_id=undone, seqs=[(before or 0) + 1])
    assert "Waiting" not in names(people["source"], Whose.ALL)
    factories.happened(waiting, EventKind.DECISION_MADE, **NO)
    (row,) = [done for done in changed(OPERATOR, people["source"], Whose.ALL) if done.name == "Waiting"]
    assert (row.status, row.disposition) == (Status.REJECTED, REASON.code)


def test_another_source_has_its_own(people: dict[str, int]) -> None:
    other = source("Lever")
    assert names(other, Whose.ALL) == []
    assert source_by_name(OPERATOR, " lever ") == other
    with pytest.raises(
        NotFound, match=r"No source is called “Ashby”. These are known: “Greenhouse”, “Lever”"
    ):
        source_by_name(OPERATOR, "Ashby")


def test_a_merged_person_keeps_the_number_of_the_old_system(people: dict[str, int]) -> None:
    with transaction() as session:
        row = session.get_one(Application, people["Told"])
        old, kept = row.candidate_id, factories_candidate(session)
        row.candidate_id = kept
        before = {"applications": [{"id": row.id, "round": 1}]}
        session.add(CandidateMerge(kept_id=kept, merged_id=old, before=before, merged_at=now()))
    told = next(iter(changed(OPERATOR, people["source"])))
    assert (told.name, told.candidate, told.application) == ("Kept", "C000", "000")


def factories_candidate(session: sa.orm.Session) -> int:
    row = Candidate(name="Kept", external_id="99:other", created_at=now())
    session.add(row)
    session.flush()
    return row.id


def test_the_file_in_the_words_of_the_system(as_bob: FlaskClient, people: dict[str, int]) -> None:
    address = f"/write-back/{people['source']}/file"
    answer = as_bob.get(f"{address}?as=greenhouse&format=csv")
    assert answer.headers["Content-Disposition"].startswith("attachment; filename=Greenhouse-20")
    assert answer.headers["Cache-Control"] == "no-store"
    header, told, gone = csv.reader(io.StringIO(answer.text))
    assert header[:2] == ["Application ID", "Candidate ID"]
    day = (datetime.now(UTC) - timedelta(days=4)).date()
    assert told[:3] == ["000", "C000", "Told"]
    assert told[4:7] == ["Deck Officer", "Rejected", REASON.label]
    assert abs((datetime.fromisoformat(told[7]).date() - day).days) <= 1
    assert told[8] == "by letter"
    assert gone[5:] == ["Rejected", "They rejected us", "", ""]
    for kind in ("xlsx", "ods"):
        data = as_bob.get(f"{address}?format={kind}&whose=all").data
        table = CalamineWorkbook.from_filelike(io.BytesIO(data)).get_sheet_by_index(0).to_python()
        assert [row[2] for row in table] == ["Candidate Name", "Told", "Decided", "Gone"]
        assert table[2][7] == ""
    for odd in ("as=none&format=none&whose=none", ""):
        assert as_bob.get(f"{address}?{odd}").text == answer.text


def test_the_page(as_bob: FlaskClient, people: dict[str, int]) -> None:
    source("<script>alert(1)</script>")
    page = as_bob.get("/write-back").text
    words = visible(page)
    assert "Greenhouse" in words
    assert "<script>alert" not in page
    assert code_words_in(words) == []
    assert page.count('value="greenhouse" selected') == 1


def test_nothing_came_yet(as_bob: FlaskClient) -> None:
    assert "No list came from another system yet." in visible(as_bob.get("/write-back").text)
    assert as_bob.get("/write-back/99/file").status_code == 404
    assert as_bob.get("/import").text.count('href="/write-back"') == 1


def test_who_may_not(
    as_charlie: FlaskClient, client: FlaskClient, charlie: Person, people: dict[str, int]
) -> None:
    for address in ("/write-back", f"/write-back/{people['source']}/file"):
        assert as_charlie.get(address).status_code == 403
        assert client.get(address).status_code == 303
    with pytest.raises(NotAllowed):
        list(changed(charlie, people["source"]))
    with pytest.raises(NotAllowed):
        sources(charlie)


def test_on_the_command_line(app: Flask, people: dict[str, int], tmp_path: Path) -> None:
    runner, out = app.test_cli_runner(), tmp_path / "back.xlsx"
    call = ["--source", "greenhouse", "--format", "lever", "--out", str(out)]
    result = runner.invoke(write_back, [*call, "--all", "--json"])
    assert json.loads(result.output) == {
        "source": "Greenhouse", "format": "lever", "file": str(out), "rows": 3, "known": 2, "not_told": 1,
    }  # fmt: skip
    assert CalamineWorkbook.from_path(str(out)).get_sheet_by_index(0).to_python()[0][0] == "Opportunity ID"
    assert "2 rows, 2 who know, 0 not told yet." in runner.invoke(write_back, call).output
    assert "0 rows" in runner.invoke(write_back, [*call, "--since", "2099-01-01"]).output
    refused = runner.invoke(write_back, [*call[:-1], str(tmp_path / "back.pdf")])
    assert "ends in none of" in str(refused.exception)
    nowhere = runner.invoke(write_back, [*call[:-1], str(tmp_path / "none" / "back.csv")])
    assert "cannot be written" in str(nowhere.exception)


def test_statements_do_not_grow_with_the_people(app: Flask, people: dict[str, int]) -> None:
    def statements() -> int:
        count = 0

        def one_more(*_: object) -> None:
            nonlocal count
            count += 1

        sa.event.listen(db.engine, "before_cursor_execute", one_more)
        try:
            names(people["source"], Whose.ALL)
        finally:
            sa.event.remove(db.engine, "before_cursor_execute", one_more)
        return count

    before, job = statements(), factories.job("Cook")
    for number in range(12):
        someone = came(people["source"], job, f"More {number}", f"1{number}")
        factories.happened(someone, EventKind.DECISION_MADE, **NO)
    db.session.rollback()
    assert statements() == before
