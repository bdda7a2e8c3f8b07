"""What the wording check is told comes from the records, and no letter that we ship warns by it."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime

import pytest
import time_machine

from employer_app.actions.letter_values import Around
from employer_app.actions.plan_items import Item, render
from employer_app.domain.audience import Audience, Group
from employer_app.domain.close_out import USUAL_REASON, Choices, GroupText
from employer_app.domain.duty_profile import ReasonMode
from employer_app.domain.interviewer import Interviewer
from employer_app.domain.letter_choice import fits
from employer_app.domain.merge import samples
from employer_app.domain.merge.typed import TYPED, Typed
from employer_app.domain.message import Kind, purpose_of, states_no
from employer_app.domain.stage import StageKind
from employer_app.domain.starter import Starter, Variant, languages, starters
from employer_app.domain.status import Status
from employer_app.models.plan import PlanAction
from employer_app.queries.recipients import Interview, RecipientRow

NOW = datetime(2026, 11, 18, 10, 0, tzinfo=UTC)
DAYS = {
    "previous_date": "2026-11-13",
    "asked_on": "2026-11-17",
    "answer_by": "2026-11-26",
    "consent_on": "2026-02-02",
    "consent_until": "2027-02-01",
    "delete_on": "2027-05-24",
}
AROUND = Around(
    role_title="Data Analyst, Timetables",
    company="Brightwater Ferries",
    place="Rotterdam",
    timezone="Europe/Amsterdam",
    send_on=NOW.date(),
    sender_name="Maren Oduya",
    sender_title="Recruiter",
    contact_name="Maren Oduya",
    contact_phone="010 555 0142",
    retention_months=6,
    reply_address="jobs@brightwater.example",
)
ROW = RecipientRow(
    application_id=1,
    candidate_id=1,
    job_id=1,
    version=1,
    candidate_version=1,
    cycle=1,
    status=Status.ACTIVE,
    depth=StageKind.APPLIED,
    stage="Applied",
    received_at=datetime(2026, 11, 2, tzinfo=UTC),
    decided=False,
    told=False,
    name="Rania Khoury",
    call_name="",
    address="rania@home.example",
    address_key="rania@home.example",
    language="",
    do_not_mail=False,
    erased=False,
)
HELD = Interview(
    datetime(2026, 11, 4, 9, 0, tzinfo=UTC), "panel", (Interviewer("Jonas Lindholm", "Head of Depots"),)
)


def row(group: Group) -> RecipientRow:
    depth = {Group.APPLIED: StageKind.APPLIED, Group.INTERVIEWED: StageKind.INTERVIEW}
    held = HELD if group.met else None
    return replace(ROW, depth=depth.get(group, StageKind.FINAL), interview=held, talked=group.met)


def typed(language: str) -> dict[str, str]:
    said = samples(language)
    return {name: DAYS[name] if kind is Typed.DAY else said[name] for name, kind in TYPED.items()}


def written(
    text: GroupText, group: Group, around: Around = AROUND, *, late: bool = False, **more: object
) -> Item:
    """The one message of a list of one."""
    choices = Choices(
        purpose_of(text.kind, paused=text.paused, confirms=text.confirms),
        (1,),
        {Audience(group): text, Audience(group, late=True): text},
        text.language,
        lines={1: samples(text.language)["personal_line"]},
        next_update_by=date(2026, 11, 27),
        cause_sentence=samples(text.language)["cause_sentence"],
        fields=typed(text.language),
    )
    someone = replace(row(group), language=text.language)
    if text.confirms:
        someone = replace(
            someone, status=Status.REJECTED, told=True, told_by_phone_at=NOW, decided=True, talked=True
        )
    if late:
        someone = replace(someone, received_at=datetime(2026, 6, 1, tzinfo=UTC))
    with time_machine.travel(NOW, tick=False):
        return render([someone], replace(choices, **more), {1: around})[0]  # type: ignore[arg-type]


#: what is typed into a feedback letter gives a reason, so it is for places that allow one
LETTERS = [
    pytest.param(letter, group, mode, id=f"{letter.language}/{letter.key}-{group}-{mode}")
    for language in languages()
    for letter in starters(language)
    for group in Group
    for mode in (ReasonMode.NONE, ReasonMode.ROLE_CRITERION)
    if fits(letter, group) and not (letter.kind is Kind.FEEDBACK_REPLY and mode is ReasonMode.NONE)
]


@pytest.mark.parametrize(("letter", "group", "mode"), LETTERS)
def test_no_letter_that_we_ship_warns(letter: Starter, group: Group, mode: ReasonMode) -> None:
    says_no = states_no(letter.kind, paused=letter.paused)
    reason = USUAL_REASON[letter.kind] if says_no else ""
    text = GroupText.from_letter(letter, reason, met=group.met)
    late = letter.variant is Variant.LATE
    item = written(text, group, replace(AROUND, reason_mode=mode), late=late)
    assert (item.action, item.skip_reason, item.warnings) == (PlanAction.MESSAGE, "", [])


def own_text(body: str, kind: Kind = Kind.REJECT_APPLICATION, **more: object) -> GroupText:
    text = (
        f"Hello {{{{ greeting_name }}}},\n\nThank you for your application for {{{{ role_title }}}}. We have "
        f"decided not to take it forward. {body}\n\nReply to this message with any question; it reaches me."
        "\n\nKind regards,\n\n{{ sender_name }}\n"
    )
    return GroupText(kind, "Your application for {{ role_title }}", text, "LESS-SCREEN", **more)  # type: ignore[arg-type]


def said(item: Item) -> str:
    return " ".join([item.skip_reason, *item.warnings])


def test_talk_that_no_record_knows_stops_the_letter() -> None:
    text = own_text("It was a pleasure to meet you at the interview.")
    assert "knows of no talk" in written(text, Group.APPLIED).skip_reason
    assert written(text, Group.INTERVIEWED).skip_reason == ""


def test_reason_is_the_recorded_one_or_none() -> None:
    invented = "We were looking for more experience with forecasting."
    assert "not the one on record" in said(written(own_text(invented), Group.APPLIED))
    assert "not the one on record" not in said(
        written(own_text("{% if reason_sentence %}{{ reason_sentence }}{% endif %}"), Group.APPLIED)
    )
    quiet = replace(AROUND, reason_mode=ReasonMode.NONE)
    assert "we give no reason" in said(written(own_text(invented), Group.APPLIED, quiet))


def test_address_that_nobody_reads_is_said() -> None:
    text = own_text("I wish you well.")
    unread = replace(AROUND, reply_address="no-reply@brightwater.example")
    assert "would reach nobody" in said(written(text, Group.APPLIED, unread))
    assert "would reach nobody" not in said(written(text, Group.APPLIED))


def test_letter_that_comes_late_has_to_say_so() -> None:
    text = own_text("I wish you well.")
    assert "does not say sorry" in said(written(text, Group.APPLIED, late=True))
    assert "does not say sorry" not in said(written(text, Group.APPLIED))


def test_consent_typed_for_one_person_is_theirs_and_not_for_many() -> None:
    text = own_text("We will keep your CV on file for other roles.")
    assert written(text, Group.APPLIED).skip_reason == ""
    assert "has not agreed" in written(text, Group.APPLIED, application_ids=(1, 2)).skip_reason


def test_text_that_says_no_by_a_persons_word_is_not_stopped() -> None:
    body = "Hello {{ greeting_name }},\n\nThank you. The post of {{ role_title }} goes to another candidate."
    text = GroupText(Kind.REJECT_APPLICATION, "Your application", body, "LESS-SCREEN")
    assert "Nothing in the text says no" in written(text, Group.APPLIED).skip_reason
    answered = written(replace(text, says_no=True), Group.APPLIED)
    assert answered.skip_reason == ""
    assert "says no" not in said(answered)


def test_line_that_somebody_else_gets_too_is_no_line_of_their_own() -> None:
    letter = next(one for one in starters("en") if one.key == "reject_interview.warm")
    text = GroupText.from_letter(letter, "INT-SKILL", met=True)
    line = "Your plan for the night timetable was clear."
    lines = {1: line, 2: line.upper()[:-1] + "  "}
    twice = written(text, Group.INTERVIEWED, application_ids=(1, 2), lines=lines)
    assert "somebody else on this list" in said(twice)
    left_out = frozenset({2})
    once = written(text, Group.INTERVIEWED, application_ids=(1, 2), lines=lines, left_out=left_out)
    assert "somebody else on this list" not in said(once)
