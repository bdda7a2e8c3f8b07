"""The texts for a phone screen: what a person copies into a text message or a messenger.

Law: a text has at most `LONGEST` characters once it is filled. To get there it loses optional parts whole,
the longest value first; it never loses a word, and one that is still too long is refused.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib import resources

from employer_app.domain.errors import Refused
from employer_app.domain.kind import occasions
from employer_app.domain.mailtext import ValuesMissing
from employer_app.domain.merge import FIELD_OF, Template, compile_text, holes, present
from employer_app.domain.message import Kind
from employer_app.domain.starter import Variant, occasion

LONGEST = 320
"""Characters: two text messages, and what a messenger shows without a tap."""


class TooLong(Refused):
    """What has to stand in it alone has too many characters."""


@dataclass(frozen=True, slots=True)
class ShortText:
    kind: Kind
    variant: Variant
    language: str
    template: Template

    def filled(self, values: Mapping[str, str | None]) -> str:
        """Raises ValuesMissing for a value that must be there, and TooLong."""
        there = {name: value for name, value in present(values).items() if name in self.template.fields}
        may_go = sorted(self.template.optional & set(there), key=lambda name: (len(there[name]), name))
        text = self._text(there)
        while len(text) > LONGEST and may_go:
            del there[may_go.pop()]
            text = self._text(there)
        if len(text) > LONGEST:
            message = f"This text would have {len(text)} characters; {LONGEST} are the most."
            raise TooLong(message, "Write a mail instead.")
        return text

    def _text(self, there: Mapping[str, str]) -> str:
        shape = self.template.shape(frozenset(there))
        lacking = holes(shape)
        if lacking:
            raise ValuesMissing(lacking)
        return "".join(there[FIELD_OF[char]] if char in FIELD_OF else char for char in shape)


def short_text(
    kind: Kind, variant: Variant = Variant.USUAL, language: str = "en", *, informal: bool = False
) -> ShortText | None:
    """None for a kind that needs more room or a warmer way, and for a language that has none."""
    return short_texts(language, informal=informal).get(occasion(kind, variant))


@cache
def short_texts(language: str = "en", *, informal: bool = False) -> Mapping[str, ShortText]:
    """By kind and variant as `occasion` names them, in the order of the file."""
    source = resources.files("employer_app.domain").joinpath("data", "short_texts", f"{language}.toml")
    if not source.is_file():
        return {}
    entries: Mapping[str, str | Mapping[str, str]] = tomllib.loads(source.read_text(encoding="utf-8"))
    address = "informal" if informal else "formal"
    texts = {key: said if isinstance(said, str) else said[address] for key, said in entries.items()}
    return {key: ShortText(*occasions()[key], language, compile_text(text)) for key, text in texts.items()}
