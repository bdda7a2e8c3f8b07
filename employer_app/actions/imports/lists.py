"""Take in a list of applicants: look first, then keep. A list is kept whole, or nothing of it is.

The same file twice changes nothing: a person who is in the job already is left as they are. What is kept is
what was looked at: the digest of the look comes back with the confirm. Two confirms of a list are one import.
"""

from __future__ import annotations

import hashlib
from contextlib import suppress
from dataclasses import asdict

import sqlalchemy as sa
from sqlalchemy.orm import Session

from employer_app.actions.imports.judging import InDoubt, Progress, forget, read, read_and_judge
from employer_app.actions.imports.keep import Imported, keep_in
from employer_app.actions.imports.look import Look, first_choices, look_at_judged, source_of
from employer_app.domain.applicant_list.choices import ListChoices
from employer_app.domain.applicant_list.reading import Reading
from employer_app.domain.clock import now
from employer_app.domain.errors import Changed, NotFound, Refused
from employer_app.domain.role import Person, Role, Verb, require
from employer_app.extensions import db, transaction
from employer_app.models import ApplicantList, User

LONGEST_FILENAME = 200
#: a list of more rows is imported in the background
SMALL = 3000


def upload(*, filename: str, data: bytes, actor: Person, job_id: int | None = None) -> int:
    """Keep a file for a look; returns its id. Raises Refused when it is no list that can be read.

    Of a file that can be read in more than one way a person says how, before anything else: see `read_as`.
    """
    require(actor, Verb.IMPORT)
    choices = ListChoices(job_id=job_id)
    with suppress(InDoubt):
        choices = first_choices(db.session(), read(data, filename), choices)
    with transaction() as session:
        row = ApplicantList(
            filename=plain_filename(filename),
            sha256=hashlib.sha256(data).hexdigest(),
            content=data,
            mapping=choices.to_json(),
            uploaded_by=actor.user_id,
            uploaded_at=now(),
        )
        session.add(row)
        session.flush()
        return row.id


def plain_filename(filename: str) -> str:
    """Only to be shown: without folders, line breaks and what nobody sees; never used as a path."""
    name = filename.replace("\\", "/").rpartition("/")[2]
    return "".join(char for char in name if char.isprintable()).strip()[:LONGEST_FILENAME] or "list"


def read_as(*, list_id: int, reading: Reading, actor: Person) -> None:
    """Read the stored file like this from now on; what was said of its columns and words begins anew.

    Raises InDoubt when it still can be read in more than one way; what was said is kept all the same.
    Raises Refused when it cannot be read like this; then the list stays as it was.
    """
    require(actor, Verb.IMPORT)
    row = _list(db.session(), list_id)
    choices = ListChoices(job_id=ListChoices.from_json(row.mapping).job_id, reading=reading)
    doubt = None
    try:
        sheet = read(_content(row), row.filename, reading)
        choices = first_choices(db.session(), sheet, choices)
    except InDoubt as still:
        doubt = still
    with transaction() as session:
        row = _list(session, list_id, lock=True)
        _refuse_done(row)
        row.mapping = choices.to_json()
    if doubt:
        raise doubt


def reading_of(*, list_id: int, actor: Person) -> Reading:
    """How a person said that the stored file is to be read. Raises NotFound."""
    require(actor, Verb.IMPORT)
    return ListChoices.from_json(_list(db.session(), list_id).mapping).reading


def choose(*, list_id: int, choices: ListChoices, actor: Person) -> None:
    """Remember what the person said. Raises Refused for what cannot be; then the list stays as it was."""
    require(actor, Verb.IMPORT)
    row = _list(db.session(), list_id)
    found = _look(row, choices)
    if found.jobs.one and found.job_trouble and (choices.job_id or choices.job_title):
        raise found.job_trouble
    with transaction() as session:
        row = _list(session, list_id, lock=True)
        _refuse_done(row)
        row.mapping = found.choices.to_json()


def _refuse_done(row: ApplicantList) -> None:
    if row.imported_at or row.asked_at:
        raise Refused("This list has been imported already.", "Choose the file again to look at it anew.")


def look(*, list_id: int, actor: Person) -> Look:
    """What would happen. Of a job that cannot be had, `job_trouble` says why. Raises NotFound."""
    require(actor, Verb.IMPORT)
    row = _list(db.session(), list_id)
    return _look(row)


def keep(*, list_id: int, digest: str, actor: Person, good_only: bool = False) -> Imported:
    """Import a stored list as it was looked at; a second confirm returns the first import.

    Raises Changed when file, choices or jobs are not what was looked at, Refused for bad rows without
    `good_only`; nothing is kept then.
    """
    require(actor, Verb.IMPORT)
    row = _list(db.session(), list_id)
    if row.imported_at:
        return _imported(row)
    return _keep(row, digest=digest, actor=actor, good_only=good_only)


def ask(*, list_id: int, digest: str, actor: Person, good_only: bool = False) -> None:
    """Have a large list imported in the background, as it was looked at; see `keep_asked`. Harmless twice."""
    require(actor, Verb.IMPORT)
    forget()
    with transaction() as session:
        row = _list(session, list_id, lock=True)
        if row.imported_at or row.asked_at:
            return
        row.asked_at, row.asked_by, row.trouble = now(), actor.user_id, ""
        row.asked = {"digest": digest, "good_only": good_only}


def asked() -> list[int]:
    """Lists that somebody asked for and that are not imported yet, the oldest first."""
    query = sa.select(ApplicantList.id).where(
        ApplicantList.asked_at.is_not(None), ApplicantList.imported_at.is_(None), ApplicantList.trouble == ""
    )
    return list(db.session.scalars(query.order_by(ApplicantList.asked_at)))


def keep_asked(list_id: int, progress: Progress | None = None) -> None:
    """Import a list that was asked for. Trouble is kept with the list, in words, and it can be asked again.

    A process that dies in the middle has written nothing; the sweep finds the list and it is done anew.
    """
    row = _list(db.session(), list_id)
    if row.imported_at or not row.asked_at:
        return
    actor = _who_asked(row)
    try:
        require(actor, Verb.IMPORT)
        _keep(
            row,
            digest=row.asked["digest"],
            actor=actor,
            good_only=row.asked["good_only"],
            progress=progress,
        )
    except Refused as refused:
        with transaction() as session:
            row = _list(session, list_id, lock=True)
            row.asked_at, row.trouble = None, str(refused)


def _who_asked(row: ApplicantList) -> Person:
    """With the rights of this moment, not of the moment when they asked."""
    user = db.session.get(User, row.asked_by, populate_existing=True) if row.asked_by else None
    if user is None or not user.active:
        return Person(None, "", frozenset())
    return Person(user.id, user.name, frozenset(Role(role.name) for role in user.roles))


def _keep(
    row: ApplicantList, *, digest: str, actor: Person, good_only: bool, progress: Progress | None = None
) -> Imported:
    mapping, list_id, name = dict(row.mapping), row.id, row.filename
    found = _look(row, progress=progress)
    if found.jobs.one and found.job_trouble:
        raise found.job_trouble
    if found.digest != digest:
        row = _list(db.session(), list_id)
        if row.imported_at:  # by another process, while this one looked
            return _imported(row)
        raise Changed("This list is not as you looked at it.", "Nothing was imported. Look at it again.")
    with transaction() as session:
        row = _list(session, list_id, lock=True)
        if row.imported_at:
            return _imported(row)
        if row.mapping != mapping:
            raise Changed("Somebody changed this list just now.", "Nothing was imported. Look at it again.")
        imported = keep_in(
            session, found, actor, good_only=good_only, name=name, list_id=row.id, progress=progress
        )
        _write_down(session, row, found, imported, actor)
    forget()
    return imported


def _write_down(session: Session, row: ApplicantList, found: Look, imported: Imported, actor: Person) -> None:
    """What became of the list. The first of its system has only now made the system known."""
    source = source_of(session, found.sheet)
    row.imported_at, row.imported_by = now(), actor.user_id
    row.source_id = source.id if source else None
    row.job_id, row.counts = imported.job_id, asdict(imported)


def _imported(row: ApplicantList) -> Imported:
    return Imported(**{**row.counts, "job_ids": tuple(row.counts["job_ids"])})


def keep_look(
    found: Look, *, actor: Person, good_only: bool, filename: str = "list", data: bytes = b""
) -> Imported:
    """Import a list at once, all of it in one transaction; the file is not kept, what it did is."""
    require(actor, Verb.IMPORT)
    with transaction() as session:
        row = ApplicantList(
            filename=plain_filename(filename),
            sha256=hashlib.sha256(data).hexdigest(),
            mapping=found.choices.to_json(),
            uploaded_by=actor.user_id,
            uploaded_at=now(),
        )
        session.add(row)
        session.flush()
        imported = keep_in(session, found, actor, good_only=good_only, name=row.filename, list_id=row.id)
        _write_down(session, row, found, imported, actor)
        return imported


def throw_away(*, list_id: int, actor: Person) -> None:
    """Forget the file; what was imported of it stays. Harmless to repeat."""
    require(actor, Verb.IMPORT)
    forget()
    with transaction() as session:
        _list(session, list_id, lock=True).content = None


def _list(session: Session, list_id: int, *, lock: bool = False) -> ApplicantList:
    """Locked before the job: the order everywhere is list, job, person, application."""
    query = sa.select(ApplicantList).where(ApplicantList.id == list_id)
    row = session.scalar(
        (query.with_for_update() if lock else query).execution_options(populate_existing=True)
    )
    if row is None:
        raise NotFound("There is no such list.", "It may have been removed.")
    return row


def _look(row: ApplicantList, choices: ListChoices | None = None, progress: Progress | None = None) -> Look:
    """The stored file with what was said of it, or with `choices` instead.

    Where nothing was said yet, what was said of the last list of its system: so of several that came at once
    the first teaches the others. Raises NotFound for a file that was thrown away.
    """
    said = choices or ListChoices.from_json(row.mapping)
    found = read_and_judge(_content(row), row.filename, said, progress)
    if said == ListChoices(job_id=said.job_id, reading=said.reading):
        taught = first_choices(db.session(), found.sheet, said)
        if taught != said:
            said, found = taught, read_and_judge(_content(row), row.filename, taught, progress)
    return look_at_judged(found, said)


def _content(row: ApplicantList) -> bytes:
    """Raises NotFound for a file that was thrown away, Refused for one that is not what was dropped."""
    if row.content is None:
        raise NotFound("This file was thrown away.", "Choose it again.")
    if hashlib.sha256(row.content).hexdigest() != row.sha256:
        raise Refused("The stored file is not what was chosen.", "Throw it away and choose it again.")
    return row.content
