"""One pass over the facts of an application: where it stands, who was told what, what is still open.

Facts are compared by when they happened, then by when they were recorded: a call of Tuesday that is logged
on Thursday does not answer an interview of Wednesday.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime

from employer_app.domain.event import CONTACTS, EventKind, Fact
from employer_app.domain.stage import InterviewKind, StageKind, deepest
from employer_app.domain.status import LIVE, Status


def later(fact: Fact) -> tuple[datetime, int]:
    """The order of facts on the clock."""
    return fact.occurred_at, fact.seq


@dataclass
class Story:
    """What the facts add up to. Built by `read_story`, then only read."""

    received: Fact
    status: Status = Status.ACTIVE
    stage_kind: StageKind = StageKind.APPLIED
    depth: StageKind = StageKind.APPLIED
    decision: Fact | None = None
    waiver: Fact | None = None
    reopened: Fact | None = None
    moved_here: Fact | None = None
    contacts: list[Fact] = field(default_factory=list)
    talks: list[Fact] = field(default_factory=list)
    promises: list[Fact] = field(default_factory=list)
    #: by message id: the fact that leaves the message failed, bounced or in doubt
    troubles: dict[int, Fact] = field(default_factory=dict)
    #: ids of messages that came back, for good
    bounced: set[int] = field(default_factory=set)

    @property
    def last_contact(self) -> Fact | None:
        """The last word from us that says something; an automatic acknowledgement does not."""
        words = [fact for fact in self.contacts if not fact.facts.get("automatic")]
        return max(words, key=later, default=None)

    @property
    def last_word(self) -> Fact:
        """From when silence counts: our last word, or the application, or its reopening."""
        words = [fact for fact in (self.received, self.last_contact, self.reopened) if fact]
        return max(words, key=later)

    def closing_on(self, of_job: date | None) -> date | None:
        """Before which day silence does not count: a move to another job does not put it off."""
        if self.moved_here is None:
            return of_job
        day = self.moved_here.facts["closing_on"]
        return date.fromisoformat(day) if day else None

    @property
    def told(self) -> Fact | None:
        """The first proof that the standing decision was told; what another system says is the weakest."""
        if self.decision is None:
            return None
        after = [
            fact for fact in self.contacts if fact.facts.get("tells") and later(fact) >= later(self.decision)
        ]
        return min(after, key=lambda fact: (fact.kind not in CONTACTS, later(fact)), default=None)

    @property
    def open_talks(self) -> list[Fact]:
        """Talks about which the person has heard nothing since, and which nobody let go of."""
        return [fact for fact in self.talks if not self.contacted_since(fact) and not self.waived(fact)]

    @property
    def open_promises(self) -> list[Fact]:
        """Dates we gave and have not kept yet. What ends without a word ends them too."""
        if self.ended_silently:
            return []
        return [fact for fact in self.promises if not self.contacted_since(fact)]

    def reached(self, promise: Fact) -> bool:
        """Whether the person knows this date: not if the message that named it came back."""
        return promise.facts.get("message_id") not in self.bounced

    @property
    def ended_silently(self) -> bool:
        """Withdrawn, hired, or closed for a reason that needs no message (a duplicate, spam)."""
        if self.status in {Status.WITHDRAWN, Status.HIRED}:
            return True
        return (
            self.status is Status.REJECTED and self.decision is not None and not self.decision.facts["owed"]
        )

    def contacted_since(self, fact: Fact) -> bool:
        last = self.last_contact
        return last is not None and later(last) > later(fact)

    def waived(self, source: Fact) -> bool:
        """A waiver lets go of everything that had happened by then."""
        return self.waiver is not None and source.occurred_at <= self.waiver.occurred_at


def read_story(history: Sequence[Fact]) -> Story:
    """Read facts in order of `seq`. Raises ValueError when the first is not the application itself.

    What an undone import had stated is passed over, as if it had never been said.
    """
    if not history or history[0].kind is not EventKind.APPLICATION_RECEIVED:
        raise ValueError("the first fact of an application is that it was received")
    received = history[0]
    kind = StageKind(received.facts["stage_kind"])
    story = Story(received, stage_kind=kind, depth=kind)
    gone = {seq for fact in history if fact.kind is EventKind.TAKEN_BACK for seq in fact.facts["seqs"]}
    for fact in history[1:]:
        if fact.seq in gone:
            continue
        reader = _READERS.get(fact.kind)
        if reader:
            reader(story, fact)
    return story


def _stage_moved(story: Story, fact: Fact) -> None:
    story.stage_kind = StageKind(fact.facts["stage_kind"])
    story.depth = deepest(story.depth, story.stage_kind)


def _status_changed(story: Story, fact: Fact) -> None:
    status = Status(fact.facts["status"])
    if status is Status.REJECTED:
        raise ValueError("a rejection is a decision: without one nobody would be told")
    if status in LIVE and story.status not in LIVE:
        story.reopened, story.decision = fact, None
    story.status = status


def _reopened(story: Story, fact: Fact) -> None:
    story.reopened, story.decision, story.status = fact, None, Status(fact.facts["status"])


def _moved_here(story: Story, fact: Fact) -> None:
    story.moved_here = fact


def _decision_made(story: Story, fact: Fact) -> None:
    story.decision, story.status = fact, Status(fact.facts["status"])


def _decision_undone(story: Story, fact: Fact) -> None:
    story.decision, story.status = None, Status(fact.facts["status"])


def _interview_held(story: Story, fact: Fact) -> None:
    story.talks.append(fact)
    story.depth = deepest(story.depth, InterviewKind(fact.facts["interview_kind"]).stage_kind)


def _contact(story: Story, fact: Fact) -> None:
    """A bounce may be read before the acceptance is written down; the bounce wins."""
    message_id = fact.facts.get("message_id")
    if message_id in story.bounced:
        return
    story.contacts.append(fact)
    if message_id is not None:
        story.troubles.pop(message_id, None)


def _trouble(story: Story, fact: Fact) -> None:
    """Queueing it again or calling it off clears nothing: only a word does."""
    story.troubles[fact.facts["message_id"]] = fact


def _bounced(story: Story, fact: Fact) -> None:
    """A bounced message never was a word: it stops counting, and we owe again."""
    message_id = fact.facts["message_id"]
    story.bounced.add(message_id)
    story.contacts = [c for c in story.contacts if c.facts.get("message_id") != message_id]
    story.troubles[message_id] = fact


def _promise_made(story: Story, fact: Fact) -> None:
    story.promises.append(fact)


def _waiver_made(story: Story, fact: Fact) -> None:
    story.waiver = fact


def _waiver_withdrawn(story: Story, fact: Fact) -> None:
    story.waiver = None


_READERS: Mapping[EventKind, Callable[[Story, Fact], None]] = {
    EventKind.STAGE_MOVED: _stage_moved,
    EventKind.STATUS_CHANGED: _status_changed,
    EventKind.REOPENED: _reopened,
    EventKind.MOVED_HERE: _moved_here,
    EventKind.DECISION_MADE: _decision_made,
    EventKind.DECISION_UNDONE: _decision_undone,
    EventKind.INTERVIEW_HELD: _interview_held,
    **dict.fromkeys([*CONTACTS, EventKind.TOLD_ELSEWHERE], _contact),
    EventKind.MESSAGE_FAILED: _trouble,
    EventKind.MESSAGE_UNCERTAIN: _trouble,
    EventKind.MESSAGE_BOUNCED: _bounced,
    EventKind.PROMISE_MADE: _promise_made,
    EventKind.WAIVER_MADE: _waiver_made,
    EventKind.WAIVER_WITHDRAWN: _waiver_withdrawn,
}
