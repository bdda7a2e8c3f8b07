"""The names of columns as they are kept: in each language, and all of them together."""

from __future__ import annotations

import tomllib
from collections import defaultdict
from collections.abc import Iterator

import pytest

from employer_app.domain.applicant_list.columns import ColumnMap, Field, recognise
from employer_app.domain.applicant_list.header import why_private
from employer_app.domain.applicant_list.header_names import FOLDER, WHY_PRIVATE, fold_header, keys

LANGUAGES = {path.stem: tomllib.loads(path.read_text(encoding="utf-8")) for path in FOLDER.glob("*.toml")}


def names(language: str) -> Iterator[tuple[str, str]]:
    """Each name with what it means."""
    data = LANGUAGES[language]
    for field, known in data["fields"].items():
        yield from ((name, field) for name in known)
    yield from ((name, "state or stage") for name in data.get("state_or_stage", {}).get("names", ()))
    yield from ((name, "name") for name in data.get("bare_name", {}).get("names", ()))


def test_the_promised_languages_are_there() -> None:
    assert {"en", "de", "fr", "es", "nl", "sv", "nb", "it", "da"} <= set(LANGUAGES)
    assert set(LANGUAGES["en"]["fields"]) == {field.value for field in Field}


def test_no_two_languages_read_one_name_differently() -> None:
    meanings: defaultdict[str, set[str]] = defaultdict(set)
    for language in LANGUAGES:
        for name, meaning in names(language):
            for key in keys(name):
                meanings[key].add(meaning)
    assert {key: found for key, found in meanings.items() if len(found) > 1} == {}


@pytest.mark.parametrize("language", sorted(LANGUAGES))
def test_every_name_is_read_as_what_it_stands_for(language: str) -> None:
    for name, meaning in names(language):
        field = Field.STAGE if meaning == "state or stage" else Field(meaning)
        assert recognise([name]) == ColumnMap({0: field}), name


@pytest.mark.parametrize("language", sorted(LANGUAGES))
def test_every_private_word_is_left_out_for_its_reason(language: str) -> None:
    groups = LANGUAGES[language]["sensitive"]
    assert set(groups) <= set(WHY_PRIVATE)
    for group in groups.values():
        for name in (*group.get("words", ()), *group.get("whole", ()), *group.get("stems", ())):
            assert fold_header(name), name
            assert why_private(name), name


def test_words_with_umlauts_are_found_in_both_spellings() -> None:
    assert (
        recognise(["Vollstaendiger Name"]).fields
        == recognise(["Vollständiger Name"]).fields
        == {0: Field.NAME}
    )
    assert recognise(["Fornavn", "Soeknadsdato"]).fields[1] is Field.APPLIED_AT
    assert why_private("Staatsangehoerigkeit") == "origin"
