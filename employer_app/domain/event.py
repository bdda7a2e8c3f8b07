"""The facts: what can happen to an application, and what each fact carries.

`facts` are codes, numbers and dates that the ledger needs for ever; they name nobody and are hashed as they
are. `payload` is what a person wrote (a note, a reason, names); it is hashed through a salted digest, so it
can be erased without breaking the chain. The keys of `facts` are listed here and nowhere else.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from enum import StrEnum
from functools import lru_cache
from typing import Any


class EventKind(StrEnum):
    #: facts: stage_kind, ack_expected
    APPLICATION_RECEIVED = "application.received"
    #: facts: stage_id, stage_kind
    STAGE_MOVED = "stage.moved"
    #: facts: status (active or on_hold or withdrawn)
    STATUS_CHANGED = "status.changed"
    #: facts: decision_id, disposition, status, stage_kind (depth then), owed (bool: a message is due)
    DECISION_MADE = "decision.made"
    #: facts: decision_id, status (restored); and disposition, of a move to another job that was undone
    DECISION_UNDONE = "decision.undone"
    #: after the person was told. facts: status (active); payload: reason
    REOPENED = "application.reopened"
    #: it goes on in another job. facts: application_id, job_id; payload: job, reason
    MOVED_AWAY = "application.moved_away"
    #: it came from another job, with what still counts (facts that say `carried`: from which application).
    #: facts: application_id, job_id, closing_on (of the job where it began, or None); payload: job, reason
    MOVED_HERE = "application.moved_here"
    #: facts: interview_kind; payload: interviewers
    INTERVIEW_HELD = "interview.held"
    #: the candidate did not come. facts: interview_kind; payload: interviewers
    INTERVIEW_MISSED = "interview.missed"
    #: facts: message_id, kind, purpose
    MESSAGE_QUEUED = "message.queued"
    #: facts: message_id, kind, tells (bool), automatic (bool: no word of its own; also of a correction)
    MESSAGE_ACCEPTED = "message.accepted"
    #: facts: message_id
    MESSAGE_FAILED = "message.failed"
    MESSAGE_UNCERTAIN = "message.uncertain"
    MESSAGE_HELD = "message.held"
    MESSAGE_CANCELLED = "message.cancelled"
    MESSAGE_BOUNCED = "message.bounced"
    #: facts: due (ISO date), message_id (of the message that named it, if one did)
    PROMISE_MADE = "promise.made"
    #: facts: tells; payload: summary. Of a letter also says_no, where somebody stood for it that it does
    CALL_LOGGED = "call.logged"
    LETTER_LOGGED = "letter.logged"
    #: facts: tells; payload: how
    TOLD_ELSEWHERE = "told.elsewhere"
    #: payload: reason
    WAIVER_MADE = "waiver.made"
    WAIVER_WITHDRAWN = "waiver.withdrawn"
    #: payload: text
    NOTE_ADDED = "note.added"
    #: facts: fields; payload: before, after
    CANDIDATE_CHANGED = "candidate.changed"
    #: the hiring manager was asked, and what came of it. facts: ask_id; payload: manager. They open and clear
    #: nothing. Of an answer also answer (open: taken back) and until (ISO date or None); payload: note.
    #: Of a confirmation also answer
    MANAGER_ASKED = "manager.asked"
    MANAGER_REMINDED = "manager.reminded"
    MANAGER_ANSWERED = "manager.answered"
    MANAGER_CONFIRMED = "manager.confirmed"
    MANAGER_ASK_WITHDRAWN = "manager.withdrawn"
    #: an import was undone. facts: list_id, seqs (of the facts that count no more)
    TAKEN_BACK = "facts.taken_back"
    #: facts: owner_id. Of a hand-over also from_owner_id (None: the job's), handover_id; payload: to, note.
    #: When it is taken back: taken_back (its id)
    OWNER_CHANGED = "owner.changed"
    #: on a job. facts: status
    JOB_STATUS_CHANGED = "job.status_changed"
    JOB_EDITED = "job.edited"
    #: on the organisation. facts: fields, batch_id (of a send list that was paused or let go on); or
    #: confirmed_batch_id and groups (of a list with texts of which somebody says that they do say no); or
    #: of_batch_id and messages (who released a list, and what the command line stood for alone), of_batch_id
    #: and gate (what was waived of a pilot; payload: because), request_id (of a request for release; payload:
    #: because)
    SETTINGS_CHANGED = "settings.changed"
    #: on the organisation. facts: list_id, counts
    LIST_IMPORTED = "list.imported"
    LIST_UNDONE = "list.undone"


#: Proof that a person heard from us.
CONTACTS = frozenset({EventKind.MESSAGE_ACCEPTED, EventKind.CALL_LOGGED, EventKind.LETTER_LOGGED})


@dataclass(frozen=True)
class Fact:
    """One event as the fold reads it: no payload, no hash. `occurred_at` is aware UTC."""

    id: int
    seq: int
    kind: EventKind
    occurred_at: datetime
    facts: Mapping[str, Any] = field(default_factory=dict)


GENESIS = "0" * 64


_CANONICAL = json.JSONEncoder(sort_keys=True, separators=(",", ":"), ensure_ascii=False)


def canonical(value: Mapping[str, Any]) -> str:
    """The one text of a mapping: sorted keys, no blanks, so that equal facts hash equally."""
    return _CANONICAL.encode(value)


def payload_digest(salt: str, payload: Mapping[str, Any]) -> str:
    return hashlib.sha256((salt + canonical(payload)).encode()).hexdigest() if payload else ""


def chain_hash(
    prev_hash: str,
    subject: str,
    seq: int,
    kind: str,
    occurred_at: datetime,
    recorded_at: datetime,
    actor_id: int | None,
    facts: Mapping[str, Any],
    digest: str,
) -> str:
    """Each event seals the one before it on the same subject; nothing can be changed or taken out unseen."""
    parts = (
        prev_hash,
        subject,
        str(seq),
        kind,
        # as it comes back from the table: a moment typed in local time is stored in UTC
        _written(occurred_at.astimezone(UTC)),
        _written(recorded_at.astimezone(UTC)),
        str(actor_id or ""),
        canonical(facts),
        digest,
    )
    return hashlib.sha256("\x1f".join(parts).encode()).hexdigest()


@lru_cache(maxsize=4096)
def _written(moment: datetime) -> str:
    """Of a moment in UTC; an import has the same few for thousands of facts."""
    return moment.isoformat()


def application_subject(application_id: int) -> str:
    return f"application:{application_id}"


def job_subject(job_id: int) -> str:
    return f"job:{job_id}"


ORGANISATION_SUBJECT = "organisation:1"
