"""What is typed when a manager is asked, by the manager, and by whoever confirms it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date, timedelta

import wtforms
from werkzeug.datastructures import MultiDict
from wtforms import BooleanField, DateField, EmailField, HiddenField, RadioField, SelectField, StringField
from wtforms.validators import InputRequired, Length, StopValidation

from employer_app.domain.address import LONGEST_ADDRESS
from employer_app.domain.disposition import dispositions, dispositions_at
from employer_app.domain.manager_ask import LONGEST_NOTE, LONGEST_WAIT, Answer, Given, Seen
from employer_app.domain.stage import StageKind
from employer_app.domain.status import Status
from employer_app.domain.words import t
from employer_app.forms.base import Form, Plain
from employer_app.forms.choices import SelectChoice, offered
from employer_app.forms.ids import IdField, number
from employer_app.queries.manager_asks import Row

LONGEST_NAME = 120


class AskForm(Form):
    """Whom to ask. `again`: the ask that this one stands for."""

    name = StringField(
        "Name", [InputRequired("Type the name of the person you ask."), Length(max=LONGEST_NAME)]
    )
    address = EmailField(
        "E-mail address",
        [InputRequired("Type the address."), Length(max=LONGEST_ADDRESS)],
        description="They need no account here. Whoever reads this mailbox can answer.",
        render_kw={"autocomplete": "off"},
    )
    competing = BooleanField(
        "One of them has an offer from somebody else",
        description="Then we remind after 4 hours and after 8; else after 2 and after 4 working days.",
    )
    again = IdField()


def _fits(form: AnswerRow, field: DateField) -> None:
    """A day goes with one answer; beside another it is as if it was not typed. Raises StopValidation."""
    later = form.answer.data == Answer.LATER
    typed = any(str(text).strip() for text in field.raw_data or ())
    if not (later and typed):
        field.errors = []
        raise StopValidation("Give the day until which you need time." if later else "")
    if field.data is not None and not form.today <= field.data <= form.today + timedelta(days=LONGEST_WAIT):
        raise StopValidation("Give a day from today on, within a year.")


class AnswerRow(wtforms.Form):
    """Of one candidate; its fields are named after the item: "12-answer"."""

    class Meta(Plain, wtforms.Form.Meta):  # type: ignore[misc]
        pass

    answer = RadioField(
        "Your answer", choices=offered((one.value, t(f"asking.choice.{one}")) for one in Answer)
    )
    until = DateField("I need until", [_fits])
    note = StringField(
        "Note for the team",
        [Length(max=LONGEST_NOTE)],
        description="A sentence at most. The candidate may ask to read it.",
    )

    def __init__(self, row: Row, today: date, formdata: MultiDict[str, str] | None = None) -> None:
        data = {"answer": row.answer.value, "until": row.until, "note": row.note}
        super().__init__(formdata=formdata, prefix=str(row.item_id), data=data)
        self.row, self.today = row, today

    def given(self) -> Given:
        answer = Answer(self.answer.data)
        until = self.until.data if answer is Answer.LATER else None
        return Given(answer, until, " ".join((self.note.data or "").split()))


class AnswersForm(Form):
    """All candidates of an ask who may still be answered about; a row that was not sent is left alone."""

    def __init__(self, rows: Sequence[Row], today: date, formdata: MultiDict[str, str] | None = None) -> None:
        super().__init__()
        open_rows = [row for row in rows if not row.over]
        self.rows = {row.item_id: AnswerRow(row, today, self._sent(row, formdata)) for row in open_rows}

    @staticmethod
    def _sent(row: Row, formdata: MultiDict[str, str] | None) -> MultiDict[str, str] | None:
        return formdata if formdata is not None and f"{row.item_id}-answer" in formdata else None

    def given(self, formdata: MultiDict[str, str]) -> dict[int, Given] | None:
        """By item; None when the form or a row is not as it must be."""
        if not self.sent():
            return None
        sent = {one: form for one, form in self.rows.items() if self._sent(form.row, formdata) is not None}
        valid = [form.validate() for form in sent.values()]  # each of them, so that all faults are shown
        if not all(valid):
            return None
        return {one: form.given() for one, form in sent.items()}

    @property
    def wrong(self) -> list[wtforms.Field]:
        return [field for form in self.rows.values() for field in form if field.errors]


class ConfirmForm(Form):
    """The ticked answers, with what was read; `reason` is for every ticked "no" without one of its own."""

    reason = SelectField("Reason for every “no” that has none of its own")
    force = HiddenField()

    def __init__(self, rows: Sequence[Row]) -> None:
        super().__init__()
        self.reason.choices = [SelectChoice("", "Choose a reason"), *_reasons(None)]
        self.rows = {row.item_id: row for row in rows}

    def seen(self, form: Mapping[str, str], ticked: Sequence[int]) -> list[Seen]:
        """What was ticked; what is not of this ask is as if it were not there."""
        return [one for item_id in ticked if (one := self._seen(form, item_id)) is not None]

    def _seen(self, form: Mapping[str, str], item_id: int) -> Seen | None:
        row = self.rows.get(item_id)
        if row is None:
            return None
        version, _, application_version = form.get(f"seen-{item_id}", "").partition(":")
        code = form.get(f"code-{item_id}", "") or str(self.reason.data or "")
        return Seen(
            row.item_id,
            number(version) or 0,
            row.application_id,
            number(application_version) or 0,
            code if row.answer is Answer.NO else "",
        )


def reasons_for(depth: StageKind) -> list[tuple[str, str]]:
    """Of a "no" to somebody who came so far: value and label."""
    return [(one.value, one.label) for one in _reasons(depth)]


def _reasons(depth: StageKind | None) -> list[SelectChoice]:
    known = dispositions() if depth is None else dispositions_at(depth)
    no = [one for one in known if one.status is Status.REJECTED and one.by_hand and one.sends_message]
    return offered((one.code, one.label) for one in no)


def chosen(texts: Sequence[str]) -> list[int]:
    """The ticked people, each once."""
    return list(dict.fromkeys(_numbers(texts)))


def _numbers(texts: Sequence[str]) -> Iterator[int]:
    for text in texts:
        if (found := number(text)) is not None:
            yield found
