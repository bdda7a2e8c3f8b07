"""What a person chooses when two records become one, and when they become two again."""

from __future__ import annotations

from collections.abc import Iterable

from wtforms import HiddenField, RadioField
from wtforms.validators import InputRequired, Optional

from employer_app.domain.language import language_name
from employer_app.domain.one_person import Part, Record
from employer_app.forms.base import Form
from employer_app.forms.choices import SelectChoice
from employer_app.forms.ids import VersionField

_KEPT, _MERGED = "kept", "merged"
_TITLES = {
    Part.NAME: "Name",
    Part.CALL_NAME: "Called",
    Part.ADDRESS: "First address: where we write",
    Part.PHONE: "Phone",
    Part.LANGUAGE: "Language",
    Part.COUNTRY: "Country",
    Part.LOCATION: "Where they live",
}


def _version() -> VersionField:
    return VersionField(validators=[InputRequired()])


def _part(part: Part) -> RadioField:
    return RadioField(
        _TITLES[part],
        choices=[SelectChoice(_KEPT, _KEPT), SelectChoice(_MERGED, _MERGED)],
        default=_KEPT,
        validators=[Optional()],
    )


def _said(record: Record, part: Part) -> str:
    said: str = getattr(record, part)
    return language_name(said) if part is Part.LANGUAGE else said


class MergeForm(Form):
    """For each part that the two say differently: whose word stays. `force`: although mail is on its way."""

    kept_version = _version()
    merged_version = _version()
    name = _part(Part.NAME)
    call_name = _part(Part.CALL_NAME)
    address = _part(Part.ADDRESS)
    phone = _part(Part.PHONE)
    language = _part(Part.LANGUAGE)
    country = _part(Part.COUNTRY)
    location = _part(Part.LOCATION)
    force = HiddenField()

    def offer(self, parts: Iterable[Part], kept: Record, merged: Record) -> None:
        """Name the words to choose from; where the kept record has none, the other's are proposed."""
        for part in parts:
            field, mine, other = self._radio(part), _said(kept, part), _said(merged, part)
            field.choices = [SelectChoice(_KEPT, mine or "None"), SelectChoice(_MERGED, other)]
            if not mine and not self.is_submitted():  # type: ignore[no-untyped-call]
                field.data = _MERGED

    def _radio(self, part: Part) -> RadioField:
        field = self[part]
        if not isinstance(field, RadioField):
            raise TypeError(f"{part} is not to choose from")
        return field

    def chosen(self) -> set[Part]:
        return {part for part in Part if self[part].data == _MERGED}

    @property
    def forced(self) -> bool:
        return str(self.force.data) == "1"


class UnmergeForm(Form):
    version = _version()
    force = HiddenField()

    @property
    def forced(self) -> bool:
        return str(self.force.data) == "1"


class TwoPeopleForm(Form):
    """A button that needs no more than who pressed it. `back` is the page it stood on."""

    back = HiddenField()
