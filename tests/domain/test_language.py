"""What lists call a language."""

from __future__ import annotations

import pytest

from employer_app.domain.language import language_code, language_name


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("en", "en"),
        ("EN", "en"),
        ("en_GB", "en"),
        ("pt-BR", "pt"),
        ("English", "en"),
        ("Français", "fr"),
        ("German (native)", "de"),
        ("", ""),
        ("speaks several", ""),
    ],
)
def test_language_is_recognised_or_left_open(text: str, code: str) -> None:
    assert language_code(text) == code


@pytest.mark.parametrize(
    ("code", "name"), [("en", "English"), ("pt-BR", "Portuguese"), ("lv", "Latvian"), ("", ""), ("zz", "zz")]
)
def test_language_is_shown_by_its_name(code: str, name: str) -> None:
    assert language_name(code) == name
    if name and name != code:
        assert language_code(name) == code[:2]
