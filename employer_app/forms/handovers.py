"""To whom owed answers go, and what the new owner is told with them."""

from __future__ import annotations

from collections.abc import Sequence

from wtforms import HiddenField, SelectField, StringField
from wtforms.validators import Length

from employer_app.domain.handover import LONGEST_NOTE
from employer_app.forms.base import Form
from employer_app.forms.choices import offered
from employer_app.forms.ids import IdField, number


class HandOverForm(Form):
    """`seen`: who owed each answer on the page that our form was on, as "17:4 18:0"; 0 is nobody."""

    to = SelectField("Hand over to", coerce=int)
    note = StringField(
        "A note for them",
        [Length(max=LONGEST_NOTE)],
        description="They read it beside each of these people. Candidates never do.",
    )
    seen = HiddenField()
    back = HiddenField()

    def offer(self, team: Sequence[tuple[int, str]], me: int | None) -> None:
        named = [(one, f"{name} (you)" if one == me else name) for one, name in team]
        self.to.choices = offered([(0, "Choose a colleague"), *named])

    def owners(self) -> dict[int, int | None]:
        """Application id -> who owed the answer."""
        pairs = [pair.partition(":") for pair in (self.seen.data or "").split()]
        found = {number(one): number(owner) for one, colon, owner in pairs if colon}
        return {one: owner for one, owner in found.items() if one is not None}


class HandOverAllForm(Form):
    """All that somebody left behind."""

    to = IdField()
