"""What a person answers about messages, and about which: those of the address, or those of a form."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from typing import Any

from wtforms import BooleanField, RadioField, SelectMultipleField, StringField
from wtforms.validators import InputRequired
from wtforms.widgets import HiddenInput

from employer_app.forms.base import Form
from employer_app.forms.choices import offered
from employer_app.forms.ids import number, typed_number
from employer_app.queries.boxes import Box, Filters

#: as long as an address may be; what is beyond is not looked at
LONGEST_TEXT = 320


class Answer(StrEnum):
    """The first three are what one can say of a doubt; the others stop, free and hurry what has not left."""

    ARRIVED = "arrived"
    AGAIN = "again"
    LEAVE = "leave"
    HOLD = "hold"
    RELEASE = "release"
    CANCEL = "cancel"
    NOW = "now"


def _id(text: str) -> int:
    found = number(text)
    if found is None:
        raise ValueError("no id")
    return found


class AnswerForm(Form):
    answer = RadioField(
        choices=offered((one.value, one.value) for one in Answer), validators=[InputRequired()]
    )
    message = SelectMultipleField(coerce=_id, validate_choice=False)
    #: instead of ticks: all of the view that the address names
    all_matching = BooleanField()
    #: what will happen was read, with the warning
    knows = BooleanField(widget=HiddenInput())
    reason = StringField("Why?")
    typed_count = StringField()

    @property
    def count(self) -> int | None:
        return typed_number(self.typed_count.data)


def box_of(args: Mapping[str, str]) -> Box:
    """The view that the address names; an unknown one is what is on its way."""
    name = args.get("state", "")
    return Box(name) if name in {box.value for box in Box} else Box.OPEN


def filters_of(args: Mapping[str, str]) -> Filters:
    """Which messages the address asks for; what it says wrongly counts as not said."""
    return Filters(
        job_id=number(args.get("job")),
        batch_id=number(args.get("list")),
        text=args.get("q", "").strip()[:LONGEST_TEXT],
    )


def address_of(box: Box, filters: Filters) -> dict[str, Any]:
    """The same for an address of ours; what is not asked for is left out."""
    said = {
        "state": None if box is Box.OPEN else box.value,
        "job": filters.job_id,
        "list": filters.batch_id,
        "q": filters.text,
    }
    return {name: str(value) for name, value in said.items() if value}
