"""What an application takes along into another job: the facts that still count, each with its own moment.

Law: read in the new job, they open the debts that the old one had, since the same moments. Only a closed job
is left behind. An offer of the old job is none of the new one, and a "no" told there tells nothing here.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from employer_app.domain.event import EventKind, Fact
from employer_app.domain.stage import StageKind
from employer_app.domain.story import Story, read_story

#: the reason that ends the old application
MOVED = "MOVED"
#: how far somebody can have come in another job
FURTHEST = StageKind.FINAL


@dataclass(frozen=True)
class Carried:
    """`seq`: of the fact in the old application."""

    seq: int
    kind: EventKind
    facts: Mapping[str, Any]
    occurred_at: datetime


def carry(history: Sequence[Fact], application_id: int) -> list[Carried]:
    """From the application of that id, in the order in which the facts were written there."""
    story = read_story(history)
    return [_depth(one, story) for one in sorted(_facts(story, application_id), key=lambda one: one.seq)]


def closing_on_of(history: Sequence[Fact], of_job: date | None) -> str | None:
    """The closing date that counts for it in any other job, as an ISO date."""
    day = read_story(history).closing_on(of_job)
    return day.isoformat() if day else None


def _facts(story: Story, application_id: int) -> Iterator[Carried]:
    there = (
        *(story.received, story.reopened, story.waiver),
        *(*story.contacts, *story.talks, *story.open_promises, *story.troubles.values()),
    )
    for fact in there:
        if fact is None:
            continue
        facts = {**fact.facts, "carried": application_id}
        if "tells" in facts:
            facts["tells"] = False
        kind = EventKind.REOPENED if fact is story.reopened else fact.kind
        yield Carried(fact.seq, kind, facts, fact.occurred_at)


def _depth(one: Carried, story: Story) -> Carried:
    """The first fact says how far they came; later moves of a card open nothing."""
    if one.kind is not EventKind.APPLICATION_RECEIVED:
        return one
    depth = story.depth if story.depth.depth <= FURTHEST.depth else FURTHEST
    return Carried(one.seq, one.kind, {**one.facts, "stage_kind": depth.value}, one.occurred_at)
