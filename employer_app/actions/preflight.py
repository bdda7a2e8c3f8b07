"""The check before sending: why no message may leave to somebody, and what else there is to look at.

Law: only facts stop a message; the rest is said, and who said once that it is right so is not asked again.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from employer_app.domain.address import is_sendable
from employer_app.domain.close_out import Choices, GroupText
from employer_app.domain.message import AFTER_THE_END, NEEDS_PERSONAL_LINE, Kind, Purpose
from employer_app.domain.person_name import search_key
from employer_app.domain.person_name.in_address import addresses_by_letters, fits_another, out_of_step
from employer_app.domain.preflight import Check, Finding, about
from employer_app.domain.stage import StageKind
from employer_app.domain.status import LIVE, Status
from employer_app.domain.times import ago
from employer_app.queries.preflight import Surroundings
from employer_app.queries.recipients import RecipientRow

NEEDS_LINE = "Was interviewed: needs a line of their own."
HEARD_LATELY, HAD_LATELY = timedelta(hours=24), timedelta(days=7)
"""Two words, or two of one kind, within so short a time read like a mistake."""


@dataclass(frozen=True)
class Company:
    """What only all rows of a list together show."""

    #: by key of an address: how many people of the list have it
    shared: Mapping[str, int] = field(default_factory=dict)
    #: applications whose name fits the address of somebody else on the list
    elsewhere: frozenset[int] = frozenset()
    #: so many that the names or the addresses slipped by a row
    shifted: bool = False
    #: by folded name: how many people of the list have it
    names: Mapping[str, int] = field(default_factory=dict)


def company_of(rows: Sequence[RecipientRow]) -> Company:
    people = {row.candidate_id: row for row in rows}
    written = [row for row in people.values() if row.address_key]
    others = addresses_by_letters(row.address_key or "" for row in written)
    misplaced = {row.candidate_id for row in written if fits_another(row.name, row.address_key or "", others)}
    return Company(
        Counter(row.address_key for row in written if row.address_key),
        frozenset(row.application_id for row in rows if row.candidate_id in misplaced),
        out_of_step(len(written), len(misplaced)),
        Counter(search_key(row.name) for row in people.values()),
    )


def stopped(row: RecipientRow, text: GroupText, choices: Choices, company: Company) -> tuple[str, str]:
    """Why no text can be right for this row, and what to do; empty when one may."""
    decision = choices.purpose is Purpose.DECISION
    untold = decision and row.status is Status.REJECTED and not row.told
    ended = text.kind not in AFTER_THE_END and not text.confirms
    reasons = (
        (row.application_id in choices.left_out, "You left this person out.", "take_back"),
        (row.erased, "This person's data were erased.", ""),
        (text.confirms and row.told_by_phone_at is None, "Was not told by phone.", ""),
        (text.confirms and row.confirmed, "Has had this in writing already.", ""),
        (ended and row.told, "Has been told already.", ""),
        (ended and row.status is Status.WITHDRAWN, "Has withdrawn.", ""),
        (ended and row.status is Status.HIRED, "Has been hired for this job.", ""),
        (ended and row.status not in LIVE and not untold, "Is no longer in the running.", ""),
        (decision and _offered(row), "Has an offer from us that still stands.", ""),
        (decision and _wanted_elsewhere(row), "Has an offer or is hired in another job of ours.", ""),
        (row.corrected, "Has had a correction of this message already.", ""),
        (row.on_its_way, "A message to this person is already on its way.", "outbox"),
        (row.do_not_mail, "Asked us not to write by mail.", "call"),
        (not row.address, "No mail address. Call, or write a letter.", "call"),
        (not is_sendable(row.address or ""), "Mail servers do not take this address. Correct it.", "address"),
        (
            company.shared.get(row.address_key or "", 0) > 1,
            "Two people here share this address. Ask which is right.",
            "address",
        ),
        (
            company.shifted and row.application_id in company.elsewhere,
            "The name fits the address of somebody else here. The names or addresses slipped by a row.",
            "address",
        ),
        (row.unread_since is not None, "Wrote to us, and nobody has read it. Read it first.", "read"),
    )
    return next(((reason, remedy) for applies, reason, remedy in reasons if applies), ("", ""))


def _offered(row: RecipientRow) -> bool:
    return row.status in LIVE and row.depth.depth >= StageKind.OFFER.depth


def _wanted_elsewhere(row: RecipientRow) -> bool:
    return any(
        other.status is Status.HIRED or (other.status in LIVE and other.depth.depth >= StageKind.OFFER.depth)
        for other in row.elsewhere
    )


def why_not(row: RecipientRow, text: GroupText, choices: Choices, company: Company) -> tuple[str, str]:
    """As `stopped`, and for want of a line of their own."""
    reason, remedy = stopped(row, text, choices, company)
    if not reason and lacks_line(row, text, choices):
        return NEEDS_LINE, "line"
    return reason, remedy


def lacks_line(row: RecipientRow, text: GroupText, choices: Choices) -> bool:
    """Whether somebody whom we met has no line of their own yet."""
    line = choices.lines.get(row.application_id, "")
    return text.kind in NEEDS_PERSONAL_LINE and not line.strip()


def unseen(row: RecipientRow, found: Sequence[Finding], known: Surroundings) -> list[Finding]:
    """Without those of which somebody said that they are right so."""
    return [one for one in found if (row.candidate_id, one.check, one.about) not in known.seen]


def findings(
    row: RecipientRow, kind: Kind, company: Company, known: Surroundings, now: datetime
) -> Iterator[Finding]:
    """What to look at before this row's message goes, apart from its words."""
    name, key = search_key(row.name), row.address_key or ""
    if name in known.colleagues:
        words = "This is the name of a colleague who works with this app."
        yield Finding(Check.COLLEAGUE, words, about(row.name))
    if row.application_id in company.elsewhere:
        words = "The name fits the address of somebody else on this list."
        yield Finding(Check.OTHERS_ADDRESS, words, about(row.name, key))
    if known.sharing.get(key, 0) > 1:
        words = "Somebody else in the records has the same address."
        yield Finding(Check.SHARED_ADDRESS, words, about(row.name, key))
    if company.names.get(name, 0) > 1:
        words = "Two people on this list have this name. If it is one person, one mail is enough."
        yield Finding(Check.SAME_NAME, words, about(row.name, key))
    if row.failed:
        words = "The last message to this person could not be delivered. Is the address right?"
        yield Finding(Check.UNDELIVERED, words, about(key))
    had = known.had.get(row.application_id, {}).get(kind)
    if had is not None and now - had < HAD_LATELY:
        yield Finding(Check.HAD_THIS, f"Has had this kind of message already, {ago(had, now)}.")
    elif (
        kind is not Kind.CORRECTION
        and row.last_contact_at is not None
        and now - row.last_contact_at < HEARD_LATELY
    ):
        yield Finding(Check.HEARD_LATELY, f"Has heard from us {ago(row.last_contact_at, now)}.")


def one_message_each(
    rows: Sequence[RecipientRow], may_go: Callable[[RecipientRow], bool]
) -> Mapping[int, int]:
    """Application to the one whose message speaks of it too: of several applications of a person the one
    that came furthest, and of equals the first."""
    people: dict[int, list[RecipientRow]] = {}
    for row in rows:
        if may_go(row):
            people.setdefault(row.candidate_id, []).append(row)
    leads: dict[int, int] = {}
    for every in people.values():
        lead = max(every, key=lambda row: (row.depth.depth, -row.application_id))
        leads |= {row.application_id: lead.application_id for row in every if row is not lead}
    return leads
