"""The shipped sample holds what the demo promises: 412 rows, 410 applications, 409 reachable people."""

import csv
import re
from collections import Counter
from datetime import date, timedelta
from io import StringIO

import pytest
from hypothesis import given
from hypothesis import strategies as st

from employer_app.domain import sample
from employer_app.domain.applicant_list.columns import Field, recognise
from employer_app.domain.courtesy import Severity
from employer_app.domain.courtesy.check import check
from employer_app.domain.courtesy.draft import Draft
from employer_app.domain.courtesy.others import Others
from employer_app.domain.message import Kind
from employer_app.domain.person_name import name_problem
from employer_app.domain.stage import StageKind

REFERENCE = date(2026, 11, 18)
BROKEN = "lena.vogt@@harbour.example"
ADDRESS = re.compile(r"[a-z0-9._+-]+@[a-z0-9-]+\.example")
#: Words that would rank, praise, pity or touch what may never be a reason.
UNKIND = re.compile(
    r"\b(best|better|great|excellent|impress\w*|strong\w*|good fit|talent\w*|almost|unfortunately|sorry|"
    r"young|age|old|family|accent|country|health|culture|other (applicants|candidates)|compar\w*|offer|"
    r"next time|soon)\b",
    re.IGNORECASE,
)


def rows_of(content: bytes) -> list[dict[str, str]]:
    return list(csv.DictReader(StringIO(content.decode(), newline=""), strict=True))


@pytest.fixture(scope="module")
def rows() -> list[dict[str, str]]:
    return rows_of(sample.sample_list(REFERENCE))


@pytest.fixture(scope="module")
def applications(rows: list[dict[str, str]]) -> list[dict[str, str]]:
    """The rows without the broken one and without the second row of the same person."""
    seen: set[str] = set()
    kept = []
    for row in rows:
        address = row["Email"]
        if address != BROKEN and address not in seen:
            kept.append(row)
        seen |= {address} - {""}
    return kept


def test_sample_has_412_rows_for_410_applications_and_409_reachable_people(rows, applications) -> None:  # type: ignore[no-untyped-def]
    assert len(rows) == 412
    assert len(applications) == 410
    assert len([row for row in applications if row["Email"]]) == 409


def test_sample_stages_add_up(applications) -> None:  # type: ignore[no-untyped-def]
    stages = Counter(row["Stage"] for row in applications)
    assert stages == {"Applied": 339, "Phone screen": 59, "Interview": 9, "Final": 3}


def test_sample_has_one_broken_address_one_duplicate_and_one_person_without_address(rows) -> None:  # type: ignore[no-untyped-def]
    addresses = Counter(row["Email"] for row in rows)
    (without,) = (row for row in rows if not row["Email"])
    assert without["Phone"]
    assert [row["Email"] for row in rows if row["Email"] and not ADDRESS.fullmatch(row["Email"])] == [BROKEN]
    ((twice, count),) = ((a, n) for a, n in addresses.items() if n > 1)
    assert count == 2
    first, second = (row for row in rows if row["Email"] == twice)
    assert first["Name"] == second["Name"]
    assert first["Applied on"] < second["Applied on"]
    assert rows.index(first) < rows.index(second)


def test_sample_has_two_people_of_one_name(applications) -> None:  # type: ignore[no-untyped-def]
    names = Counter(row["Name"] for row in applications)
    assert [name for name, count in names.items() if count > 1] == ["Jan de Vries"]
    assert len({row["Email"] for row in applications if row["Name"] == "Jan de Vries"}) == 2


def test_sample_numbers_every_row_once(rows) -> None:  # type: ignore[no-untyped-def]
    assert len({row["Candidate ID"] for row in rows}) == 412


def test_sample_comes_from_many_places_and_scripts(rows) -> None:  # type: ignore[no-untyped-def]
    assert len({row["Country"] for row in rows}) >= 25
    names = "\n".join(row["Name"] for row in rows)
    scripts = {
        "Greek": "[α-ω]", "Cyrillic": "[а-я]", "Georgian": "[ა-ჰ]", "Hebrew": "[א-ת]", "Arabic": "[ء-ي]",
        "Devanagari": "[ऄ-ह]", "Thai": "[ก-ฮ]", "Han": "[一-鿿]", "Hangul": "[가-힣]", "Latin": "[łøßñğşž]",
    }  # fmt: skip
    assert [name for name, letters in scripts.items() if not re.search(letters, names)] == []
    single = [row["Name"] for row in rows if re.fullmatch(r"[A-Za-z]+", row["Name"])]
    assert {"Suryadi", "Wahyuni", "Thiri"} <= set(single)


def test_sample_columns_are_recognised_without_help(rows) -> None:  # type: ignore[no-untyped-def]
    found = recognise(list(rows[0]))
    assert [found.fields.get(index) for index in range(len(rows[0]))] == [
        Field.PERSON_ID,
        Field.NAME,
        Field.ADDRESS,
        Field.PHONE,
        Field.COUNTRY,
        Field.LANGUAGE,
        Field.STAGE,
        Field.APPLIED_AT,
        Field.INTERVIEW_DATE,
        Field.INTERVIEW_KIND,
        Field.INTERVIEWERS,
        Field.SOURCE,
        Field.NOTE,
    ]


def test_sample_names_can_all_be_greeted(rows) -> None:  # type: ignore[no-untyped-def]
    assert [row["Name"] for row in rows if name_problem(row["Name"], row["Email"])] == []


def test_sample_interviewed_people_have_date_kind_and_interviewers(applications) -> None:  # type: ignore[no-untyped-def]
    met = [row for row in applications if row["Stage"] in ("Interview", "Final")]
    assert len(met) == 12
    for row in met:
        day = date.fromisoformat(row["Interview date"])
        assert day.weekday() < 5
        assert 14 <= (REFERENCE - day).days <= 21
        assert row["Interview kind"] in ("panel", "one to one")
        assert all(re.fullmatch(r"[\w ]+ \([\w ]+\)", person) for person in row["Interviewers"].split("; "))
    others = [row for row in applications if row not in met]
    assert {(r["Interview date"], r["Interview kind"], r["Interviewers"]) for r in others} == {("", "", "")}


def test_sample_applications_came_while_the_job_was_open(rows) -> None:  # type: ignore[no-untyped-def]
    job = sample.sample_job(REFERENCE)
    days = {date.fromisoformat(row["Applied on"]) for row in rows}
    assert min(days) == job.opened_on
    assert max(days) == job.closes_on
    assert (job.closes_on - job.opened_on).days == 27
    assert 5 * 7 <= (REFERENCE - job.closes_on).days <= 6 * 7


def test_personal_lines_are_one_kind_sentence_for_each_interviewed_person(applications) -> None:  # type: ignore[no-untyped-def]
    lines = sample.personal_lines()
    assert set(lines) == {row["Email"] for row in applications if row["Interview date"]}
    assert len(set(lines.values())) == 12
    for line in lines.values():
        assert re.fullmatch(r"[A-Z][^.!?]+\.", line), line
        assert re.search(r"\byour?\b", line, re.IGNORECASE), line
        assert not UNKIND.search(line), line


def test_personal_lines_stand_the_wording_check(applications) -> None:  # type: ignore[no-untyped-def]
    job = sample.sample_job(REFERENCE)
    everybody = {row["Email"]: row for row in applications if row["Email"]}
    for address, line in sample.personal_lines().items():
        row = everybody[address]
        draft = Draft(
            kind=Kind.REJECT_INTERVIEW,
            subject=job.public_title,
            text=f"Hello {row['Name']},\n\nThank you for your time. We will not be taking your application "
            f"for {job.public_title} forward.\n\n{line}\n\nIf you have a question, reply to this message. "
            f"I wish you well.\n\n{job.contact_name}",
            greeting_name=row["Name"],
            full_name=row["Name"],
            role_title=job.public_title,
            company=job.company,
            send_on=REFERENCE,
            language="en",
            candidate_language=row["Language"],
            bulk=True,
            depth=StageKind.INTERVIEW,
            personal_line=line,
            others=Others([other["Name"] for other in applications if other is not row]),
            also_named=(job.contact_name,),
        )
        assert [one for one in check(draft) if one.severity is not Severity.HINT] == [], line


def test_sample_job_is_reachable_by_mail_and_phone() -> None:
    job = sample.sample_job(REFERENCE)
    assert (job.company, job.title) == ("Brightwater Ferries", "Data Analyst, Timetables")
    assert ADDRESS.fullmatch(job.contact_email)
    assert job.contact_phone == "010 555 0142"


def test_sample_list_on_its_reference_date_is_the_shipped_file() -> None:
    assert sample.sample_list(REFERENCE) == (sample._DATA / "applicants.csv").read_bytes()


@pytest.mark.parametrize(
    ("today", "weeks"),
    [
        (date(2026, 11, 18), 0),
        (date(2026, 11, 24), 0),
        (date(2026, 11, 25), 1),
        (date(2026, 11, 17), -1),
        (date(2028, 2, 29), 66),
        (date(2028, 3, 1), 67),
        (date(2024, 2, 29), -142),
    ],
)
def test_sample_dates_move_by_whole_weeks(today: date, weeks: int) -> None:
    assert sample.sample_job(today).reference_date == REFERENCE + timedelta(weeks=weeks)
    before, after = rows_of(sample.sample_list(REFERENCE)), rows_of(sample.sample_list(today))
    for column in ("Applied on", "Interview date"):
        for old, new in zip(before, after, strict=True):
            assert bool(old[column]) == bool(new[column])
            if old[column]:
                moved = date.fromisoformat(new[column]) - date.fromisoformat(old[column])
                assert moved == timedelta(weeks=weeks)


@given(st.dates(min_value=date(2020, 1, 1), max_value=date(2060, 12, 31)))
def test_sample_tells_of_the_present_and_never_of_the_future(today: date) -> None:
    job = sample.sample_job(today)
    rows = rows_of(sample.sample_list(today))
    told = [
        date.fromisoformat(row[column])
        for row in rows
        for column in ("Applied on", "Interview date")
        if row[column]
    ]
    assert max(told) < job.reference_date <= today
    assert (today - job.reference_date).days < 7
    assert job.decide_by > today
    met = [date.fromisoformat(row["Interview date"]) for row in rows if row["Interview date"]]
    assert all(day.weekday() < 5 for day in met)
