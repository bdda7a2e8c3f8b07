"""What a person types about somebody who is known."""

from __future__ import annotations

from wtforms import BooleanField, HiddenField
from wtforms.validators import InputRequired

from employer_app.forms.applications import PersonFields
from employer_app.forms.ids import VersionField


class PersonForm(PersonFields):
    do_not_mail = BooleanField(
        "Do not write by mail",
        description="They asked for a call or a letter instead. No mail leaves to them.",
    )
    version = VersionField(validators=[InputRequired()])
    force = HiddenField()
    #: the button "Swap the two addresses" keeps everything else as typed
    swap = HiddenField()
