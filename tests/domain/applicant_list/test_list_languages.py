"""Headers as people and systems of each language write them."""

from __future__ import annotations

import tomllib
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from employer_app.domain.applicant_list.columns import Field, recognise
from employer_app.domain.applicant_list.header_names import WHY_PRIVATE, all_names
from employer_app.domain.applicant_list.sheet import Row

SAMPLES = tomllib.loads(Path(__file__).with_name("headers.toml").read_text(encoding="utf-8"))
LISTS = {language: sample["list"] for language, sample in SAMPLES.items()}
PRIVATE = {language: sample["private"] for language, sample in SAMPLES.items()}

#: headers that mean nothing to us, or two things at once
LEFT_ALONE = [
    *(
        "Rating",
        "Postleitzahl",
        "Rue",
        "Arbeitgeber",
        "Currículum",
        "Uppdrag slutar",
        "LinkedIn",
        "Titolo di studio",
    ),
    *(
        "Department",
        "Abteilung",
        "Beschikbaar vanaf",
        "Startdato",
        "Datum",
        "Fecha",
        "Firma",
        "Score",
        "Tags",
    ),
]


@pytest.mark.parametrize("language", LISTS)
def test_a_list_of_the_language_is_read_without_help(language: str) -> None:
    header, fields = list(LISTS[language]), [Field(field) for field in LISTS[language].values()]
    assert len(header) >= 12
    found = recognise(header)
    assert [found.fields.get(index) for index in range(len(header))] == fields


@pytest.mark.parametrize("language", PRIVATE)
def test_what_is_private_is_left_out_with_the_reason(language: str) -> None:
    header = list(PRIVATE[language])
    found = recognise(header)
    assert found.fields == {}
    assert dict(zip(header, found.why_sensitive.values(), strict=True)) == PRIVATE[language]


def test_what_means_nothing_is_left_alone() -> None:
    found = recognise(LEFT_ALONE)
    assert (found.fields, found.sensitive, found.ambiguous) == ({}, set(), set())


KNOWN = st.sampled_from(
    [header for headers in (*LISTS.values(), *PRIVATE.values()) for header in headers] + LEFT_ALONE
)
PRIVATE_HEADER = st.sampled_from([header for headers in PRIVATE.values() for header in headers])
AROUND = st.sampled_from(
    ["", " ", "_", ":", "?", " *", " (required)", ".value", "\ufeff", " – ", "!", "\u00a0"]
)


@given(
    st.lists(st.one_of(st.text(max_size=40), KNOWN, st.builds(str.__add__, KNOWN, KNOWN)), max_size=8),
    st.data(),
)
def test_every_column_ends_as_one_thing_whatever_its_header(header: list[str], data: st.DataObject) -> None:
    cells = st.lists(
        st.sampled_from(["", "a@x.example", "Rejected", "Anna", "2026-03-01", "yes"]), max_size=9
    )
    rows = [Row(number, tuple(row)) for number, row in enumerate(data.draw(st.lists(cells, max_size=4)), 2)]
    found = recognise(header, rows)
    assert set(found.fields) | found.sensitive | found.ambiguous <= set(range(len(header)))
    assert not set(found.fields) & (found.sensitive | found.ambiguous)
    assert not found.sensitive & found.ambiguous
    assert set(found.why_sensitive) == found.sensitive
    assert set(found.why_sensitive.values()) <= set(WHY_PRIVATE)
    mapped = [field for field in found.fields.values() if field is not Field.INTERVIEW_DATE]
    assert len(mapped) == len(set(mapped))


@given(
    PRIVATE_HEADER, AROUND, AROUND, st.sampled_from([str, str.upper, str.lower]), st.lists(KNOWN, max_size=4)
)
def test_a_private_header_is_never_mapped_however_it_is_written(
    private: str, before: str, after: str, case: type[str], others: list[str]
) -> None:
    found = recognise([case(before + private + after), *others], [Row(2, ("a@x.example",) * 5)])
    assert 0 not in found.fields
    assert 0 in found.sensitive or case is not str  # "CANDIDATEAGE" is one word that nobody knows


def test_the_names_of_every_language_are_loaded_together() -> None:
    assert {"bewerber", "candidat", "sokande", "candidato"} <= all_names().whose
