"""Letters of the organisation's own: begun, changed, pinned, put away and taken up again.

Law: a version is never changed once it is written; a change is the next number, and a message names the one
it was made from. What a person pins is one version, and other words are not pinned. Every act is a fact on
the organisation's chain, whose lock comes first, so two who write at once write one after the other.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

from sqlalchemy.orm import Session

from employer_app.actions.letter_words import checked_name, checked_words
from employer_app.actions.settings import locked_organisation, note_change
from employer_app.domain.clock import now
from employer_app.domain.disposition import disposition
from employer_app.domain.errors import Changed, NotFound, Refused
from employer_app.domain.kind import about
from employer_app.domain.language import language_codes
from employer_app.domain.message import Kind, states_no
from employer_app.domain.role import Person, Verb, require
from employer_app.domain.starter import Tone, Variant, starter_of_key
from employer_app.domain.status import Status
from employer_app.extensions import transaction
from employer_app.models import Job, MessageTemplate, TemplateVersion

NOT_THERE = "There is no such text."
#: those that somebody who pinned a text has stood for with it
_MEANING = ("kind", "variant", "language")


@dataclass(frozen=True)
class LetterFields:
    """What one form may change. `disposition` empty: for every reason; `job_id` None: for every job."""

    name: str
    kind: Kind
    tone: Tone
    language: str
    subject: str
    body: str
    variant: Variant = Variant.USUAL
    informal: bool = False
    disposition: str = ""
    job_id: int | None = None


def copy_starter(*, actor: Person, key: str, language: str) -> int:
    """Start a letter of our own from one that is shipped; returns its id. Raises NotFound."""
    try:
        one = starter_of_key(key, language)
    except KeyError:
        raise NotFound(NOT_THERE, "Choose one from the list of texts.") from None
    fields = LetterFields(
        one.name, one.kind, one.tone, one.language, one.subject, one.body, one.variant, one.informal
    )
    return new_letter(actor=actor, fields=fields, like=one.reference)


def new_letter(*, actor: Person, fields: LetterFields, like: str = "") -> int:
    """Returns its id. Raises Refused naming the field, TemplateProblem for a text that cannot be read.

    `like`: the letter that it was begun from, for the record.
    """
    require(actor, Verb.EDIT)
    about_it, words = _checked(fields)
    with transaction() as session:
        organisation = locked_organisation(session)
        _check_job(session, fields.job_id)
        row = MessageTemplate(**about_it, version=1, created_at=now())
        session.add(row)
        session.flush()
        session.add(_version(row.id, 1, words, actor))
        after = {**about_it, **words}
        note_change(session, organisation, actor, ["letters"], _said(row, "new", like=like, after=after))
        return row.id


def edit_letter(*, actor: Person, template_id: int, fields: LetterFields, version: int) -> int:
    """The next version; returns its number, or the present one when nothing is different.

    `version` is the one that was looked at: raises Changed when it is no longer the newest. Raises as
    `new_letter`.
    """
    require(actor, Verb.EDIT)
    about_it, words = _checked(fields)
    with transaction() as session:
        organisation = locked_organisation(session)
        row = _locked(session, template_id, version)
        _check_job(session, fields.job_id)
        old = session.get_one(TemplateVersion, (row.id, row.version))
        before = {key: getattr(row, key) for key in about_it} | {key: getattr(old, key) for key in words}
        wanted = {**about_it, **words}
        other = sorted(key for key in wanted if wanted[key] != before[key])
        if not other:
            return row.version
        for key, value in about_it.items():
            setattr(row, key, value)
        row.version += 1
        new = _version(row.id, row.version, words, actor)
        if not {*_MEANING, *words} & set(other):
            new.pinned_by, new.pinned_at, new.says_no = old.pinned_by, old.pinned_at, old.says_no
        session.add(new)
        said = _said(
            row,
            "edited",
            before={key: before[key] for key in other},
            after={key: wanted[key] for key in other},
        )
        note_change(session, organisation, actor, ["letters"], said)
        return row.version


def bring_back_version(*, actor: Person, template_id: int, number: int, version: int) -> int:
    """An older version's words as the next version; returns its number. Raises as `edit_letter`."""
    require(actor, Verb.EDIT)
    with transaction() as session:
        organisation = locked_organisation(session)
        row = _locked(session, template_id, version)
        old = _version_of(session, template_id, number)
        row.version += 1
        session.add(_version(row.id, row.version, {"subject": old.subject, "body": old.body}, actor))
        note_change(session, organisation, actor, ["letters"], _said(row, "brought_back", number=number))
        return row.version


def retire(*, actor: Person, template_id: int) -> None:
    """It is offered no more; messages keep its words. Raises NotFound."""
    _offer(actor, template_id, offered=False)


def bring_back(*, actor: Person, template_id: int) -> None:
    """A retired letter is offered again. Raises NotFound."""
    _offer(actor, template_id, offered=True)


def _offer(actor: Person, template_id: int, *, offered: bool) -> None:
    require(actor, Verb.EDIT)
    with transaction() as session:
        organisation = locked_organisation(session)
        row = _locked(session, template_id)
        if (row.retired_at is None) is offered:
            return
        row.retired_at = None if offered else now()
        said = _said(row, "offered_again" if offered else "retired")
        note_change(session, organisation, actor, ["letters"], said)


def pin(*, actor: Person, template_id: int, number: int, says_no: bool = False) -> None:
    """A named person has read this version and stands for it; `says_no`: and says that it does say no.

    Raises Refused for the command line, which nobody can ask, and for a "no" in a letter that is none.
    """
    require(actor, Verb.DECIDE)
    if actor.user_id is None:
        raise Refused("Only a person can stand for a text.", "Sign in and pin it there.")
    with transaction() as session:
        organisation = locked_organisation(session)
        row = _locked(session, template_id)
        words = _version_of(session, template_id, number)
        paused = row.variant == Variant.ON_HOLD
        if says_no and not states_no(Kind(row.kind), paused=paused) and not paused:
            raise Refused("This is not a letter that says no.", "Pin it without that.")
        wanted = says_no or words.says_no
        if words.pinned_at and (words.pinned_by, words.says_no) == (actor.user_id, wanted):
            return
        words.pinned_by, words.pinned_at, words.says_no = actor.user_id, now(), wanted
        said = _said(row, "pinned", number=number, says_no=wanted)
        note_change(session, organisation, actor, ["letters"], said)


def unpin(*, actor: Person, template_id: int, number: int) -> None:
    """Nobody stands for this version any more. Raises NotFound."""
    require(actor, Verb.DECIDE)
    with transaction() as session:
        organisation = locked_organisation(session)
        row = _locked(session, template_id)
        words = _version_of(session, template_id, number)
        if words.pinned_at is None:
            return
        before = {"pinned_by": words.pinned_by, "says_no": words.says_no}
        words.pinned_by, words.pinned_at, words.says_no = None, None, False
        note_change(
            session, organisation, actor, ["letters"], _said(row, "unpinned", number=number, before=before)
        )


def _locked(session: Session, template_id: int, version: int | None = None) -> MessageTemplate:
    row = session.get(MessageTemplate, template_id, with_for_update=True, populate_existing=True)
    if row is None:
        raise NotFound(NOT_THERE, "Choose one from the list of texts.")
    if version is not None and row.version != version:
        raise Changed(
            f"Somebody saved version {row.version} of this text since you opened it.",
            "Your text is still here. Compare the two, then save again to put yours in its place.",
        )
    return row


def _version_of(session: Session, template_id: int, number: int) -> TemplateVersion:
    found = session.get(TemplateVersion, (template_id, number), populate_existing=True)
    if found is None:
        raise NotFound("There is no such version.", "Choose one from the list of its versions.")
    return found


def _version(template_id: int, number: int, words: Mapping[str, str], actor: Person) -> TemplateVersion:
    made = {"author_id": actor.user_id, "created_at": now(), "says_no": False}
    return TemplateVersion(template_id=template_id, number=number, **words, **made)


def _said(row: MessageTemplate, did: str, **more: Any) -> dict[str, Any]:
    return {"letter": row.id, "name": row.name, "version": row.version, "did": did, **more}


def _checked(fields: LetterFields) -> tuple[dict[str, Any], dict[str, str]]:
    """The columns of the letter and of its version. Raises Refused, naming the field."""
    values = asdict(fields)
    words = checked_words(values.pop("subject"), values.pop("body"))
    values["name"] = checked_name(fields.name)
    kind = about(fields.kind)
    if fields.variant and fields.variant not in kind.variants:
        raise Refused("There is no such kind of text.", "Choose one of the list.", "occasion")
    if fields.tone is Tone.BRIEF and not kind.brief:
        raise Refused("This kind is not written in brief.", "Choose another tone.", "tone")
    if fields.language not in language_codes():
        raise Refused("This is not a language that we know.", "Choose one of the list.", "language")
    if fields.disposition and not _may_say(fields):
        raise Refused("This reason does not go with such a text.", "Leave it out.", "disposition")
    return values, words


def _may_say(fields: LetterFields) -> bool:
    if not states_no(fields.kind, paused=fields.variant is Variant.ON_HOLD):
        return False
    try:
        reason = disposition(fields.disposition)
    except KeyError:
        return False
    return reason.status is Status.REJECTED and reason.sends_message


def _check_job(session: Session, job_id: int | None) -> None:
    if job_id is not None and session.get(Job, job_id) is None:
        raise Refused("There is no such job.", "Choose one of the list.", "job_id")
