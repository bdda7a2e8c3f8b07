"""What each system says of a person, their job and their end comes through, and never by a stage's name."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from employer_app.domain.applicant_list.outcome import Outcome
from tests.domain.applicant_list.vendors import payloads as p


@pytest.mark.parametrize(
    ("reason", "outcome"),
    [
        ("re-1", Outcome.REJECTED),
        ("re-2", Outcome.WITHDRAWN),
        ("re-3", Outcome.HIRED),
        ("re-4", Outcome.CLOSED),
        ("re-unknown", Outcome.CLOSED),
    ],
)
def test_lever_archived_means_what_its_reason_says(reason: str, outcome: Outcome) -> None:
    archived = {"reason": reason, "archivedAt": 1775000000000}
    one = p.person({"data": [p.lever_opportunity(archived=archived)]}, p.LEVER_REASONS)
    assert p.ended(one) is outcome
    assert one.ended_at == datetime.fromtimestamp(1775000000, UTC)


def test_lever_numbers_are_told_by_the_lists_that_came_along() -> None:
    one = p.person(
        {"data": [p.lever_opportunity()]},
        p.LEVER_STAGES,
        p.LEVER_POSTINGS,
        p.LEVER_APPLICATION,
        p.LEVER_REASONS,
    )
    assert (one.stage_label, one.job, one.job_id) == ("Phone screen", "Deck Officer", "po-1")
    assert (p.mail(one.address), p.mail(one.second_address)) == ("bo@post.example", "bo@work.example")
    assert one.applied_at == datetime.fromtimestamp(1770000000, UTC)
    assert p.ended(one) is Outcome.ACTIVE


def test_lever_reasons_that_are_numbers_only_reject_nobody() -> None:
    archived = {"reason": "re-1", "archivedAt": 1775000000000}
    found = p.judged({"data": [p.lever_opportunity(archived=archived)]})
    assert p.ended(found.good[0]) is Outcome.CLOSED
    assert "archive reasons" in found.warnings[0]


@pytest.mark.parametrize(
    ("changes", "outcome"),
    [
        ({}, Outcome.ACTIVE),
        ({"disqualified": True}, Outcome.REJECTED),
        ({"disqualified": True, "disqualification_reason": "Too far away"}, Outcome.REJECTED),
        ({"disqualified": True, "disqualification_reason": "Other plans"}, Outcome.WITHDRAWN),
        ({"disqualified": True, "withdrew": True}, Outcome.WITHDRAWN),
        ({"hired_at": "2026-05-01T10:00:00Z"}, Outcome.HIRED),
    ],
)
def test_workable_says_how_it_ended(changes: dict, outcome: Outcome) -> None:
    reasons = [
        {"id": "1", "description": "Too far away", "candidate_withdrew": False, "position": 1},
        {"id": "2", "description": "Other plans", "candidate_withdrew": True, "position": 2},
    ]
    one = p.person({"candidates": [p.workable_candidate(**changes)], "paging": {"next": "x"}}, reasons)
    assert p.ended(one) is outcome
    assert (one.job, one.job_id, one.location) == ("Deck Officer", "DECK01", "")


@pytest.mark.parametrize(
    ("kind", "outcome"),
    [
        ("RejectedByOrg", Outcome.REJECTED),
        ("RejectedByCandidate", Outcome.WITHDRAWN),
        ("Other", Outcome.CLOSED),
    ],
)
def test_ashby_says_who_ended_it(kind: str, outcome: Outcome) -> None:
    reason = {"id": "r", "text": "Moved on", "reasonType": kind}
    archived = p.ashby_application(
        status="Archived", archiveReason=reason, archivedAt="2026-02-05T09:25:35.089Z"
    )
    one = p.person({"success": True, "results": [archived]})
    assert (p.ended(one), one.ending.reason) == (outcome, "Moved on")
    assert one.ended_at == datetime(2026, 2, 5, 9, 25, 35, tzinfo=UTC)


def test_ashby_webhook_of_a_hire_and_the_primary_of_several_addresses() -> None:
    body = {"action": "candidateHire", "data": {"application": p.ashby_application(status="Hired")}}
    assert p.ended(p.person(body)) is Outcome.HIRED
    candidate = {
        "id": "ac-2",
        "name": "Ida Ness",
        "emailAddresses": [
            {"value": "ida@work.example", "isPrimary": False},
            {"value": "ida@post.example", "isPrimary": True},
        ],
        "applicationIds": [],
    }
    one = p.person({"results": [candidate]})
    assert (p.mail(one.address), p.mail(one.second_address)) == ("ida@post.example", "ida@work.example")


def test_bamboohr_has_one_word_for_stage_and_state() -> None:
    found = p.people(
        {"applications": [p.bamboohr_application("Reviewed"), _other(p.bamboohr_application("Not a Fit"))]}
    )
    assert [(one.stage_label, p.ended(one)) for one in found] == [
        ("Reviewed", Outcome.ACTIVE),
        ("Not a Fit", Outcome.REJECTED),
    ]
    assert (found[0].name, found[0].job, found[0].source) == ("Eli Okoro", "Deck Officer", "Board")


def _other(application: dict) -> dict:
    return {
        **application,
        "applicant": {"id": 2, "firstName": "Ida", "lastName": "Ness", "email": "ida@post.example"},
    }


@pytest.mark.parametrize(
    ("rejected_at", "by_company", "outcome"),
    [
        (None, None, Outcome.ACTIVE),
        ("2026-04-02T10:00:00.000+02:00", True, Outcome.REJECTED),
        ("2026-04-02T10:00:00.000+02:00", False, Outcome.WITHDRAWN),
    ],
)
def test_teamtailor_follows_what_is_included(
    rejected_at: str | None, by_company: bool, outcome: Outcome
) -> None:
    one = p.person(p.teamtailor_answer(rejected_at, by_company))
    assert (one.name, p.mail(one.address), one.job) == ("Fay Berg", "fay@post.example", "Deck Officer")
    assert (one.stage_label, p.ended(one)) == ("Hired next", outcome)
    assert one.applied_at == datetime(2026, 3, 31, 13, 46, 24, tzinfo=UTC)


@pytest.mark.parametrize(
    ("status", "outcome"),
    [
        ("INTERVIEW", Outcome.ACTIVE),
        ("REJECTED", Outcome.REJECTED),
        ("WITHDRAWN", Outcome.WITHDRAWN),
        ("HIRED", Outcome.HIRED),
        ("TRANSFERRED", Outcome.CLOSED),
    ],
)
def test_smartrecruiters_says_how_it_stands(status: str, outcome: Outcome) -> None:
    one = p.person({"content": [p.smartrecruiters_candidate(status)], "totalFound": 1})
    assert (one.name, one.job, p.ended(one)) == ("Gus Amari", "Deck Officer", outcome)
    assert (one.location, one.country) == ("Brest", "France")


def test_smartrecruiters_each_job_is_a_row() -> None:
    second = {
        "job": {"id": "j-2", "title": "Cook"},
        "status": "REJECTED",
        "reasonOfRejection": {"label": "Filled"},
    }
    found = p.people(p.smartrecruiters_candidate(secondaryAssignments=[second]))
    assert [(one.job, p.ended(one)) for one in found] == [
        ("Deck Officer", Outcome.ACTIVE),
        ("Cook", Outcome.REJECTED),
    ]


@pytest.mark.parametrize(
    ("placement", "outcome"),
    [
        ({}, Outcome.ACTIVE),
        ({"hired_at": "2026-03-01T10:00:00Z"}, Outcome.HIRED),
        ({"disqualified_at": "2026-03-01T10:00:00Z", "disqualify_reason": "Too far away"}, Outcome.REJECTED),
        ({"disqualify_reason": {"id": 1, "name": "Candidate withdrew"}}, Outcome.WITHDRAWN),
    ],
)
def test_recruitee_says_how_a_placement_ended(placement: dict, outcome: Outcome) -> None:
    references = [
        {"id": 88, "type": "Offer", "title": "Deck Officer"},
        {"id": 77, "type": "Stage", "name": "Applied"},
    ]
    one = p.person({"candidate": p.recruitee_candidate(**placement), "references": references})
    assert (one.name, one.job, one.stage_label) == ("Hana Sato", "Deck Officer", "Applied")
    assert p.ended(one) is outcome
