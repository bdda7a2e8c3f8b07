"""The backlog: what is done with each group of people, how many a day, and from which day on."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from wtforms import (
    BooleanField,
    DateField,
    Field,
    HiddenField,
    IntegerField,
    RadioField,
    SelectField,
    TextAreaField,
)
from wtforms.validators import InputRequired, Optional

from employer_app.domain.close_out import Cause
from employer_app.domain.rescue import HEAPS, Choice, HeapName, Pile
from employer_app.domain.words import t
from employer_app.forms.base import Form
from employer_app.forms.batches import CAUSES
from employer_app.forms.choices import offered

_PER_DAY = "Messages a day"


class _PlanForm(Form):
    """`choice_…` and `seen_…` come for each group, from `plan_form`."""

    cause = RadioField("Why do they hear now?", [Optional()], choices=CAUSES, default=Cause.FILLED.value)
    per_day = IntegerField(_PER_DAY, [InputRequired("Give a number.")])
    starts_on = DateField("First day", [InputRequired("Give the first day.")])
    reason = TextAreaField(
        "Why some of them need no answer",
        [Optional()],
        description="Only where you chose “No answer needed”. Your name and this reason stay in the record.",
    )

    def choices(self) -> dict[HeapName, Choice]:
        """What is no choice, and groups that were not on the page, are as if nothing was chosen."""
        said = {name: self._of("choice", name) for name in HEAPS}
        return {name: Choice(choice) for name, choice in said.items() if choice in set(Choice)}

    def seen(self) -> dict[HeapName, str]:
        return {name: self._of("seen", name) for name in HEAPS}

    def choice_of(self, name: HeapName) -> Field:
        found: Field = self[f"choice_{name}"]
        return found

    def seen_of(self, name: HeapName) -> Field:
        found: Field = self[f"seen_{name}"]
        return found

    def _of(self, what: str, name: HeapName) -> str:
        field = f"{what}_{name}"
        return str(self[field].data or "") if field in self else ""


def plan_form(pile: Pile, *, per_day: int, starts_on: date, fresh: bool) -> _PlanForm:
    """With a choice for each group that has people. `fresh`: nothing was sent, so it shows what is proposed.

    A form that was sent keeps what it said that it saw, so that a pile that changed is noticed.
    """
    fields: dict[str, Any] = {}
    for name in HEAPS:
        heap = pile.heaps.get(name)
        if heap is None:
            continue
        words = [(one.value, t(f"rescue.choice.{one}")) for one in name.choices]
        must = t("rescue.choose") if name.proposed is None else "Choose."
        fields[f"choice_{name}"] = SelectField(
            f"{t(f'rescue.press.{name.press}')}, {t(f'rescue.span.{name.span}')}",
            [InputRequired(must)],
            choices=offered([*([] if name.proposed else [("", t("rescue.choose"))]), *words]),
            default=name.proposed.value if name.proposed else "",
        )
        fields[f"seen_{name}"] = HiddenField(default=heap.seen)
    made: type[_PlanForm] = type("PlanForm", (_PlanForm,), fields)
    start: Mapping[str, Any] = {"per_day": per_day, "starts_on": starts_on}
    return made(formdata=None, data=start) if fresh else made(data=start)


class PerDayForm(Form):
    per_day = IntegerField(_PER_DAY, [InputRequired("Give a number.")])


class EndForm(Form):
    to_home = BooleanField("Put those who are left on the home list")
