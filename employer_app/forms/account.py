"""What a person types to sign in, to prove again who they are, and about their own account."""

from __future__ import annotations

from wtforms import EmailField, HiddenField, PasswordField, StringField, TelField
from wtforms.validators import InputRequired, Length, ValidationError

from employer_app.domain.password import LONGEST, SHORTEST, complaint
from employer_app.forms.base import Form

#: beyond any password we ever kept: not worth a hash
_ABSURD = 4 * LONGEST


class SignInForm(Form):
    email = EmailField(
        "E-mail address",
        [InputRequired("Type your address."), Length(max=320, message="This is too long for an address.")],
        render_kw={"autocomplete": "username"},
    )
    password = PasswordField(
        "Password",
        [InputRequired("Type your password."), Length(max=_ABSURD, message="This is too long.")],
        render_kw={"autocomplete": "current-password"},
    )
    next = HiddenField()


class ConfirmForm(Form):
    password = PasswordField(
        "Password",
        [InputRequired("Type your password."), Length(max=_ABSURD, message="This is too long.")],
        render_kw={"autocomplete": "current-password"},
    )
    next = HiddenField()


class PasswordForm(Form):
    """A new password. `own_words` is what an attacker knows about this person."""

    own_words: tuple[str, ...] = ()

    new_password = PasswordField(
        "New password",
        [InputRequired("Type a new password.")],
        description=f"At least {SHORTEST} characters, any characters. A few words in a row do well.",
        render_kw={"autocomplete": "new-password", "minlength": SHORTEST},
    )

    def validate_new_password(self, field: PasswordField) -> None:
        if problem := complaint(field.data or "", self.own_words):
            raise ValidationError(problem)


class SetUpForm(PasswordForm):
    """The first administrator."""

    name = StringField(
        "Your name", [InputRequired("Type your name."), Length(max=120)], render_kw={"autocomplete": "name"}
    )
    email = EmailField(
        "Your e-mail address",
        [InputRequired("Type your address."), Length(max=320)],
        description="You sign in with it.",
        render_kw={"autocomplete": "username"},
    )


class ChangePasswordForm(PasswordForm):
    """The same for somebody who has one and knows it."""

    password = PasswordField(
        "Your password now",
        [
            InputRequired("Type the password that you have now."),
            Length(max=_ABSURD, message="This is too long."),
        ],
        render_kw={"autocomplete": "current-password"},
    )


class AccountForm(Form):
    name = StringField(
        "Your name",
        [InputRequired("Type your name."), Length(max=120)],
        description="As candidates read it under your messages.",
        render_kw={"autocomplete": "name"},
    )
    title = StringField("What you do", [Length(max=120)], description="For example: Recruiter, Crewing.")
    phone = TelField("Your number", [Length(max=120)], render_kw={"autocomplete": "tel"})


class ButtonForm(Form):
    """A form with nothing in it but its proof that the person pressed the button on our page."""
