"""Kept is a word on that day or before; what the person never learned of is neither kept nor broken."""

from __future__ import annotations

from datetime import date, datetime

import pytest

from employer_app.domain.kept import Outcome, outcome
from employer_app.domain.story import read_story
from tests.domain.test_owed import CALENDAR, Happening, K, accepted, call, facts, local, on, promise

LATE = on(30)
GIVEN = promise(on(4), date(2026, 11, 13), message_id=1)


def became(*happenings: Happening, at: datetime = LATE) -> Outcome:
    story = read_story(facts([GIVEN, *happenings]))
    return outcome(story.promises[0], story, CALENDAR, at)


@pytest.mark.parametrize(
    ("happenings", "expected"),
    [
        ([call(on(12))], Outcome.KEPT),
        ([call(local(13, 23))], Outcome.KEPT),
        ([call(local(14, 1))], Outcome.BROKEN),
        ([call(on(16)), call(on(10))], Outcome.KEPT),
        ([accepted(on(12), message_id=2, automatic=True)], Outcome.BROKEN),
        ([call(on(3))], Outcome.BROKEN),
        ([(K.MESSAGE_BOUNCED, on(5), {"message_id": 1})], Outcome.VOID),
        ([(K.WAIVER_MADE, on(5), {})], Outcome.VOID),
        ([(K.STATUS_CHANGED, on(5), {"status": "withdrawn"})], Outcome.VOID),
    ],
)
def test_outcome(happenings: list[Happening], expected: Outcome) -> None:
    assert became(*happenings) is expected


def test_open_until_the_morning_after() -> None:
    """The 13th is a Friday, so the morning after is Monday."""
    assert became(at=local(13, 23)) is Outcome.OPEN
    assert became(at=local(16, 8)) is Outcome.OPEN
    assert became(at=local(16, 10)) is Outcome.BROKEN
