"""What stands in the fields of a letter to one person: from the records, or typed for this letter."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from zoneinfo import ZoneInfo

from employer_app.domain.close_out import Choices, GroupText
from employer_app.domain.courtesy import UNTUNED, Tuning
from employer_app.domain.disposition import candidate_sentence
from employer_app.domain.duty_profile import ReasonMode
from employer_app.domain.in_words import day_in_words, names_in_words
from employer_app.domain.merge.typed import TYPED, Typed
from employer_app.domain.message import states_no
from employer_app.domain.person_name import greeting_name
from employer_app.queries.recipients import RecipientRow


@dataclass(frozen=True)
class Around:
    """What all messages of one send list share."""

    role_title: str
    company: str
    place: str
    timezone: str
    send_on: date
    sender_name: str
    sender_title: str
    contact_name: str
    contact_phone: str
    contact_address: str = ""
    closing_on: date | None = None
    decide_by: date | None = None
    retention_months: int | None = None
    other_titles: tuple[str, ...] = ()
    #: how much of a reason a letter may give at this place
    reason_mode: ReasonMode = ReasonMode.ROLE_CRITERION
    #: how strict the house is about style
    tuning: Tuning = UNTUNED
    #: words that the law wants in this job's letters
    notice: str = ""
    #: whether this job's letters may tell people their own score, and a place on a reserve list
    tells_score: bool = False
    tells_reserve: bool = False
    #: where a reply goes; empty while nobody has set it
    reply_address: str = ""
    #: the house's own lines under every text, as typed in the settings
    signature: str = ""
    #: the titles of which `role_title` is made up, where a letter speaks of several applications
    titles: tuple[str, ...] = ()

    def speaking_of(self, others: Sequence[Around], *, language: str) -> Around:
        """The same for a letter that also speaks of the applications for the roles of `others`."""
        every = (self, *others)
        titles = tuple(dict.fromkeys(one.role_title for one in every))
        if len(titles) < len(every):  # one role at several places
            titles = tuple(f"{one.role_title}, {one.place}" for one in every)
        named = names_in_words(titles, language) or self.role_title
        return replace(self, role_title=named, titles=titles)


def values_of(
    row: RecipientRow, line: str, text: GroupText, choices: Choices, around: Around
) -> dict[str, str | None]:
    """By the names of the fields; `line` was written for this person alone."""
    language, interview = text.language, row.interview
    closing = day_in_words(around.closing_on, language) if around.closing_on else None
    next_word = choices.next_update_by
    cause = choices.cause_sentence if language == choices.language else text.cause_sentence
    return {
        "greeting_name": greeting_name(row.name, row.call_name),
        "full_name": row.name,
        "role_title": around.role_title,
        "company": around.company,
        "place": around.place,
        "contact_name": around.contact_name if around.contact_name != around.sender_name else None,
        "contact_address": around.contact_address or None,
        "contact_phone": around.contact_phone,
        "next_update_by": day_in_words(next_word, language) if next_word else None,
        "decision_by": day_in_words(around.decide_by, language) if around.decide_by else None,
        "closing_date": closing,
        "applied_on": _day(row.received_at, around.timezone, language),
        "told_on": _day(row.told_by_phone_at, around.timezone, language) if row.told_by_phone_at else None,
        "interview_date": _day(interview.held_at, around.timezone, language) if interview else None,
        "interviewers": names_in_words([str(one) for one in interview.interviewers], language)
        if interview
        else None,
        "reason_sentence": _reason(row, text, closing) if around.reason_mode is not ReasonMode.NONE else None,
        "cause_sentence": cause or None,
        "personal_line": line or None,
        "retention_months": str(around.retention_months) if around.retention_months else None,
        "sender_name": around.sender_name,
        "sender_title": around.sender_title or None,
        **_typed(choices, around, language),
    }


def _reason(row: RecipientRow, text: GroupText, closing: str | None) -> str | None:
    if not (text.disposition and states_no(text.kind, paused=text.paused)):
        return None
    slots = {"criterion": text.criterion, "closing_date": closing}
    return candidate_sentence(
        text.disposition, slots, row.depth, language=text.language, informal=text.informal
    )


def _typed(choices: Choices, around: Around, language: str) -> dict[str, str | None]:
    found: dict[str, str | None] = {"notice_text": around.notice or None}
    for name, value in choices.fields.items():
        if TYPED[name] is Typed.DAY:
            found[name] = day_in_words(date.fromisoformat(value), language)
        else:
            found[name] = value
    return found


def _day(moment: datetime, timezone: str, language: str) -> str:
    return day_in_words(moment.astimezone(ZoneInfo(timezone)).date(), language)
