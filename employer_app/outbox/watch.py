"""What a worker looks at before it takes anything: its installation, its journal, its database.

Law: how far the journal has come is written into the database now and then, and never lower than before. So a
database that shows less than we wrote was replaced under us, and is compared anew before the next claim.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

import sqlalchemy as sa
from sqlalchemy.orm import Session

from employer_app.domain.clock import monotonic, now
from employer_app.domain.restore import Cause
from employer_app.extensions import db, transaction
from employer_app.models import Journal, Organisation, Worker
from employer_app.outbox import clock_watch, instance, journal, restore
from employer_app.outbox.journal_lines import Contents, Entry
from employer_app.outbox.sweep import sweep

#: seconds between two notes in a long delivery; the end of each is noted besides
_NOTE_EVERY = 5.0


class Watch:
    """Of one worker, from its start to its end."""

    def __init__(self, worker_id: str) -> None:
        self._worker_id = worker_id
        self._journal_id = ""
        #: what the database is known to say of our journal; None: compare first
        self._noted: int | None = None
        self._noted_at = 0.0
        #: how far each journal had come at the last look
        self._heights: Mapping[str, int] = {}
        #: the same of the journals of other hosts, as we saw them last
        self._others = journal.others()
        self._database = _which_database()
        self._clock = clock_watch.Clock()
        self._clock_is_known = False

    def look(self) -> str:
        """Why nothing may be taken, in words; compares first when there is reason to."""
        why = instance.stranger(instance.sending()) or self._clock_is_wrong()
        if why:
            return why
        try:
            self._look_at_journal()
        except OSError as error:
            return (
                f"The journal in {journal.folder()} cannot be used: {error.strerror}. What cannot be written "
                "down does not leave; the messages go on by themselves when it can."
            )
        found = restore.standing()
        why = found.stopped or restore.backlog_waits(found.seen_at)
        db.session.rollback()
        return why

    def _clock_is_wrong(self) -> str:
        jumped = self._clock.jumped()
        if self._clock_is_known and not jumped:
            return ""
        if why := clock_watch.wrong():
            return why
        self._clock_is_known = True
        if jumped:
            sweep()
            self._clock.confirm()
        return ""

    def _look_at_journal(self) -> None:
        well = self._noted is not None and self.same()
        if well and monotonic() - self._noted_at > _NOTE_EVERY:
            well = self._note()
        if not well:
            self._compare()
        self._remember_others()
        journal.probe()

    def doubt(self) -> None:
        """The database was away: it may be another one now."""
        self._noted = None

    def same(self) -> bool:
        """Whether the database is still the one that we compared. Ask after a claim, before a dot."""
        before, self._database = self._database, _which_database()
        if self._database != before:
            db.session.remove()
            db.engine.dispose()
            self._noted = None
        self._heights = _heights()
        mine = self._heights.get(self._journal_id, -1)
        return self._noted is not None and mine >= self._noted and not self._fell(self._heights)

    def _fell(self, rows: Mapping[str, int]) -> bool:
        """Another host had sent more than this database knows."""
        return any(rows.get(journal_id, -1) < seq for journal_id, seq in self._others.items())

    def _remember_others(self) -> None:
        rows = {row: seq for row, seq in self._heights.items() if row != self._journal_id}
        if rows != self._others:
            self._others = rows
            journal.keep_others(rows)

    def say_alive(self) -> None:
        """Note how far the journal has come; what is odd about it waits for the next look."""
        try:
            if not self.same() or not self._note():
                self.doubt()
        except OSError:
            self.doubt()

    def _note(self) -> bool:
        """False: the database says less than it did, or the journal does."""
        seq = journal.last_seq()
        seen = {} if restore.backlog(restore.standing().seen_at) else {"seen_at": now()}
        statement = (
            sa.update(Journal)
            .where(Journal.id == self._journal_id, Journal.last_seq.between(self._noted, seq))
            .values(last_seq=seq, **seen)
        )
        with transaction() as session:
            noted = bool(session.execute(statement).rowcount)  # type: ignore[attr-defined]
        if noted:
            self._noted, self._noted_at = seq, monotonic()
        return noted

    def _compare(self) -> None:
        place = instance.here()
        rows = db.session.execute(sa.select(Journal.id, Journal.host, Journal.last_seq)).all()
        db.session.rollback()
        head = journal.known_id()
        known = {row.id: row.last_seq for row in rows if row.id == head or row.host.endswith(place.place)}
        after = known.get(head, 0)
        contents = journal.read(after=after)
        lost = _what_is_lost(contents, known)
        found = restore.forgotten(contents)
        if lost:
            restore.pause(Cause.LOST, found.waiting, lost)
        elif found or after + 1 < contents.first_seq or self._fell({row.id: row.last_seq for row in rows}):
            restore.pause(Cause.OLDER, found.waiting, _unknown(found.unknown))
        if lost or not contents.id:
            self._journal_id, seq = journal.create(instead_of=contents.id), 0
        else:
            self._journal_id, seq = contents.id, contents.last_seq
            if journal.is_large():
                journal.shorten(restore.droppable(journal.read()))
        with transaction() as session:
            self._register(session, place, seq)
        self._noted, self._noted_at, self._heights = seq, monotonic(), _heights()

    def _register(self, session: Session, place: instance.Installation, seq: int) -> None:
        """The row of this host; that of a journal that was lost stays, and is nobody's."""
        # one worker of a host after the other
        session.scalars(sa.select(Organisation).with_for_update()).first()
        others = sa.update(Journal).where(Journal.host.endswith(place.place), Journal.id != self._journal_id)
        row = session.get(Journal, self._journal_id) or Journal(id=self._journal_id, last_seq=0)
        row.host, row.last_seq = f"{place.host[:200]} {place.place}", max(row.last_seq, seq)
        row.seen_at = restore.standing().seen_at or now()
        session.execute(others.values(host=""))
        session.add(row)
        mine = sa.update(Worker).where(Worker.instance_id == self._worker_id)
        session.execute(mine.values(journal_id=self._journal_id))


def _what_is_lost(contents: Contents, known: dict[str, int]) -> str:
    """In words, with what to do; empty when the journal is whole, or this host never had one."""
    if contents.damage:
        return (
            f"In {journal.file()} {contents.damage}. The file is kept beside the new one; look in the mail "
            "server's log for what left, then let the rest go on."
        )
    if contents.id not in known and known:
        return (
            f"There is no journal of this host in {journal.folder()}. If the folder was moved, stop the app, "
            "put it back or name it in JOURNAL; else look in the mail server's log for what left, then let "
            "the rest go on."
        )
    if contents.last_seq < known.get(contents.id, 0):
        return (
            f"{journal.file()} ends earlier than the database knows: it was cut short or put back. Look in "
            "the mail server's log for what left, then let the rest go on."
        )
    return ""


def _heights() -> dict[str, int]:
    """How far each journal has come, as the database knows."""
    rows = db.session.execute(sa.select(Journal.id, Journal.last_seq)).all()
    db.session.rollback()
    return {row.id: row.last_seq for row in rows}


def _unknown(entries: Sequence[Entry]) -> str:
    """What to say of messages that left and are not in the database; their Message-IDs are kept in a file."""
    if not entries:
        return ""
    file = journal.keep_list(entries)
    if len(entries) == 1:
        return f"1 message that is not in it has left; {file} names it."
    return f"{len(entries):,} messages that are not in it have left; {file} names them."


def _which_database() -> tuple[object, ...]:
    """Another answer than before: perhaps another database stands in its place."""
    if db.engine.dialect.name == "postgresql":
        which = "SELECT oid::bigint, pg_postmaster_start_time() FROM pg_database"
        mine = sa.text(f"{which} WHERE datname = current_database()")
        found = tuple(db.session.execute(mine).one())
        db.session.rollback()
        return found
    try:
        file = Path(db.engine.url.database or "").stat()
    except FileNotFoundError:
        return ()
    return file.st_dev, file.st_ino
