"""What a person types on the way to a send list. A text that cannot be read is said with its line."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date

import wtforms
from werkzeug.datastructures import MultiDict
from wtforms import BooleanField, DateField, HiddenField, RadioField, SelectField, StringField, TextAreaField
from wtforms.validators import InputRequired, Length, Optional, ValidationError

from employer_app.domain.audience import Audience
from employer_app.domain.close_out import Cause, GroupText
from employer_app.domain.merge import MAX_SOURCE, TemplateProblem, compile_text
from employer_app.domain.next_word import problem_with
from employer_app.forms.base import Form, Plain
from employer_app.forms.choices import SelectChoice, letter_languages, offered
from employer_app.forms.ids import typed_number

LONGEST_LINE = 600
CAUSES = offered(
    [
        (Cause.FILLED.value, "The role is filled"),
        (Cause.NOT_CHOSEN.value, "These people were not chosen"),
        (Cause.CANCELLED.value, "The role is cancelled"),
    ]
)


def plain(text: str | None) -> str:
    """Line ends as we keep them; browsers send others."""
    return (text or "").replace("\r\n", "\n").replace("\r", "\n")


class CloseOutForm(Form):
    cause = RadioField("Why do they hear now?", [InputRequired("Choose why.")], choices=CAUSES)


class UpdateForm(Form):
    next_update_by = DateField(
        "Date of the next word",
        [InputRequired("Give the day by which they hear from you again.")],
        description="It stands in every message, and from then on they wait again: choose one you can keep.",
    )

    def __init__(self, today: date, **values: object) -> None:
        super().__init__(**values)
        self.today = today

    def validate_next_update_by(self, field: DateField) -> None:
        _still_to_come(field, self.today)


class TextsForm(Form):
    """What all groups share. `digest` is of the list as this person saw it."""

    digest = HiddenField()
    cause_sentence = StringField(
        "What happened on your side",
        [Length(max=300, message="One sentence is enough: 300 characters at most.")],
        description="One whole sentence, for everybody. Leave it empty if there is nothing to say.",
    )
    next_update_by = DateField("Date of the next word", [Optional()])

    def __init__(self, today: date, gives_day: bool, **values: object) -> None:
        super().__init__(**values)
        self.today, self.gives_day = today, gives_day

    def validate_next_update_by(self, field: DateField) -> None:
        if self.gives_day and field.data is None:
            raise ValidationError("Give the day by which they hear from you again.")
        if self.gives_day:
            _still_to_come(field, self.today)


class GroupForm(wtforms.Form):
    """The text of one group; its fields are named after the group: "applied-subject"."""

    class Meta(Plain, wtforms.Form.Meta):  # type: ignore[misc]
        pass

    starter = SelectField("Take another text", validate_choice=True)
    reason = SelectField("Reason that is recorded")
    criterion = StringField(
        "What the advert asks for",
        [Length(max=200, message="A few words are enough: 200 characters at most.")],
        description="In its own words, such as “a lorry licence”. It fills the sentence with the reason.",
    )
    cause_sentence = StringField(
        "What happened on your side, in this language",
        [Length(max=300, message="One sentence is enough: 300 characters at most.")],
    )
    second = SelectField(
        "The same once more in",
        description="Under the text, as we ship it in that language. For readers who may know only one.",
    )
    subject = StringField("Subject", [InputRequired("Write a subject that names the role.")])
    body = TextAreaField("Message", [InputRequired("Write the message.")], filters=[plain])
    says_no = BooleanField(
        "This text does say no",
        description="For words that the check does not know. Your name is recorded with the list.",
    )

    def __init__(
        self,
        audience: Audience,
        stored: GroupText,
        starters: Sequence[tuple[str, str]],
        reasons: Sequence[tuple[str, str]],
        formdata: MultiDict[str, str] | None = None,
    ) -> None:
        data = {
            "reason": stored.disposition,
            "criterion": stored.criterion,
            "cause_sentence": stored.cause_sentence,
            "second": stored.second,
            "subject": stored.subject,
            "body": stored.body,
            "says_no": stored.says_no,
        }
        super().__init__(formdata=formdata, prefix=audience.value, data=data)
        self.starter.choices = [SelectChoice("", "Keep this text"), *offered(starters)]
        others = letter_languages(but=stored.language)
        self.second.choices = [SelectChoice("", "No other language"), *others]
        self.reason.choices = offered(reasons)
        if not reasons:
            del self.reason
            del self.criterion
            del self.says_no
        if not (reasons and audience.language):
            del self.cause_sentence

    def validate_subject(self, field: StringField) -> None:
        _readable(field.data or "")

    def validate_body(self, field: TextAreaField) -> None:
        _readable(field.data or "")


class Together:
    """Several forms as one, for the summary of what is to be put right."""

    def __init__(self, first: Form, *others: wtforms.Form) -> None:
        self._forms = (first, *others)
        self.form_errors = first.form_errors

    def __iter__(self) -> Iterator[wtforms.Field]:
        for form in self._forms:
            yield from form

    def say(self, message: str, name: str | None) -> None:
        """Put a refusal beside the field of that name, or above all."""
        for field in self:
            if name is not None and field.name == name:
                field.errors = [*field.errors, message]
                return
        self.form_errors.append(message)


class ConfirmForm(Form):
    digest = HiddenField()
    typed_count = StringField()

    @property
    def count(self) -> int | None:
        return typed_number(self.typed_count.data)


class RefuseForm(Form):
    because = TextAreaField(
        "What is to be put right", [Length(max=500)], description="Whoever asked reads it."
    )


class WaiveForm(Form):
    because = StringField(
        "Why", [Length(max=120)], description="Your name and these words stand in the history of this list."
    )


class PauseForm(Form):
    because = StringField("Why", [Length(max=120)], description="Everybody who opens this list reads it.")


def lines(form: Mapping[str, str], application_ids: Sequence[int]) -> dict[int, str]:
    """The lines of their own that were typed, by application; only of people in the list."""
    found = {row: form.get(f"line-{row}") for row in application_ids}
    return {row: " ".join(line.split()) for row, line in found.items() if line is not None}


def _readable(source: str) -> None:
    """Raises ValidationError with the line, unless a letter can be made of it."""
    if len(source) > MAX_SOURCE:
        raise ValidationError(f"This is too long: {MAX_SOURCE:,} characters are enough.")
    try:
        compile_text(source)
    except TemplateProblem as problem:
        raise ValidationError(f"Line {problem.line}: {problem}") from None


def _still_to_come(field: DateField, today: date) -> None:
    if field.data is not None and (problem := problem_with(field.data, today)):
        raise ValidationError(problem)
