"""How strict the wording check is about one matter of style."""

from __future__ import annotations

from wtforms import SelectField, StringField
from wtforms.validators import Length

from employer_app.domain.courtesy import LONGEST_WHY, TUNABLE
from employer_app.domain.words import t
from employer_app.forms.base import Form
from employer_app.forms.choices import SelectChoice


class WordingForm(Form):
    rule = SelectField(
        "What", choices=[SelectChoice(rule.value, t(f"check.rule.{rule.name.lower()}")) for rule in TUNABLE]
    )
    strictness = SelectField(
        "From now on",
        choices=[
            SelectChoice(each, t(f"check.strictness.{each}")) for each in ("warns", "hint", "off", "usual")
        ],
    )
    why = StringField(
        "Why",
        [Length(max=LONGEST_WHY)],
        description="Stays beside your name for everybody who looks after this.",
    )
