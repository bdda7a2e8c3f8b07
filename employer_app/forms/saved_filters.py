"""A saved filter: its name, who sees it, and the filters as the page of the list carries them."""

from __future__ import annotations

from collections.abc import Mapping
from urllib.parse import parse_qsl

from wtforms import BooleanField, HiddenField, StringField
from wtforms.validators import InputRequired, Length

from employer_app.domain.filter_page import LONGEST_NAME, FilterPage
from employer_app.forms.base import Form
from employer_app.forms.ids import IdField
from employer_app.forms.jobs import filter_args, filters_of
from employer_app.forms.owed_filters import one_of, owed_filter_args, owed_filters_of

#: whose answers; kept with the filters of the home list
_WHOSE = {"mine", "team", "nobody", "all", "old"}


class FilterNameForm(Form):
    name = StringField("Name", [InputRequired("Type a name."), Length(max=LONGEST_NAME)])
    shared = BooleanField("Share with the team")
    back = HiddenField()


class SaveFilterForm(FilterNameForm):
    page = HiddenField()
    job = IdField()
    filters = HiddenField()

    @property
    def of(self) -> FilterPage | None:
        return one_of(FilterPage, self.page.data)

    def args(self) -> Mapping[str, str]:
        """What filters, of what was sent. Anything else is not kept, nor is a name that was looked for."""
        sent = dict(parse_qsl(self.filters.data or ""))
        if self.of is FilterPage.JOB:
            found = filter_args(filters_of(sent))
            return {name: value for name, value in found.items() if name != "q"}
        found = owed_filter_args(owed_filters_of(sent))
        whose = sent.get("whose", "")
        return {**({"whose": whose} if found and whose in _WHOSE else {}), **found}
