"""What the wording check says of a letter on paper or a phone script to one person.

Law: a fact stops a letter before it is printed or logged; style never does. A call that took place is logged
whatever was said in it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from employer_app.actions.channels import One, Own, Said, values_for
from employer_app.actions.letter_draft import Among, draft_of, said_of
from employer_app.domain.audience import Audience, group_of
from employer_app.domain.close_out import Choices, GroupText
from employer_app.domain.courtesy import Complaint, Draft, Others, Rule, Severity, check, gives_away
from employer_app.domain.errors import Refused
from employer_app.domain.kind import occasions
from employer_app.domain.mailtext import MailText
from employer_app.domain.message import purpose_of
from employer_app.domain.phone_script import Step
from employer_app.domain.starter import Variant


def of_letter(
    one: One, said: Said, own: Own, subject: str, text: str, *, says_no: bool = False
) -> tuple[Complaint, ...]:
    """Of the whole letter as it stands; `says_no`: somebody stands for it that it does."""
    draft, words = _draft(one, said, own, subject, text)
    return tuple(said_of(draft, replace(words, says_no=says_no), tuning=one.around.tuning))


def of_script(one: One, said: Said, own: Own, steps: Mapping[Step, str]) -> tuple[Complaint, ...]:
    """Of what is spoken: passages, of which nothing is asked that only a letter can have."""
    spoken = [words for step, words in steps.items() if step.spoken and step is not Step.VOICEMAIL]
    draft, _ = _draft(one, said, own, "", "\n\n".join(spoken))
    draft = replace(draft, address_form=None)  # a script may be spoken with one form alone
    return check(draft, fragment=True, tuning=one.around.tuning)


def refuse_given_away(one: One, said: Said, own: Own, text: str) -> None:
    """Raises Refused where a short text gives a decision away to somebody who was not told it."""
    draft, _ = _draft(one, said, own, "", text)
    for found in gives_away(draft):
        raise Refused(found.why, found.fix, "text")


def stops(found: Sequence[Complaint]) -> bool:
    return any(one.severity is Severity.STOPS for one in found)


def says_nothing_plain(found: Sequence[Complaint]) -> bool:
    """Whether the check finds no “no”, which a person may know better."""
    return any(one.rule is Rule.SAYS_NO and one.severity is not Severity.WARNS for one in found)


def refuse_untrue(found: Sequence[Complaint]) -> None:
    """Raises Refused where a fact stands against the letter."""
    against = [one for one in found if one.severity is Severity.STOPS]
    if against:
        more = f" And {len(against) - 1} more." if len(against) > 1 else ""
        raise Refused(
            f"{against[0].why}{more}", "Put it right first; it is listed beside the letter.", "text"
        )


def _draft(one: One, said: Said, own: Own, subject: str, text: str) -> tuple[Draft, GroupText]:
    kind, variant = occasions()[said.about]
    audience = Audience(group_of(one.standing.depth), late=variant is Variant.LATE)
    values = values_for(one, said, own)
    words = GroupText(
        kind,
        subject,
        text,
        one.standing.reason if said.decides else "",
        own.criterion,
        variant is Variant.ON_HOLD,
        said.style.language,
        said.style.informal,
    )
    choices = Choices(
        purpose_of(kind, paused=words.paused),
        (one.page.id,),
        {audience: words},
        said.style.language,
        next_update_by=own.next_update_by,
        fields=own.fields,
    )
    line = own.personal_line if own.personal_line in text else ""
    among = Among(Others(titles=one.around.other_titles))
    mail = MailText(subject, f"{text}\n", "", ())
    draft = draft_of(one.row, line, audience, mail, values, choices, one.around, among)
    return _beside_mail(draft, values, text, line), words


def _beside_mail(draft: Draft, values: Mapping[str, str | None], text: str, line: str) -> Draft:
    """What is otherwise where a person writes or speaks to one other: nobody replies to it by mail, a line of
    their own may stand anywhere in it, paper needs no subject, and may tell once more what was told by phone.
    """
    reason = values["reason_sentence"]
    lacking = {"subject": draft.subject, "personal_line": line}
    return replace(
        draft,
        reply_ok=None,
        unknown=frozenset(name for name, words in lacking.items() if not words),
        recipient=replace(draft.recipient, already_told=False),
        reason_on_record=None if draft.reason_on_record is None else bool(reason and reason in text),
    )
