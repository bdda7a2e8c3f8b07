"""JSON that is damaged or made to do harm: read as far as it says something, or refused with the place."""

from __future__ import annotations

import contextlib
import json
import tracemalloc

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from employer_app.domain.applicant_list.columns import recognise
from employer_app.domain.applicant_list.judge import judge
from employer_app.domain.applicant_list.read import read_list
from employer_app.domain.applicant_list.sheet import UnreadableList
from employer_app.domain.applicant_list.vendors import bundle, read_json
from employer_app.domain.applicant_list.vendors.parse import MOST_VALUES
from tests.domain.applicant_list.vendors import payloads as p

ANA = '{"first_name": "Ana", "last_name": "Prieto", "email": "ana@post.example"'


def refusal(text: str) -> str:
    with pytest.raises(UnreadableList) as refused:
        read_json(text)
    assert str(refused.value).endswith(".")
    return str(refused.value)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ('{"candidates": [\n  {"name": "Ana"},\n  {"na', "breaks off"),
        ('[{"name": "Ana",}]', "line 1, column 17"),
        ('[\n{"name": "Ana"}\n{"name": "Bo"}]', "line 3, column 1"),
        ("[" * 100_000, "too deep in line 1"),
        ('[{"a":' * 100_000, "too deep"),
        (
            '[{"name": "Ana",\n "email": "a@x.example",\n "email": "b@x.example"}]',
            "“email” in line 3, column 2",
        ),
        ("[]", "no list of people"),
        ("{}", "no list of people"),
        ('{"candidates": []}', "no list of people"),
        ("[[[[[[[[[]]]]]]]]]", "no list of people"),
        ("   ", "nothing"),
        (f'[{ANA}, "note": "{"x" * 40_000}"}}]', "40,000 characters"),
    ],
)
def test_what_cannot_be_read_is_refused_with_the_place(text: str, words: str) -> None:
    assert words in refusal(text)


def test_a_name_given_twice_with_the_same_value_is_no_matter() -> None:
    assert len(read_json(f'[{ANA}, "email": "ana@post.example"}}]').rows) == 1


@pytest.mark.parametrize("wrapped", ["[%s]", '{"%s": 1}'], ids=["values", "names"])
def test_an_endless_number_of_values_is_refused_before_they_are_made(wrapped: str) -> None:
    # attack: 5 MB of "[],[],…" would become 200 MB of lists
    text = wrapped % ("[]," * MOST_VALUES)
    tracemalloc.start()
    try:
        assert "are the most" in refusal("[" + text)
        assert tracemalloc.get_traced_memory()[1] < 3 * len(text)
    finally:
        tracemalloc.stop()


@pytest.mark.parametrize(
    ("value", "cell"),
    [
        ("NaN", ""),
        ("Infinity", ""),
        ("1" * 5000, "1" * 1000),
        ("-1e999", "-1e999"),
        ('"\\ud800"', "\ufffd"),
        ('"a\\u0000b"', "a\ufffdb"),
        ("{}", ""),
        ("[[[]]]", ""),
        ("true", "true"),
        ("null", ""),
    ],
)
def test_no_value_breaks_a_row(value: str, cell: str) -> None:
    candidate = json.dumps(p.greenhouse_candidate(custom_fields={"notice": "HERE"}))
    sheet = read_json(f"[{candidate}]".replace('"HERE"', value))
    cells = dict(zip(sheet.header, sheet.rows[0].cells, strict=True))
    assert cells.get("custom_fields.notice", "") == cell
    assert cells["First name"] == "Ana"
    "".join(sheet.rows[0].cells).encode()


@pytest.mark.parametrize(
    "value", ["7", "true", "null", "[]", "{}", '["Ana"]', '{"x": "Ana"}', "1e5", '"\\u0000"']
)
@pytest.mark.parametrize(
    "name", ["first_name", "email_addresses", "phone_numbers", "applications", "id", "recruiter"]
)
def test_any_type_where_another_is_expected_leaves_one_row(name: str, value: str) -> None:
    candidate = p.greenhouse_candidate(**{name: "HERE"})
    sheet = read_json(json.dumps([candidate]).replace('"HERE"', value))
    assert judge(sheet, recognise(sheet.header, sheet.rows), today=p.TODAY).rows == len(sheet.rows) >= 1


def test_markup_in_a_name_stays_text() -> None:
    one = p.judged([p.greenhouse_candidate(first_name="<b>Ana</b>")])
    assert one.rows == 1


def test_a_moment_that_no_calendar_has_is_a_bad_row() -> None:
    found = p.judged({"data": [p.lever_opportunity(createdAt=10**30)]}, p.LEVER_STAGES)
    assert len(found.bad) == 1


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
def test_a_file_of_json_is_read_whatever_its_name_and_encoding(encoding: str) -> None:
    data = json.dumps([p.greenhouse_candidate(last_name="Peña")], ensure_ascii=False).encode(encoding)
    sheet = read_list(data, "people.csv")
    assert "Peña" in sheet.rows[0].cells
    assert sheet.source == "JSON, Greenhouse: 1 candidate"


@pytest.mark.parametrize("between", ["", "\n", ",\n", "\r\n\r\n"])
def test_pages_behind_each_other_and_lines_are_one_list(between: str) -> None:
    pages = [json.dumps({"data": [p.lever_opportunity(id=str(number))]}) for number in range(3)]
    assert [row.number for row in read_json(between.join(pages)).rows] == [2, 3, 4]


@pytest.mark.parametrize(
    "wrap",
    [
        lambda records: records,
        lambda records: {"data": records},
        lambda records: {"results": records, "next": None},
        lambda records: {"response": {"payload": {"items": records}}, "request": {"body": records}},
        lambda records: [{"data": [record]} for record in records],
    ],
)
def test_what_records_come_wrapped_in_does_not_matter(wrap) -> None:
    assert (
        len(read_json(json.dumps(wrap([p.greenhouse_candidate(), p.greenhouse_candidate(id=9)]))).rows) == 2
    )


def test_an_unknown_system_is_laid_flat_under_names_that_are_recognised() -> None:
    records = [
        {
            "candidate": {
                "first_name": "Ana",
                "last_name": "Prieto",
                "emails": [{"value": "ana@post.example"}],
            }
        },
        {"candidate": {"first_name": "Bo", "last_name": "Lind", "emails": []}, "status": "rejected"},
    ]
    found = p.people({"page": 1, "entries": records})
    assert [one.name for one in found] == ["Ana Prieto", "Bo Lind"]
    assert found[0].address
    assert p.ended(found[1]) == "rejected"


def test_a_csv_that_begins_with_a_bracket_is_still_a_csv() -> None:
    assert read_list(b"[Name],Email\nAna,ana@post.example\n", "x").header == ("[Name]", "Email")


#: such as make a record look like one of some system
NAMES = [
    "id",
    "name",
    "first_name",
    "last_name",
    "email",
    "emails",
    "data",
    "candidate",
    "candidate_id",
    "applicant",
    "status",
    "stage",
    "archived",
    "placements",
    "type",
    "attributes",
    "disqualified",
    "applications",
    "prospect",
    "applied_at",
    "primaryAssignment",
    "firstName",
    "lastName",
    "job",
    "relationships",
    "included",
    "emailAddresses",
    "firstname",
    "lastname",
    "reason",
    "@",
]
_values = st.recursive(
    st.none() | st.booleans() | st.floats() | st.integers() | st.text(max_size=8),
    lambda inside: (
        st.lists(inside, max_size=4)
        | st.dictionaries(
            st.sampled_from(NAMES) | st.text(max_size=4),
            inside,
            max_size=8,
        )
    ),
    max_leaves=40,
)


@given(_values)
@settings(max_examples=400, suppress_health_check=[HealthCheck.too_slow], deadline=None)
def test_any_value_is_a_list_with_all_rows_accounted_for_or_refused(value: object) -> None:
    text = json.dumps(value)
    try:
        sheet = read_json(text)
    except UnreadableList:
        return
    assert judge(sheet, recognise(sheet.header, sheet.rows), today=p.TODAY).rows == len(sheet.rows) > 0
    assert bundle([("a", text.encode()), ("b", text.encode())])


@given(st.text(max_size=60), st.integers(0, 400))
def test_json_with_any_text_put_in_is_read_or_refused(patch: str, at: int) -> None:
    text = json.dumps([p.greenhouse_candidate()])
    with contextlib.suppress(UnreadableList):
        assert read_json(text[:at] + patch + text[at:]).rows
