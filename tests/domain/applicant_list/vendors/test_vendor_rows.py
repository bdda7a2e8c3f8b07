"""Greenhouse, and what all systems have in common: rows left out, private values, answers."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone

import pytest

from employer_app.domain.applicant_list.columns import Field, recognise
from employer_app.domain.applicant_list.outcome import Outcome
from tests.domain.applicant_list.vendors import payloads as p


def test_greenhouse_joins_an_application_to_its_candidate() -> None:
    one = p.person([p.greenhouse_candidate()], [p.greenhouse_application()])
    assert (one.name, p.mail(one.address), p.mail(one.second_address)) == (
        "Ana Prieto",
        "ana@post.example",
        "ana@work.example",
    )
    assert (one.job, one.job_id, one.stage_label) == ("Deck Officer", "44", "Rejected pile")
    assert (one.external_id, one.person_id, one.source, one.location) == (
        "9001",
        "701",
        "Harbour board",
        "Vigo",
    )
    assert (one.phone, one.recruiter) == ("+34 600 000 001", "Rita Moor")
    assert one.applied_at == datetime(2026, 2, 3, 23, 30, tzinfo=timezone(timedelta(hours=-5)))
    assert p.ended(one) is Outcome.ACTIVE


@pytest.mark.parametrize(
    ("side", "outcome"), [(p.WE, Outcome.REJECTED), (p.THEY, Outcome.WITHDRAWN)], ids=["we", "they"]
)
def test_greenhouse_says_which_side_ended_it(side: dict, outcome: Outcome) -> None:
    reason = {"id": 8, "name": "Other plans", "type": side}
    application = p.greenhouse_application(
        status="rejected", rejected_at="2026-04-01T08:00:00Z", rejection_reason=reason
    )
    one = p.person([p.greenhouse_candidate()], [application])
    assert p.ended(one) is outcome
    assert one.ended_at == datetime(2026, 4, 1, 8, tzinfo=UTC)
    assert one.ending.reason == "Other plans"


def test_greenhouse_several_applications_of_a_person_are_rows_of_their_own() -> None:
    second = p.greenhouse_application(id=9002, status="hired", jobs=[{"id": 45, "name": "Cook"}])
    candidate = p.greenhouse_candidate(applications=[p.greenhouse_application(), second])
    found = p.people(candidate)
    assert [(one.job, p.ended(one)) for one in found] == [
        ("Deck Officer", Outcome.ACTIVE),
        ("Cook", Outcome.HIRED),
    ]


def test_greenhouse_an_application_in_its_candidate_and_in_a_list_counts_once() -> None:
    candidate = p.greenhouse_candidate(applications=[p.greenhouse_application()])
    assert p.person([candidate], [p.greenhouse_application()]).external_id == "9001"


@pytest.mark.parametrize(
    ("document", "word"),
    [
        ([p.greenhouse_application(prospect=True)], "prospect"),
        ([p.greenhouse_candidate(is_private=True)], "private"),
        (
            {"action": "candidate_anonymized", "payload": {"candidate_id": 7, "anonymized_fields": []}},
            "anonymised",
        ),
        (
            {
                "action": "delete_candidate",
                "payload": {"person": p.greenhouse_candidate(deleted_application_ids=[1])},
            },
            "deleted",
        ),
        ({"data": [p.lever_opportunity(confidentiality="confidential")]}, "confidential"),
        ({"data": [p.lever_opportunity(isAnonymized=True)]}, "anonymised"),
        ({"event": "candidateHired", "data": {"opportunityId": "o", "contactId": "c"}}, "names nobody"),
        ({"candidates": [p.workable_candidate(anonymized=True)]}, "anonymised"),
        (
            {"data": [p.teamtailor("candidates", "1", first_name="Fay", restricted_at="2026-01-01")]},
            "restricted",
        ),
    ],
)
def test_who_is_no_applicant_is_a_bad_row_that_says_why(document: object, word: str) -> None:
    message = p.why_left_out(document)
    assert word in message
    assert "empty the cell" in message


def test_a_row_left_out_comes_in_when_a_person_empties_the_cell() -> None:
    sheet = p.sheet_of([p.greenhouse_candidate(is_private=True)])
    columns = recognise(sheet.header, sheet.rows)
    assert sheet.rows[0].cells[columns.column(Field.LEFT_OUT)]
    assert columns.column(Field.LEFT_OUT) == sheet.header.index("Left out because")


def test_a_candidate_whom_no_application_names_is_said() -> None:
    other = p.greenhouse_candidate(id=702, first_name="Lea")
    found = p.judged([p.greenhouse_candidate(), other], [p.greenhouse_application()])
    assert (len(found.good), len(found.bad)) == (1, 1)
    assert "has an application of this person" in found.problems[0].message


@pytest.mark.parametrize(
    ("action", "changes", "outcome"),
    [
        ("reject_candidate", {"status": "rejected", "rejected_at": "2026-04-01T08:00:00Z"}, Outcome.REJECTED),
        ("hire_candidate", {"status": "hired"}, Outcome.HIRED),
        ("candidate_stage_change", {}, Outcome.ACTIVE),
    ],
)
def test_greenhouse_webhook_bodies(action: str, changes: dict, outcome: Outcome) -> None:
    application = p.greenhouse_application(candidate=p.greenhouse_candidate(), **changes)
    del application["candidate_id"]
    one = p.person({"action": action, "payload": {"application": application}})
    assert (one.name, p.ended(one)) == ("Ana Prieto", outcome)


def test_greenhouse_interviews_held_come_from_their_own_list() -> None:
    talk = {
        "id": 1,
        "application_id": 9001,
        "start": {"date_time": "2026-03-26T22:15:00.000Z"},
        "status": "complete",
        "interview": {"id": 1, "name": "Panel"},
        "interviewers": [{"id": 2, "name": "Rita Moor"}],
    }
    cancelled = {**talk, "id": 2, "status": "cancelled", "start": {"date_time": "2026-03-27T22:15:00.000Z"}}
    one = p.person([p.greenhouse_candidate()], [p.greenhouse_application()], [talk, cancelled])
    assert [(held.on, held.interviewers) for held in one.interviews] == [
        (datetime(2026, 3, 26, 22, 15, tzinfo=UTC), "Rita Moor")
    ]


def test_a_list_that_names_only_jobs_is_refused_with_what_to_add() -> None:
    with pytest.raises(ValueError, match=r"1 posting of Lever.*together with"):
        p.sheet_of(p.LEVER_POSTINGS)


@pytest.mark.parametrize(
    "document",
    [
        [p.greenhouse_candidate()],
        {"data": [p.lever_opportunity()]},
        {"candidates": [p.workable_candidate()]},
        {"results": [p.ashby_application()]},
        {"applications": [p.bamboohr_application()]},
        p.teamtailor_answer(None),
        {"content": [p.smartrecruiters_candidate()]},
        {"candidates": [p.recruitee_candidate()]},
    ],
)
def test_private_values_keep_their_name_and_are_never_mapped(document: object) -> None:
    # attack: a birth date or an equality answer that becomes a note, a date or a number of ours
    private = {"gender": "Other", "date_of_birth": "1990-01-01", "eeoc": {"race": "none said"}}
    text = p.json.dumps(document).replace('"id":', f'{p.json.dumps(private)[1:-1]}, "id":')
    sheet = p.read_json(text)
    found = recognise(sheet.header, sheet.rows)
    named = [
        index for index, name in enumerate(sheet.header) if name.endswith(("gender", "date_of_birth", "race"))
    ]
    assert len(named) >= 3
    assert set(named) <= found.sensitive
    assert not set(named) & set(found.fields)


def test_questions_of_a_form_keep_their_words() -> None:
    answers = [{"question": "Gender", "answer": "none said"}, {"question": "Do you swim?", "answer": "Yes"}]
    sheet = p.sheet_of([p.greenhouse_candidate()], [p.greenhouse_application(answers=answers)])
    found = recognise(sheet.header, sheet.rows)
    assert sheet.header.index("Question: Gender") in found.sensitive
    assert sheet.header.index("Question: Do you swim?") not in found.fields
