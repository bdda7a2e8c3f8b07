"""What stands beside a text: one person's letter as it would be, and what they have had from us before."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from flask import request

from employer_app.actions import plans
from employer_app.domain.audience import Audience
from employer_app.domain.close_out import Choices
from employer_app.domain.courtesy import Severity
from employer_app.domain.errors import NotFound
from employer_app.queries.batches import PlanHead
from employer_app.queries.plans import first_of, is_of
from employer_app.queries.received import Word, received
from employer_app.web.batches.blueprint import number
from employer_app.web.viewer import viewer

#: ways to look at a letter; the first is the usual one
VIEWS = ("marked", "plain", "mail", "phone")


@dataclass(frozen=True)
class Seen:
    look: plans.Look
    view: str
    #: whose letter is looked at when nobody is chosen
    first: int
    #: the latest that this person has had from us
    words: Sequence[Word]

    @property
    def counts(self) -> tuple[int, int, int]:
        """How much stops, warns and hints; what is lacking stops."""
        said = [one.severity for one in self.look.complaints]
        stops = said.count(Severity.STOPS) + len(self.look.troubles)
        return stops, said.count(Severity.WARNS), said.count(Severity.HINT)

    @property
    def missing(self) -> int:
        return sum(1 for value in self.look.values if not value.words)


def see(head: PlanHead, choices: Choices, audience: Audience) -> Seen:
    """The letter of whoever was chosen, or else of the first of the group. Raises NotFound for a stranger."""
    at = number("at") if request.args.get("group") == audience.value else None
    at = at or number(f"at-{audience}")
    first = first_of(viewer(), head.id, audience)
    if first is None:
        raise NotFound("Nobody gets this text.")
    if at is None or not is_of(viewer(), head.id, audience, at):
        at = first
    look = plans.preview(plan_id=head.id, choices=choices, audience=audience, at=at, actor=viewer())
    view = request.values.get(f"view-{audience}", "")
    view = view if view in VIEWS else VIEWS[0]
    return Seen(look, view, first, received(viewer(), look.row.candidate_id))


def looked_at() -> dict[str, Any]:
    """Of a form that was sent: whose letter was looked at and how, where that is not the usual."""
    return {
        name: value
        for name, value in request.form.items()
        if name.startswith(("at-", "view-")) and value not in {"", VIEWS[0]}
    }
