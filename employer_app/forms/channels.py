"""What somebody types beside a phone script, a letter on paper or a short text to one person."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date

from wtforms import BooleanField, DateField, HiddenField, SelectField, StringField, TextAreaField
from wtforms.validators import InputRequired, Length, Optional, ValidationError

from employer_app.domain.words import t
from employer_app.forms.base import Form
from employer_app.forms.batches import LONGEST_LINE, plain
from employer_app.forms.choices import offered

WAYS = ("sms", "whatsapp", "messenger")
_DAY = "Only if a day was named."
_PROMISE = "We said there will be word by"


class OwnWordsForm(Form):
    """What no record says and a text names. Only the fields that it names stay."""

    about = HiddenField()
    language = HiddenField()
    next_update_by = DateField("Date of the next word", [Optional()])
    personal_line = TextAreaField(
        "One true sentence for this person alone",
        [Length(max=LONGEST_LINE)],
        description="What you saw or heard when you met, such as a plan they drew or a question they asked.",
    )
    cause_sentence = StringField(
        "What happened on your side",
        [Length(max=300, message="One sentence is enough: 300 characters at most.")],
        description="One full sentence.",
    )
    criterion = StringField(
        "What the advert asks for",
        [Length(max=200, message="A few words are enough: 200 characters at most.")],
        description="In its own words, such as “a lorry licence”. It fills the sentence with the reason.",
    )

    def __init__(self, asked: Collection[str], today: date, **values: object) -> None:
        super().__init__(**values)
        self.today = today
        for name in ("next_update_by", "personal_line", "cause_sentence", "criterion"):
            if name not in asked:
                del self[name]

    def validate_next_update_by(self, field: DateField) -> None:
        if field.data is not None and field.data <= self.today:
            raise ValidationError("This day is not to come. Give a later one.")

    def value(self, name: str) -> str:
        return " ".join((self[name].data or "").split()) if name in self else ""


class CallForm(Form):
    """How it ended; the button that was pressed says so."""

    note = TextAreaField(
        "What was said, or tried",
        [Length(max=5000)],
        description="What they asked, what you promised. The person may ask to read it.",
    )
    promise_on = DateField(_PROMISE, [Optional()], description=f"{_DAY} It counts if you reached them.")


class LetterForm(Form):
    """The letter itself, and when it was posted. The address is put on the paper and kept nowhere."""

    address = TextAreaField(
        "Name and postal address",
        [Length(max=500)],
        filters=[plain],
        description="As on an envelope, at most six lines. It stands in the window, and is not kept.",
    )
    subject = StringField("Subject line", [Length(max=250)])
    text = TextAreaField(
        "The letter", [InputRequired("Write the letter."), Length(max=15_000)], filters=[plain]
    )
    says_no = BooleanField(
        "This letter does say no",
        description="For words that the check does not know. Your name is recorded with the letter.",
    )
    posted_on = DateField("Posted on", [Optional()])
    tells = BooleanField("The decision is told in it")
    promise_on = DateField("It says there will be word by", [Optional()], description=_DAY)

    def lines(self) -> list[str]:
        """Of the address, without empty ones."""
        return [" ".join(line.split()) for line in (self.address.data or "").splitlines() if line.strip()]


class ShortTextForm(Form):
    by = SelectField("Sent by", choices=offered((way, t(f"channel.short_by.{way}")) for way in WAYS))
    text = HiddenField(validators=[InputRequired("There is no text."), Length(max=2000)])
