"""Begin a send list of word in between: no decision, an honest reason, and the day of the next word.

A holding note is the usual one; an apology for a day that was not kept and "the job is on hold" go the same
way. Each of them opens a date that we owe.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from enum import StrEnum
from zoneinfo import ZoneInfo

from employer_app.actions import plans
from employer_app.actions.plans.own_texts import with_own_texts
from employer_app.domain.clock import now
from employer_app.domain.close_out import Choices, GroupText
from employer_app.domain.errors import Refused
from employer_app.domain.message import Kind
from employer_app.domain.next_word import problem_with
from employer_app.domain.role import Person, Verb, require
from employer_app.domain.starter import Variant
from employer_app.queries.batches import plan_head
from employer_app.queries.jobs import job_head
from employer_app.queries.people_named import told_a_day


class Word(StrEnum):
    """What many may be told between two answers."""

    HOLDING_NOTE = "holding_note"
    DELAY_APOLOGY = "delay_apology"
    ON_HOLD = "on_hold"


_LETTERS = {
    Word.HOLDING_NOTE: (Kind.HOLDING_NOTE, Variant.USUAL),
    Word.DELAY_APOLOGY: (Kind.DELAY_APOLOGY, Variant.USUAL),
    Word.ON_HOLD: (Kind.CANCELLED_OR_ON_HOLD, Variant.ON_HOLD),
}


def start(
    *,
    job_id: int,
    word: Word,
    until: date,
    actor: Person,
    application_ids: Sequence[int] = (),
    cause_sentence: str = "",
    missed: date | None = None,
) -> int:
    """A plan for these people, or for everybody in the job who is owed a final answer.

    `cause_sentence`: what happened on our side, for whoever reads the list's own language. `missed`: the day
    that an apology is for; it goes to those who were given it and to nobody else. Raises Refused for a day
    that cannot be given, and for somebody who was never given the missed one.
    """
    require(actor, Verb.MAIL)
    timezone = job_head(actor, job_id).timezone
    today = now().astimezone(ZoneInfo(timezone)).date()
    if problem := problem_with(until, today):
        raise Refused(problem, "Nothing was sent.", "next_update_by")
    fields: dict[str, str] = {}
    if missed is not None:
        application_ids = _given(application_ids, told_a_day(actor, job_id, missed, timezone), missed)
        fields["previous_date"] = missed.isoformat()
    plan_id = plans.start_update(
        job_id=job_id, actor=actor, application_ids=application_ids, next_update_by=until
    )
    choices = before = Choices.from_json(plan_head(actor, plan_id).choices)
    if word is not Word.HOLDING_NOTE:
        choices = with_own_texts(_reworded(choices, job_id, word), job_id, actor)
    choices = replace(choices, cause_sentence=" ".join(cause_sentence.split()), fields=fields)
    if choices != before:
        plans.change(plan_id=plan_id, choices=choices, actor=actor)
    return plan_id


def _given(wanted: Sequence[int], told: Sequence[int], day: date) -> Sequence[int]:
    """A letter that owns a missed day is true only for those to whom it was given."""
    if not told:
        raise Refused(f"Nobody in this job waits for a word by {day.isoformat()}.", "Nothing was sent.")
    others = set(wanted) - set(told)
    if others:
        who = "1 of these people does" if len(others) == 1 else f"{len(others)} of these people do"
        raise Refused(f"{who} not wait for a word by {day.isoformat()}.", "Nothing was sent. Leave them out.")
    return wanted or told


def _reworded(choices: Choices, job_id: int, word: Word) -> Choices:
    """The letter of that kind in each language that we ship it in."""
    style, (kind, variant) = plans.style_of(job_id), _LETTERS[word]
    groups = {}
    for audience, text in choices.groups.items():
        letter = GroupText.of(kind, style=replace(style, language=text.language), variant=variant)
        if letter.language == text.language or not audience.language:
            groups[audience] = letter
    return replace(choices, groups=groups)
