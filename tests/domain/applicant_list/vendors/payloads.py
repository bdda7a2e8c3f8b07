"""Answers of other systems as their documentation shapes them, with invented people."""

from __future__ import annotations

import json
from datetime import date
from typing import Any

from employer_app.domain.address import Address
from employer_app.domain.applicant_list.columns import Field, recognise
from employer_app.domain.applicant_list.judge import judge
from employer_app.domain.applicant_list.outcome import Outcome, outcome_of
from employer_app.domain.applicant_list.sheet import Sheet
from employer_app.domain.applicant_list.vendors import read_json
from employer_app.domain.applicant_list.verdict import Applicant, Judged

TODAY = date(2026, 11, 24)
WE, THEY = {"id": 1, "name": "We rejected them"}, {"id": 2, "name": "They rejected us"}


def sheet_of(*documents: Any) -> Sheet:
    return read_json("\n".join(json.dumps(one) for one in documents))


def judged(*documents: Any) -> Judged:
    sheet = sheet_of(*documents)
    found = judge(sheet, recognise(sheet.header, sheet.rows), today=TODAY)
    assert found.rows == len(sheet.rows)
    return found


def people(*documents: Any) -> list[Applicant]:
    found = judged(*documents)
    assert found.bad == ()
    return list(found.good)


def person(*documents: Any) -> Applicant:
    (one,) = people(*documents)
    return one


def why_left_out(*documents: Any) -> str:
    (row,) = judged(*documents).bad
    (problem,) = row.problems
    assert problem.field is Field.LEFT_OUT
    return problem.message


def ended(applicant: Applicant) -> Outcome:
    return outcome_of(applicant.ending, {})


def mail(address: Address | None) -> str:
    assert address
    return address.mailbox


def greenhouse_candidate(**changes: Any) -> dict[str, Any]:
    return {
        "id": 701,
        "first_name": "Ana",
        "last_name": "Prieto",
        "is_private": False,
        "application_ids": [9001],
        "phone_numbers": [{"value": "+34 600 000 001", "type": "mobile"}],
        "email_addresses": [
            {"value": "ana@post.example", "type": "personal"},
            {"value": "ana@work.example", "type": "work"},
        ],
        "recruiter": {"id": 5, "first_name": "Rita", "last_name": "Moor", "name": "Rita Moor"},
        "custom_fields": {"notice": "3 months", "birthday": "1990-01-27", "desired_salary": "42k"},
        "created_at": "2026-02-01T09:00:00.000Z",
        **changes,
    }


def greenhouse_application(**changes: Any) -> dict[str, Any]:
    return {
        "id": 9001,
        "candidate_id": 701,
        "prospect": False,
        "applied_at": "2026-02-03T23:30:00.000-05:00",
        "rejected_at": None,
        "last_activity_at": "2026-03-01T08:00:00.000Z",
        "location": {"address": "Vigo"},
        "source": {"id": 3, "public_name": "Harbour board"},
        "rejection_reason": None,
        "jobs": [{"id": 44, "name": "Deck Officer"}],
        "status": "active",
        "current_stage": {"id": 6, "name": "Rejected pile"},
        **changes,
    }


def lever_opportunity(**changes: Any) -> dict[str, Any]:
    return {
        "id": "op-1",
        "name": "Bo Lind",
        "contact": "co-1",
        "stage": "st-1",
        "confidentiality": "non-confidential",
        "emails": ["bo@post.example", "bo@work.example"],
        "phones": [{"type": "mobile", "value": "+46 70 000 00 02"}],
        "archived": None,
        "applications": ["ap-1"],
        "sources": ["Referral"],
        "createdAt": 1770000000000,
        "lastInteractionAt": 1772000000000,
        "isAnonymized": False,
        **changes,
    }


LEVER_REASONS = {
    "data": [
        {"id": "re-1", "text": "Under-qualified", "status": "active", "type": "non-hired"},
        {"id": "re-2", "text": "Withdrew", "status": "active", "type": "non-hired"},
        {"id": "re-3", "text": "Joined us", "status": "active", "type": "hired"},
        {"id": "re-4", "text": "No Response", "status": "active", "type": "non-hired"},
    ]
}
LEVER_STAGES = {"data": [{"id": "st-1", "text": "Phone screen"}], "hasNext": False}
LEVER_POSTINGS = {"data": [{"id": "po-1", "text": "Deck Officer", "state": "published", "reqCode": "R1"}]}
LEVER_APPLICATION = {
    "data": {"id": "ap-1", "opportunityId": "op-1", "posting": "po-1", "type": "posting", "createdAt": 1}
}


def workable_candidate(**changes: Any) -> dict[str, Any]:
    return {
        "id": "w1",
        "name": "Cai Rao",
        "firstname": "Cai",
        "lastname": "Rao",
        "job": {"shortcode": "DECK01", "title": "Deck Officer"},
        "stage": "Hired soon",
        "stage_kind": "interview",
        "disqualified": False,
        "anonymized": False,
        "disqualification_reason": None,
        "hired_at": None,
        "email": "cai@post.example",
        "phone": "+91 90000 00003",
        "address": "1 Quay Street",
        "domain": "board.example",
        "created_at": "2026-04-21T03:41:06Z",
        "updated_at": "2026-05-01T03:41:06Z",
        **changes,
    }


def ashby_application(**changes: Any) -> dict[str, Any]:
    return {
        "id": "aa-1",
        "createdAt": "2026-01-05T10:00:00.466Z",
        "updatedAt": "2026-01-06T10:00:00.466Z",
        "candidate": {
            "id": "ac-1",
            "name": "Dora Vos",
            "primaryEmailAddress": {"value": "dora@post.example", "type": "Personal", "isPrimary": True},
        },
        "status": "Active",
        "currentInterviewStage": {"id": "as-1", "title": "Take home", "type": "Active"},
        "source": {"id": "so-1", "title": "Careers page"},
        "archiveReason": None,
        "job": {"id": "aj-1", "title": "Deck Officer"},
        **changes,
    }


def bamboohr_application(label: str = "New", **changes: Any) -> dict[str, Any]:
    return {
        "id": 58,
        "appliedDate": "2026-01-20T17:53:57+00:00",
        "status": {"id": 1, "label": label, "dateChanged": "2026-02-01T10:00:00+00:00"},
        "applicant": {
            "id": 114,
            "firstName": "Eli",
            "lastName": "Okoro",
            "email": "eli@post.example",
            "source": "Board",
        },
        "job": {"id": 19, "title": {"id": None, "label": "Deck Officer"}},
        "desiredSalary": "42k",
        **changes,
    }


def teamtailor(kind: str, number: str, relationships: dict[str, Any] | None = None, **attributes: Any):
    named = {name.replace("_", "-"): value for name, value in attributes.items()}
    linked = {name.replace("_", "-"): {"data": data} for name, data in (relationships or {}).items()}
    return {"id": number, "type": kind, "attributes": named, "relationships": linked}


def teamtailor_answer(rejected_at: str | None, by_company: bool | None = True) -> dict[str, Any]:
    linked = {
        "candidate": {"type": "candidates", "id": "1"},
        "job": {"type": "jobs", "id": "2"},
        "stage": {"type": "stages", "id": "3"},
        "reject_reason": {"type": "reject-reasons", "id": "4"} if rejected_at else None,
    }
    return {
        "data": [
            teamtailor(
                "job-applications",
                "634",
                linked,
                created_at="2026-03-31T15:46:24.154+02:00",
                rejected_at=rejected_at,
            )
        ],
        "included": [
            teamtailor("candidates", "1", first_name="Fay", last_name="Berg", email="fay@post.example"),
            teamtailor("jobs", "2", title="Deck Officer"),
            teamtailor("stages", "3", name="Hired next", stage_type="interview"),
            teamtailor("reject-reasons", "4", reason="Other plans", rejected_by_company=by_company),
        ],
        "meta": {"record-count": 1},
    }


def smartrecruiters_candidate(status: str = "NEW", **changes: Any) -> dict[str, Any]:
    return {
        "id": "sr-1",
        "internal": False,
        "firstName": "Gus",
        "lastName": "Amari",
        "email": "gus@post.example",
        "phoneNumber": "+33 6 00 00 00 05",
        "location": {"city": "Brest", "country": "France"},
        "createdOn": "2026-03-01T21:04:47.668Z",
        "updatedOn": "2026-03-02T21:04:47.668Z",
        "primaryAssignment": {"job": {"id": "j-1", "title": "Deck Officer"}, "status": status},
        "secondaryAssignments": [],
        **changes,
    }


def recruitee_candidate(**placement: Any) -> dict[str, Any]:
    return {
        "id": 46,
        "name": "Hana Sato",
        "emails": ["hana@post.example", "hana@work.example"],
        "phones": ["+81 90 0000 0006"],
        "initials": "HS",
        "source": "career_site",
        "created_at": "2026-01-19T15:51:22.506039Z",
        "placements": [
            {
                "id": 491,
                "offer_id": 88,
                "stage_id": 77,
                "hired_at": None,
                "created_at": "2026-01-19T15:51:22.506039Z",
                **placement,
            }
        ],
    }
