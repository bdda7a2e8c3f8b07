"""How strict the wording check is about one matter of style."""

from __future__ import annotations

from wtforms import SelectField, StringField
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]  # newer than its stubs
from wtforms.validators import Length

from employer_app.domain.courtesy import Rule
from employer_app.domain.courtesy.complaint import RULES_OF_FACT
from employer_app.domain.words import t
from employer_app.forms.base import Form

_RULES = [rule for rule in Rule if rule not in RULES_OF_FACT | {Rule.SEND_WINDOW, Rule.NOT_TOO_QUICK}]


class WordingForm(Form):
    rule = SelectField(
        "What", choices=[SelectChoice(rule.value, t(f"check.rule.{rule.name.lower()}")) for rule in _RULES]
    )
    strictness = SelectField(
        "From now on",
        choices=[
            SelectChoice(each, t(f"check.strictness.{each}")) for each in ("warns", "hint", "off", "usual")
        ],
    )
    why = StringField(
        "Why", [Length(max=300)], description="Stays beside your name for everybody who looks after this."
    )
