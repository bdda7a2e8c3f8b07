"""What is owed, once more: slow and plain, written from docs/ledger.md alone.

It shares with the app the calendar and the names of facts, and nothing else. Each rule of the page is one
question asked of the whole history. The numbers of the page's tables are restated by hand.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from employer_app.domain import business_time
from employer_app.domain.event import EventKind, Fact
from tests.ledger.world import Debt, Standing, World

__all__ = ["Debt", "Standing", "World", "owed", "standing"]

KINDS = ["applied", "screen", "interview", "final", "offer", "hired"]
TROUBLE = {EventKind.MESSAGE_FAILED, EventKind.MESSAGE_UNCERTAIN, EventKind.MESSAGE_BOUNCED}
OWN_PROOF = {EventKind.MESSAGE_ACCEPTED, EventKind.CALL_LOGGED, EventKind.LETTER_LOGGED}
WORDS = OWN_PROOF | {EventKind.TOLD_ELSEWHERE}
SETS_STATUS = {
    EventKind.DECISION_MADE,
    EventKind.DECISION_UNDONE,
    EventKind.STATUS_CHANGED,
    EventKind.REOPENED,
}


def counted(history: Sequence[Fact]) -> list[Fact]:
    """ "What an undone import had stated counts no more, as if it had never been said." """
    undone = [fact.facts["seqs"] for fact in history if fact.kind is EventKind.TAKEN_BACK]
    return [fact for fact in history if not any(fact.seq in seqs for seqs in undone)]


def standing(history: Sequence[Fact], world: World) -> Standing:
    history = counted(history)
    contacts, words = contacts_of(history), last_contacts(history)
    decision, proof = standing_decision(history), told(history)
    since = None
    if to_tell(history) and decision:
        since = decision.occurred_at
    elif live(history) and world.closed:
        since = inside_since(history, world.closed[1])
    return Standing(
        status=status(history),
        depth=KINDS[depth(history)],
        first_word_at=min((f.occurred_at for f in contacts), default=None),
        last_contact_at=max((f.occurred_at for f in words), default=None),
        decided_at=decision.occurred_at if decision else None,
        told_at=proof.occurred_at if proof else None,
        told_how=proof.kind.value if proof else None,
        final_owed_since=since,
        waived=waiver(history) is not None,
    )


def owed(history: Sequence[Fact], world: World) -> list[Debt]:
    """Every debt, sorted."""
    history = counted(history)
    if ended_without_a_word(history):
        return []
    found = [
        *decided_not_told(history, world),
        *message_failed(history, world),
        *dates_we_gave(history, world),
        *next_word(history, world),
        *job_closed(history, world),
        *not_acknowledged(history, world),
    ]
    # "That lets go of every debt whose opening fact had happened by then."
    waived = waiver(history)
    if waived:
        moments = {fact.id: fact.occurred_at for fact in history}
        if world.closed:
            moments[world.closed[0]] = world.closed[1]
        found = [debt for debt in found if moments[debt.source] > waived.occurred_at]
    return sorted(found)


def moment(fact: Fact) -> tuple[datetime, int]:
    """Compared by when they happened; at the same moment, the one written down first comes first."""
    return (fact.occurred_at, fact.seq)


def last_of(history: Sequence[Fact], *kinds: EventKind) -> Fact | None:
    """The one written down last."""
    return next((f for f in reversed(history) if f.kind in kinds), None)


def status(history: Sequence[Fact]) -> str:
    last = last_of(history, *SETS_STATUS)
    return str(last.facts["status"]) if last else "active"


def live(history: Sequence[Fact]) -> bool:
    return status(history) in {"active", "on_hold"}


def depth(history: Sequence[Fact]) -> int:
    found = [KINDS.index(history[0].facts["stage_kind"])]
    for fact in history:
        if fact.kind is EventKind.STAGE_MOVED:
            found.append(KINDS.index(fact.facts["stage_kind"]))
        if fact.kind is EventKind.INTERVIEW_HELD:
            found.append(1 if fact.facts["interview_kind"] == "screen" else 2)
    return max(found)


def came_back(history: Sequence[Fact]) -> set[int]:
    return {f.facts["message_id"] for f in history if f.kind is EventKind.MESSAGE_BOUNCED}


def contacts_of(history: Sequence[Fact]) -> list[Fact]:
    gone = came_back(history)
    return [f for f in history if f.kind in WORDS and f.facts.get("message_id") not in gone]


def last_contacts(history: Sequence[Fact]) -> list[Fact]:
    """Contacts, leaving out automatic messages; in order."""
    return sorted((f for f in contacts_of(history) if not f.facts.get("automatic")), key=moment)


def heard_since(history: Sequence[Fact], fact: Fact) -> bool:
    return any(moment(word) > moment(fact) for word in last_contacts(history))


def reopenings(history: Sequence[Fact]) -> list[Fact]:
    """Became live again by a reopening, or by a change of status."""
    return [
        fact
        for at, fact in enumerate(history)
        if fact.kind in {EventKind.STATUS_CHANGED, EventKind.REOPENED}
        and fact.facts["status"] in {"active", "on_hold"}
        and not live(history[:at])
    ]


def standing_decision(history: Sequence[Fact]) -> Fact | None:
    """Not undone, and the application not reopened since."""
    decided = last_of(history, EventKind.DECISION_MADE)
    if decided is None:
        return None
    undone = last_of(history, EventKind.DECISION_UNDONE)
    taken_away = [f for f in [undone, *reopenings(history)] if f]
    return None if any(f.seq > decided.seq for f in taken_away) else decided


def to_tell(history: Sequence[Fact]) -> bool:
    decided = standing_decision(history)
    return bool(decided) and status(history) == "rejected" and bool(decided.facts["owed"])


def told(history: Sequence[Fact]) -> Fact | None:
    decided = standing_decision(history)
    if decided is None:
        return None
    proofs = [f for f in contacts_of(history) if f.facts.get("tells") and moment(f) >= moment(decided)]
    own = [f for f in proofs if f.kind in OWN_PROOF]
    return min(own or proofs, key=moment, default=None)


def ended_without_a_word(history: Sequence[Fact]) -> bool:
    return not live(history) and not to_tell(history)


def waiver(history: Sequence[Fact]) -> Fact | None:
    last = last_of(history, EventKind.WAIVER_MADE, EventKind.WAIVER_WITHDRAWN)
    return last if last and last.kind is EventKind.WAIVER_MADE else None


def inside_since(history: Sequence[Fact], closed_at: datetime) -> datetime:
    """The latest of the closing, the application, its (last) reopening."""
    reopened = reopenings(history)
    return max([closed_at, history[0].occurred_at] + [f.occurred_at for f in reopened[-1:]])


def decided_not_told(history: Sequence[Fact], world: World) -> list[Debt]:
    decided = standing_decision(history)
    if not to_tell(history) or decided is None or told(history):
        return []
    due = 1 if depth(history) >= 3 else 2 if depth(history) == 2 else 3
    return [debt("decided_not_told", decided.id, decided.occurred_at, due, 5, world, at_once=True)]


def message_failed(history: Sequence[Fact], world: World) -> list[Debt]:
    found = []
    for message_id in {f.facts["message_id"] for f in history if f.kind in TROUBLE}:
        about = [f for f in history if f.facts.get("message_id") == message_id]
        trouble = last_of(about, *TROUBLE)
        assert trouble is not None
        taken = any(f.kind is EventKind.MESSAGE_ACCEPTED and f.seq > trouble.seq for f in about)
        if heard_since(history, trouble) or (taken and message_id not in came_back(history)):
            continue
        found.append(debt("message_failed", trouble.id, trouble.occurred_at, 0, 1, world, at_once=True))
    return found


def dates_we_gave(history: Sequence[Fact], world: World) -> list[Debt]:
    found = []
    for promise in open_promises(history):
        due, late = named_day(date.fromisoformat(promise.facts["due"]), world)
        found.append(dated("promise_due", promise.id, promise.occurred_at, due, late, world))
    return found


def open_promises(history: Sequence[Fact]) -> list[Fact]:
    return [f for f in history if f.kind is EventKind.PROMISE_MADE and not heard_since(history, f)]


def next_word(history: Sequence[Fact], world: World) -> list[Debt]:
    if not live(history):
        return []
    held = [f for f in history if f.kind is EventKind.INTERVIEW_HELD and not heard_since(history, f)]
    waived = waiver(history)
    if waived:  # "a talk that was let go of opens nothing, also when something happens afterwards"
        held = [f for f in held if f.occurred_at > waived.occurred_at]
    held.sort(key=moment)
    interviews = [f for f in held if f.facts["interview_kind"] != "screen"]
    if interviews:
        first = interviews[0]
        return [debt("interviewed_not_told", first.id, first.occurred_at, 3, 5, world)]
    if held:
        return [debt("silent", held[0].id, held[0].occurred_at, 3, 5, world)]
    return [silent(history, world)]


def silent(history: Sequence[Fact], world: World) -> Debt:
    latest = max([history[0], *last_contacts(history)[-1:], *reopenings(history)[-1:]], key=moment)
    met = depth(history) >= 2
    due, late = (5, 10) if latest is history[0] else (5, 20) if met else (10, 20)
    since = latest.occurred_at
    closing_on = closing_date(history, world)
    if closing_on and not met:
        since = max(since, business_time.end_of_day(world.calendar, closing_on))
    target = business_time.add_business_days(world.calendar, since, due)
    breach = business_time.add_business_days(world.calendar, since, late)
    waived = waiver(history)
    for promise in open_promises(history):
        if promise.facts.get("message_id") in came_back(history):
            continue
        if waived and promise.occurred_at <= waived.occurred_at:
            continue
        given = promise.occurred_at.astimezone(ZoneInfo(world.calendar.timezone)).date()
        day = min(date.fromisoformat(promise.facts["due"]), given + timedelta(days=30))
        until, over = named_day(day, world)
        target, breach = max(target, until), max(breach, over)
    return dated("silent", latest.id, since, target, breach, world)


def closing_date(history: Sequence[Fact], world: World) -> date | None:
    """ "Of an application that was moved here, the closing date of the job where it began counts." """
    moved = last_of(history, EventKind.MOVED_HERE)
    if moved is None:
        return world.closing_on
    began = moved.facts["closing_on"]
    return date.fromisoformat(began) if began else None


def job_closed(history: Sequence[Fact], world: World) -> list[Debt]:
    if world.closed is None or not live(history):
        return []
    event_id, at = world.closed
    return [debt("job_closed", event_id, inside_since(history, at), 2, 5, world, at_once=True)]


def not_acknowledged(history: Sequence[Fact], world: World) -> list[Debt]:
    received = history[0]
    if not received.facts.get("ack_expected") or not live(history) or contacts_of(history):
        return []
    return [debt("not_acknowledged", received.id, received.occurred_at, 1, 2, world)]


def debt(
    reason: str, source: int, since: datetime, due: int, late: int, world: World, *, at_once: bool = False
) -> Debt:
    target = business_time.add_business_days(world.calendar, since, due)
    breach = business_time.add_business_days(world.calendar, since, late)
    if at_once:
        return Debt(reason, source, since, since, target, breach)
    return dated(reason, source, since, target, breach, world)


def dated(
    reason: str, source: int, since: datetime, target: datetime, breach: datetime, world: World
) -> Debt:
    """Shows 3 business days before it is due; never before "since", and never after it is due."""
    ahead = business_time.subtract_business_days(world.calendar, target, 3)
    return Debt(reason, source, since, min(max(since, ahead), target), target, breach)


def named_day(day: date, world: World) -> tuple[datetime, datetime]:
    """18:00 on that day; 09:00 on the first business day after that day."""
    return business_time.end_of_day(world.calendar, day), business_time.morning_after(world.calendar, day)
