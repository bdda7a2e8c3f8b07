"""The number that is typed before many messages go on after a restore."""

from __future__ import annotations

from wtforms import StringField

from employer_app.forms.base import Form
from employer_app.forms.ids import number


class ReleaseForm(Form):
    typed_count = StringField()

    @property
    def count(self) -> int | None:
        """None for anything that is no number."""
        return number((self.typed_count.data or "").strip())
