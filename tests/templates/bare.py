"""The macros in a bare Jinja environment, with invented content: no app, no database, no request.

`python -m tests.templates.bare FILE` writes the page with every component, for a person to look at.
"""

from __future__ import annotations

import sys
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Any
from zoneinfo import ZoneInfo

from jinja2 import Environment, FileSystemLoader, Undefined
from wtforms import (
    BooleanField,
    FileField,
    Form,
    RadioField,
    SelectField,
    StringField,
    TextAreaField,
    validators,
)
from wtforms.fields.choices import SelectChoice

from employer_app.domain import times
from employer_app.domain.words import t
from employer_app.web.filters import bdi

ROOT = Path(__file__).resolve().parent.parent.parent
NOW = datetime(2026, 11, 18, 9, 42, tzinfo=UTC)
MOMENT = NOW - timedelta(days=12, hours=1)
HERE = ZoneInfo("Europe/Amsterdam")


class Draft(Form):
    """One field of each kind."""

    subject = StringField("Subject", [validators.InputRequired()], description="Read before anything else.")
    body = TextAreaField("Message", [validators.InputRequired("Write the message.")])
    reason = SelectField(
        "Reason",
        choices=[SelectChoice("filled", "The job is filled"), SelectChoice("skill", "A skill is missing")],
    )
    nickname = StringField("Call name", [validators.Optional()])
    advert = FileField("Applicant list")
    how = RadioField(
        "How to tell them",
        choices=[SelectChoice("mail", "By mail"), SelectChoice("call", "By phone")],
        default="mail",
    )
    copy = BooleanField("Send a copy to me", description="To your own address only.")


def draft_with_an_error() -> Draft:
    form = Draft(data={"subject": "Your interview for {{ role_title }}"})
    form.body.errors = ["Write the message."]
    return form


def environment(undefined: type[Undefined] = Undefined) -> Environment:
    """Autoescape on, and what the app gives: the word function, the filters, and addresses."""
    jinja = Environment(loader=FileSystemLoader(ROOT / "templates"), autoescape=True, undefined=undefined)
    jinja.globals.update(
        t=t,
        csrf_token=lambda: "token",
        url_for=lambda endpoint, **values: (
            f"/static/{values['filename']}" if endpoint == "static" else f"/{endpoint}"
        ),
        get_flashed_messages=lambda with_categories: [("done", "The note is kept.")],
    )
    jinja.filters.update(
        ago=lambda moment: times.ago(moment, NOW),
        exact=lambda moment: times.exact(moment, HERE),
        day=times.day,
        countdown=times.countdown,
        bdi=bdi,
    )
    return jinja


def nav(**changes: Any) -> SimpleNamespace:
    facts = {
        "organisation": "Brightwater Ferries",
        "person": "Maren Oduya",
        "administrator": True,
        "waiting": 431,
        "late": 8,
        "needs_person": 4,
    }
    return SimpleNamespace(**facts | changes)


def styleguide() -> str:
    return (
        environment()
        .get_template("styleguide.html")
        .render(
            nav=nav(),
            banner=None,
            health="Mail server answered at 10:38. Worker seen 12 seconds ago.",
            form=draft_with_an_error(),
            moment=MOMENT,
            day=date(2026, 11, 9),
        )
    )


def macro(source: str, undefined: type[Undefined] = Undefined, **context: Any) -> str:
    """Render a few lines of template."""
    return environment(undefined).from_string(source).render(**context)


if __name__ == "__main__":
    Path(sys.argv[1]).write_text(styleguide(), encoding="utf-8")
