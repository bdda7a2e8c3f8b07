"""A rescue of half of the backlog, with the list of its first day prepared."""

from __future__ import annotations

from employer_app.actions import rescue
from employer_app.actions.rescue import Drip
from employer_app.domain.clock import now
from employer_app.domain.close_out import Cause
from employer_app.domain.errors import Refused
from employer_app.domain.rescue import Choice, local_day
from employer_app.domain.role import Person
from employer_app.queries.digest import house_calendar
from employer_app.queries.rescue import pile


def rescued(alice: Person) -> dict[str, int | str]:
    heaps = sorted(pile(alice).heaps)
    choices = dict.fromkeys(heaps[: max(1, len(heaps) // 2)], Choice.WRITE)
    today = local_day(house_calendar(alice), now())
    done = rescue.plan(actor=alice, choices=choices, seen={}, drip=Drip(20, today, Cause.FILLED))
    assert done.rescue_id is not None
    try:
        rescue.prepare(actor=alice, rescue_id=done.rescue_id)
    except Refused as refused:
        assert "no working day" in str(refused)  # noqa: PT017 - on a day off there is no list
    return {"rescue": done.rescue_id}
