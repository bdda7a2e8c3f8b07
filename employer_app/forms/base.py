"""The form that all others are: with its proof that the page was ours, and typed."""

from __future__ import annotations

from typing import Any

from flask_wtf import FlaskForm

from employer_app.domain.errors import Refused

#: what the form library says, in our words
_SAID = {
    "This field is required.": "Fill this in.",
    "Not a valid choice.": "Choose one of the list.",
    "Invalid Choice: could not coerce.": "Choose one of the list.",
    "Invalid choice(s): one or more data inputs could not be coerced.": "Choose from the list.",
    "Not a valid date value.": "This is not a day. Write it as 2026-12-28.",
    "Not a valid time value.": "This is not a time. Write it as 14:30.",
    "Not a valid integer value.": "This is not a whole number.",
    "Number must be between %(min)s and %(max)s.": "Give a number from %(min)s to %(max)s.",
    "Field cannot be longer than %(max)d character.": "This is too long: %(max)d character is the most.",
    "Field cannot be longer than %(max)d characters.": "This is too long: %(max)d characters are the most.",
}


class _Words:
    """As the form library asks for a translation."""

    def gettext(self, said: str) -> str:
        return _SAID.get(said, said)

    def ngettext(self, singular: str, plural: str, n: int) -> str:
        return self.gettext(singular if n == 1 else plural)


class Plain:
    """Part of the `Meta` of every form, also of one inside another."""

    def get_translations(self, _form: object) -> _Words:
        return _Words()


class Form(FlaskForm):
    """Give `formdata=None` for one that stays empty on a POST that was meant for another."""

    class Meta(Plain, FlaskForm.Meta):
        pass

    def __init__(self, **values: Any) -> None:
        super().__init__(**values)  # type: ignore[no-untyped-call]

    def sent(self) -> bool:
        """Whether it was sent, and every field is as it must be."""
        return bool(self.validate_on_submit())  # type: ignore[no-untyped-call]


def say(form: Form, refused: Refused) -> None:
    """Put a refusal beside the field it is about, or above the form; what was typed stays."""
    field = form[refused.field] if refused.field and refused.field in form else None
    if field is None:
        form.form_errors.append(str(refused))
    else:
        field.errors = [*field.errors, str(refused)]
