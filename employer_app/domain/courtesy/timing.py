"""When the reader hears again, and whether this letter leaves in time.

Whether a letter leaves at a decent hour, and not within minutes of an application (`SEND_WINDOW`,
`NOT_TOO_QUICK`), is the business of whatever sends it: it waits by itself, and nobody is warned.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date

from employer_app.domain.courtesy.complaint import Complaint, Rule, Severity
from employer_app.domain.courtesy.dates import Day, days
from employer_app.domain.courtesy.draft import Draft
from employer_app.domain.courtesy.lexicon import Statement, lexicon
from employer_app.domain.courtesy.phrase import Phrase, complaints
from employer_app.domain.courtesy.reading import Reading
from employer_app.domain.message import Kind, needs_date

_SILENCE = Phrase(
    Statement.SILENCE_IS_NO,
    Rule.NO_SILENCE,
    Severity.WARNS,
    "It announces silence as an answer, which is what people mind most.",
    "Say that everybody hears from you, and by when.",
)
_VAGUE = Phrase(
    Statement.VAGUE_TIME,
    Rule.NO_SILENCE,
    Severity.WARNS,
    "Nobody can wait for a day that is not named.",
    "Name the day.",
)


def breaks_no_silence(draft: Draft, reading: Reading) -> Iterator[Complaint]:
    yield from complaints(draft, reading, (_SILENCE,))


def is_not_vague(draft: Draft, reading: Reading, *, fragment: bool) -> Iterator[Complaint]:
    """Where the day itself is lacking, that is said instead (`gives_date`)."""
    if fragment or not _lacks_date(draft, reading):
        yield from complaints(draft, reading, (_VAGUE,))


def gives_date(draft: Draft, reading: Reading) -> Iterator[Complaint]:
    if not needs_date(draft.kind, paused=draft.paused):
        return
    every = days(draft.language, reading.parts[0], draft.send_on)
    promised = _promised(draft, every)
    if not promised:
        why = "The only day in the text is past." if every else "The text names no day for the next word."
        fix = "Name the day by which this person hears from you again."
        yield _about(draft, reading, every[0] if every else None, Severity.STOPS, why, fix)
    for day in promised:
        yield from _judge(draft, reading, day)


def _lacks_date(draft: Draft, reading: Reading) -> bool:
    if not needs_date(draft.kind, paused=draft.paused):
        return False
    return not _promised(draft, days(draft.language, reading.parts[0], draft.send_on))


def _promised(draft: Draft, every: Sequence[Day]) -> list[Day]:
    """The merged days, or, in a text written by hand, the first day that is still to come."""
    by_day = {day.on: day for day in every}
    merged = [day for on, day in by_day.items() if on in draft.promised]
    if merged:
        return merged
    return [by_day[on] for on in sorted(by_day) if on >= draft.send_on][:1]


def _judge(draft: Draft, reading: Reading, day: Day) -> Iterator[Complaint]:
    if day.on < draft.send_on:
        why, fix = "The day that is promised will be past when this is sent.", "Give a later day."
        yield _about(draft, reading, day, Severity.STOPS, why, fix)
        return
    if draft.limit and day.on > draft.limit:
        why, fix = "An answer on that day would come too late.", f"Give a day up to {_long(draft.limit)}."
        yield _about(draft, reading, day, Severity.WARNS, why, fix)
    if day.weekday is not None and day.weekday != day.on.weekday():
        why, fix = "That day of the week and that date do not go together.", f"It is a {day.on:%A}."
        yield _about(draft, reading, day, Severity.WARNS, why, fix)
    elif day.on.weekday() > 4:
        yield _about(
            draft, reading, day, Severity.WARNS, "That day falls on a weekend.", "Give a working day."
        )


def names_missed_date(draft: Draft, reading: Reading) -> Iterator[Complaint]:
    if draft.kind is not Kind.DELAY_APOLOGY or draft.previous_date is None or not lexicon(draft.language):
        return
    every = days(draft.language, reading.parts[0], draft.previous_date)
    if draft.previous_date not in {day.on for day in every}:
        why = "The text does not name the day that we missed."
        fix = f"Say that you had promised {_long(draft.previous_date)}."
        yield Complaint(Rule.APOLOGISES_ONCE, Severity.WARNS, "", why, fix)


def leaves_in_time(draft: Draft, reading: Reading) -> Iterator[Complaint]:
    """Only while there is time: a letter that is late already leaves as soon as it can."""
    del reading
    due = draft.legal_deadline
    if due is None or draft.send_on <= due or (draft.written_on is not None and draft.written_on > due):
        return
    why = f"It must be sent by {_long(due)}, and it is set to leave later."
    yield Complaint(Rule.IN_TIME, Severity.STOPS, "", why, "Let it leave by that day.")


def _about(
    draft: Draft, reading: Reading, day: Day | None, severity: Severity, why: str, fix: str
) -> Complaint:
    if day is None:
        return Complaint(Rule.GIVES_DATE, severity, "", why, fix)
    place = reading.place(0, day.start, day.end)
    if place is None:
        return Complaint(Rule.GIVES_DATE, severity, day.said, why, fix)
    return Complaint(Rule.GIVES_DATE, severity, draft.text[place[0] : place[1]], why, fix, *place)


def _long(day: date) -> str:
    return f"{day.day} {day:%B %Y}"
