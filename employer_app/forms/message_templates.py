"""A letter of our own as its form: it parses; what may stand in a field is decided by the verbs."""

from __future__ import annotations

from collections.abc import Sequence

from wtforms import BooleanField, SelectField, StringField, TextAreaField
from wtforms.validators import InputRequired, Length

from employer_app.domain.disposition import dispositions
from employer_app.domain.kind import occasions
from employer_app.domain.merge import MAX_SOURCE
from employer_app.domain.message import Kind
from employer_app.domain.starter import Variant
from employer_app.domain.status import Status
from employer_app.domain.words import t
from employer_app.forms.base import Form
from employer_app.forms.batches import plain
from employer_app.forms.choices import SelectChoice, every_language, offered, tones
from employer_app.forms.ids import VersionField, number

_TOO_LONG = f"This is too long: {MAX_SOURCE:,} characters are enough."


def occasion_name(kind: Kind, variant: Variant) -> str:
    """ "The job is filled, very late"."""
    if variant is Variant.ON_HOLD:
        return t("letter.on_hold")
    said = t(f"message.kind.{kind}")
    return f"{said}, {t(f'message.variant.{variant}')}" if variant else said


def reasons() -> list[tuple[str, str]]:
    """Every reason that is told with a letter, by code."""
    return [
        (one.code, one.label) for one in dispositions() if one.status is Status.REJECTED and one.sends_message
    ]


class LetterForm(Form):
    version = VersionField()
    name = StringField(
        "Name",
        [InputRequired("Give it a name."), Length(max=120)],
        description="For the team; no reader sees it.",
    )
    occasion = SelectField("Kind")
    language = SelectField("Language")
    tone = SelectField("Tone", choices=tones())
    informal = BooleanField("Addresses the reader informally (du, tu, tú, je)")
    reason = SelectField("For which reason")
    job = SelectField("For which job")
    subject = StringField("Subject", [InputRequired("Write a subject that names the role."), Length(max=300)])
    body = TextAreaField(
        "Message",
        [InputRequired("Write the message."), Length(max=MAX_SOURCE, message=_TOO_LONG)],
        filters=[plain],
    )
    reader = SelectField("Shown with the values of")

    def __init__(self, jobs: Sequence[tuple[int, str]], **values: object) -> None:
        super().__init__(**values)
        self.occasion.choices = offered((key, occasion_name(*one)) for key, one in occasions().items())
        self.language.choices = every_language()
        self.reason.choices = [SelectChoice("", "Every reason"), *offered(reasons())]
        self.job.choices = [
            SelectChoice("", "Every job"),
            *offered((str(key), name) for key, name in jobs),
        ]
        self.reader.choices = []

    def offer(self, readers: Sequence[tuple[int, str]]) -> None:
        """Whom the text can be shown for; whoever is not among them any more gives way to the sample."""
        named = offered((str(key), name) for key, name in readers)
        self.reader.choices = [SelectChoice("", "the sample"), *named]
        if self.reader.data not in {str(key) for key, _ in readers}:
            self.reader.data = ""

    @property
    def job_id(self) -> int | None:
        return number(self.job.data)

    @property
    def reader_id(self) -> int | None:
        return number(self.reader.data)

    @property
    def about(self) -> tuple[Kind, Variant]:
        return occasions()[self.occasion.data]
