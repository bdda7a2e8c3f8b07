"""Letters of our own for the pages that show them: one with two versions, or as many as a house gathers."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from employer_app.actions import message_templates as letters
from employer_app.domain.message import Kind
from employer_app.domain.role import Person
from employer_app.domain.starter import Tone, starter

MANY = 60
_SHIPPED = starter(Kind.FILLED)
_FIELDS = letters.LetterFields(
    "Filled, as we say it",
    Kind.FILLED,
    Tone.WARM,
    "en",
    _SHIPPED.subject,
    _SHIPPED.body,
    disposition="FILLED",
)


def of_our_own(world: str, alice: Person) -> Mapping[str, int]:
    """By the names that addresses use; nothing in an empty house."""
    if world not in {"one", "many"}:
        return {}
    own = _with_versions(alice, 2 if world == "one" else MANY)
    if world == "one":
        return {"own_letter": own}
    for number in range(MANY):
        letters.new_letter(actor=alice, fields=replace(_FIELDS, name=f"Filled, spelling {number + 1}"))
    odd = replace(
        _FIELDS, name="Says no oddly", body="Dear all <script>x</script>,\n\nthe berth went to others."
    )
    put_away = letters.new_letter(actor=alice, fields=odd)
    letters.retire(actor=alice, template_id=put_away)
    return {"own_letter": own, "odd_letter": put_away}


def _with_versions(alice: Person, count: int) -> int:
    own = letters.new_letter(actor=alice, fields=_FIELDS)
    letters.pin(actor=alice, template_id=own, number=1, says_no=True)
    for number in range(1, count):
        words = replace(_FIELDS, body=f"{_FIELDS.body}\n{number}")
        letters.edit_letter(actor=alice, template_id=own, fields=words, version=number)
    return own
