"""The settings forms: they parse; what may stand in a field is decided by the verbs."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from functools import lru_cache
from importlib.resources import files
from typing import Any
from zoneinfo import available_timezones

from wtforms import (
    BooleanField,
    EmailField,
    IntegerField,
    RadioField,
    SelectField,
    StringField,
    TextAreaField,
)
from wtforms.validators import InputRequired, Length, Optional, ValidationError

from employer_app.domain.role import Role
from employer_app.domain.words import t
from employer_app.forms.base import Form
from employer_app.forms.choices import SelectChoice, letter_languages, offered, tones

ROLES = offered((role.value, t(f"role.{role}")) for role in (Role.RECRUITER, Role.ADMINISTRATOR))
_CHOOSE = SelectChoice("", "Choose…")


class OrganisationForm(Form):
    name = StringField("Name of the organisation", [InputRequired("Give it a name."), Length(max=120)])
    sender_name = StringField(
        "Sender name", [Length(max=120)], description="What stands in front of the address in every message."
    )
    sender_address = EmailField("Sender address", [Length(max=320)], description="Messages come from here.")
    reply_to = EmailField(
        "Address for replies", [Length(max=320)], description="Somebody reads it. Empty: the sender address."
    )
    signature = TextAreaField(
        "Signature", [Length(max=2000)], description="Stands under every message.", render_kw={"rows": 4}
    )
    language = SelectField(
        "Letters are in",
        choices=letter_languages(),
        description="People who write to you in another of these languages get their letters in it.",
    )
    tone = SelectField("Tone", choices=tones())
    informal = BooleanField("Say du, tu, tú or je in languages that have such a form")
    retention_months = IntegerField(
        "Months to keep a closed application",
        [Optional()],
        description="Empty: kept until somebody removes it. Nobody is removed while waiting for an answer.",
        render_kw={"min": 1, "max": 120},
    )

    def typed(self) -> dict[str, Any]:
        """What was typed, by the names that the verbs know."""
        texts = ("name", "sender_name", "sender_address", "reply_to", "signature", "language", "tone")
        return {
            **{name: self[name].data or "" for name in texts},
            "informal": bool(self.informal.data),
            "retention_months": self.retention_months.data,
        }


class PlaceForm(Form):
    name = StringField(
        "Name", [InputRequired("Give it a name."), Length(max=120)], description="For example: Rotterdam."
    )
    country = SelectField("Country", [InputRequired("Choose a country.")])
    subdivision = StringField(
        "Region",
        [Length(max=10)],
        description="The short code, if the region has holidays of its own: BY, ON, ENG.",
    )
    timezone = SelectField("Time zone", [InputRequired("Choose a time zone.")])
    closed_days = TextAreaField(
        "Closed days",
        description="Days on which nobody works there beside the holidays. One a line, such as 2026-12-28.",
        render_kw={"rows": 4},
    )

    def __init__(self, **values: object) -> None:
        super().__init__(**values)
        self.country.choices = [_CHOOSE, *_countries()]
        self.timezone.choices = [_CHOOSE, *_timezones()]

    def validate_closed_days(self, field: TextAreaField) -> None:
        for line in _lines(field.data):
            try:
                date.fromisoformat(line)
            except ValueError:
                raise ValidationError(f"“{line[:20]}” is not a day. Write it as 2026-12-28.") from None

    def days(self) -> list[date]:
        """The closed days; call after the form was found valid."""
        return [date.fromisoformat(line) for line in _lines(self.closed_days.data)]


class PersonForm(Form):
    name = StringField("Name", [InputRequired("Give a name."), Length(max=120)])
    email = EmailField("E-mail address", [InputRequired("Give an address."), Length(max=320)])
    role = RadioField("Role", choices=ROLES, default=Role.RECRUITER.value)


class RoleForm(Form):
    role = SelectField("Role", choices=ROLES)


def _lines(text: str | Sequence[str | date] | None) -> list[str]:
    """Of a field that was not sent, the days that stood there before."""
    lines = text.splitlines() if isinstance(text, str) else [str(day) for day in text or ()]
    return [line.strip() for line in lines if line.strip()]


@lru_cache(maxsize=1)
def _countries() -> list[SelectChoice]:
    """Code and English name, by name, from the time zone data that Python brings along."""
    table = (files("tzdata") / "zoneinfo" / "iso3166.tab").read_text("utf-8")
    rows = (line.split("\t") for line in table.splitlines() if line and not line.startswith("#"))
    named = sorted((name, code) for code, name in rows)
    return offered((code, name) for name, code in named)


@lru_cache(maxsize=1)
def _timezones() -> list[SelectChoice]:
    names = sorted(name for name in available_timezones() if "/" in name and not name.startswith("Etc/"))
    return offered((name, name.replace("_", " ")) for name in [*names, "UTC"])
