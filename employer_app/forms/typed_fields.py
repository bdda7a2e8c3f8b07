"""What no record says and a text names, such as the day of a meeting: typed for one send list."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

import wtforms
from werkzeug.datastructures import MultiDict
from wtforms import DateField, StringField, TextAreaField
from wtforms.validators import Length, Optional

from employer_app.domain.merge import FIELDS
from employer_app.domain.merge.typed import LONGEST, TYPED, Typed
from employer_app.forms.base import Plain

_CLASSES = {Typed.DAY: DateField, Typed.LINE: StringField, Typed.TEXT: TextAreaField}


class TypedFields(wtforms.Form):
    """Made by `typed_fields`: one input for each field that the texts name."""

    class Meta(Plain, wtforms.Form.Meta):  # type: ignore[misc]
        pass

    def values(self) -> dict[str, str]:
        """What was typed, by the field's name; days as ISO dates, and nothing for what is empty or wrong."""
        found = {}
        for field in self:
            said = (
                field.data.isoformat()
                if isinstance(field.data, date)
                else " ".join((field.data or "").split())
            )
            if said and not field.errors:
                found[field.short_name] = said
        return found


def typed_fields(
    names: Sequence[str], stored: Mapping[str, str], formdata: MultiDict[str, str] | None = None
) -> TypedFields:
    """The inputs, named "typed-appointment" and so on, filled with what was typed before."""
    inputs: dict[str, Any] = {name: _input(name) for name in TYPED if name in names}
    data = {
        name: date.fromisoformat(value) if TYPED[name] is Typed.DAY else value
        for name, value in stored.items()
    }
    form: TypedFields = type("TypedFields", (TypedFields,), inputs)(formdata, prefix="typed", data=data)
    return form


def _input(name: str) -> Any:
    kind, field = TYPED[name], FIELDS[name]
    if kind is Typed.DAY:
        return DateField(field.help, [Optional()])
    longest = f"This is too long: {LONGEST[kind]:,} characters are the most."
    return _CLASSES[kind](
        field.help, [Length(max=LONGEST[kind], message=longest)], description=f"For example: {field.sample}"
    )
