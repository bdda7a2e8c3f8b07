"""The pace: a common mailbox, or own figures. What may stand in a figure is decided by the verb."""

from __future__ import annotations

from wtforms import IntegerField, RadioField
from wtforms.validators import Optional

from employer_app.domain.pace import Known, Preset, presets
from employer_app.domain.pace_words import figures, meaning
from employer_app.domain.words import t
from employer_app.forms.base import Form
from employer_app.forms.choices import SelectChoice


def _label(known: Known) -> str:
    """What it is called, what it takes, and how long a long list is then on its way."""
    if not known.limits:
        return known.name
    return f"{known.name}: {figures(known.limits)}. {meaning(known.limits)}"


class PaceForm(Form):
    preset = RadioField(
        "Messages leave by",
        choices=[
            *(SelectChoice(known.preset.value, _label(known)) for known in presets().values()),
            SelectChoice(Preset.OWN.value, t("pace.own")),
        ],
    )
    pace_second = IntegerField("Messages in a second", [Optional()], render_kw={"min": 1})
    pace_minute = IntegerField("Messages in a minute", [Optional()], render_kw={"min": 1})
    pace_day = IntegerField("Messages in 24 hours", [Optional()], render_kw={"min": 1})
    pace_domain_minute = IntegerField(
        "Messages in a minute to one domain",
        [Optional()],
        description="So that the mail server of one large provider does not get them all at once.",
        render_kw={"min": 1},
    )
