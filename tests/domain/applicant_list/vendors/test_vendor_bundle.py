"""JSON files given together: those of one system become one list, and nothing else is touched."""

from __future__ import annotations

import json
from typing import Any

from employer_app.domain.applicant_list.read import read_list
from employer_app.domain.applicant_list.sheet import MOST_BYTES
from employer_app.domain.applicant_list.vendors import bundle
from tests.domain.applicant_list.vendors import payloads as p


def file(name: str, document: Any) -> tuple[str, bytes]:
    return name, json.dumps(document).encode()


CSV = ("people.csv", b"Name,Email\nAna,ana@post.example\n")


def test_people_and_their_applications_become_one_list() -> None:
    files = [
        file("out/candidates.json", [p.greenhouse_candidate()]),
        CSV,
        file("out/applications.json", [p.greenhouse_application()]),
    ]
    (name, data), other = bundle(files)
    assert (name, other) == ("candidates.json + applications.json", CSV)
    (row,) = read_list(data, name).rows
    assert {"Ana", "ana@post.example", "Deck Officer", "9001"} <= set(row.cells)


def test_lists_of_stages_and_reasons_go_with_those_who_name_them_in_any_order() -> None:
    archived = {"reason": "re-2", "archivedAt": 1775000000000}
    files = [
        file("reasons.json", p.LEVER_REASONS),
        file("stages.json", p.LEVER_STAGES),
        file("page.json", {"data": [p.lever_opportunity(archived=archived)]}),
    ]
    ((_, data),) = bundle(files)
    (row,) = read_list(data, "x").rows
    assert {"Withdrew", "Phone screen"} <= set(row.cells)


def test_files_of_two_systems_stay_two_lists() -> None:
    files = [
        file("a.json", [p.greenhouse_candidate()]),
        file("b.json", {"data": [p.lever_opportunity()]}),
        file("c.json", {"candidates": [p.workable_candidate()]}),
    ]
    assert bundle(files) == files


def test_what_cannot_be_read_or_is_of_no_known_system_passes_untouched() -> None:
    files = [
        file("a.json", [p.greenhouse_candidate()]),
        ("broken.json", b'[{"first_name": '),
        ("bytes.json", b"[\xff\xfe\x00\x81"),
        file("unknown.json", [{"first_name": "Ana", "email": "ana@post.example"}]),
        ("empty.json", b""),
        CSV,
    ]
    assert bundle(files) == files


def test_what_would_be_too_large_together_stays_apart() -> None:
    half = "x" * (MOST_BYTES // 2)
    files = [file(name, [p.greenhouse_candidate(title=half)]) for name in ("a.json", "b.json")]
    assert bundle(files) == files


def test_many_files_get_a_name_that_is_not_endless() -> None:
    files = [
        file(f"{'page' * 10}-{number}.json", [p.greenhouse_candidate(id=number)]) for number in range(30)
    ]
    ((name, data),) = bundle(files)
    assert name.endswith("and 29 more")
    assert len(read_list(data, name).rows) == 30


def test_files_of_different_encodings_fit_together() -> None:
    candidates = json.dumps([p.greenhouse_candidate(last_name="Peña")], ensure_ascii=False)
    ((_, data),) = bundle(
        [("a.json", candidates.encode("utf-16")), file("b.json", [p.greenhouse_application()])]
    )
    assert "Peña" in read_list(data, "x").rows[0].cells
