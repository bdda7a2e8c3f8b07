"""What a field of choices offers: in the one shape that the form library keeps, and the languages of letters.

Law: pairs of value and label become `SelectChoice` here; as bare pairs the library will refuse them.
"""

from __future__ import annotations

from collections.abc import Iterable

from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]  # newer than its stubs

from employer_app.domain.language import language_codes, language_name
from employer_app.domain.starter import Tone, languages
from employer_app.domain.words import t

__all__ = ["SelectChoice", "every_language", "letter_languages", "offered", "tones"]


def offered(pairs: Iterable[tuple[str | int, str]], group: str | None = None) -> list[SelectChoice]:
    """Of value and label each; `group` is the heading that they stand under."""
    return [SelectChoice(value, label, optgroup=group) for value, label in pairs]


def letter_languages(but: str = "") -> list[SelectChoice]:
    """Those that we ship letters in, English first, without one."""
    return offered((code, language_name(code)) for code in languages() if code != but)


def every_language() -> list[SelectChoice]:
    """All that a letter of one's own can be in; those that we ship letters in first."""
    return offered((code, language_name(code)) for code in dict.fromkeys((*languages(), *language_codes())))


def tones() -> list[SelectChoice]:
    return offered((tone.value, t(f"tone.{tone}")) for tone in Tone)
