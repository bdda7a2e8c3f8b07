"""Random lives of an application: what verbs could record, in any order they allow, also back-dated.

A step is drawn first and fitted to where the application stands when it is its turn (nobody is decided
twice), so that hypothesis can shrink a history by leaving steps out.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

from hypothesis import strategies as st

from employer_app.domain.business_time import Calendar
from employer_app.domain.event import EventKind, Fact
from tests.ledger.oracle import World

LIVE = {"active", "on_hold"}
STARTS = [
    datetime(2026, 3, 27, 15, 0, tzinfo=UTC),  # clocks change on the Sunday
    datetime(2026, 12, 18, 8, 30, tzinfo=UTC),  # holidays ahead
    datetime(2026, 11, 20, 23, 30, tzinfo=UTC),  # another day already, further east
]
CALENDARS = [
    Calendar("NL", None, "Europe/Amsterdam"),
    Calendar("DE", "BY", "Europe/Berlin", frozenset({date(2026, 12, 28), date(2027, 1, 4)})),
    Calendar("US", "NY", "America/New_York"),
    Calendar("IL", None, "Asia/Jerusalem"),
    Calendar("NZ", None, "Pacific/Auckland"),
]
GAPS = [timedelta(0), timedelta(seconds=1), timedelta(hours=7), timedelta(days=1), timedelta(days=9)]
BACK = [timedelta(0), timedelta(hours=7), timedelta(days=2), timedelta(days=11)]
STAGES = ["applied", "screen", "interview", "final", "offer"]
TALKS = ["screen", "one_to_one", "panel", "one_way"]


@dataclass(frozen=True)
class Step:
    """`act` is a name below; `n` chooses a message, a stage, a number of days; `back`: how long ago."""

    act: str
    gap: timedelta
    n: int
    flag: bool
    back: timedelta


#: what opens and rests debts comes more often than the words that clear them all
ACTS = [
    *[
        "move",
        "talk",
        "nothing",
        "accept",
        "fail",
        "doubt",
        "bounce",
        "bounce",
        "call",
        "letter",
        "elsewhere",
    ],
    *["promise", "promise", "promise", "promise_by_mail", "promise_by_mail", "decide", "decide", "undo"],
    *[
        "hold",
        "withdraw",
        "hire",
        "reopen",
        "moved_here",
        "waive",
        "waive",
        "unwaive",
        "closing_date",
        "close_job",
        "open_job",
        "take_back",
    ],
]
#: what a list can state of somebody who is here already
LISTED = {
    EventKind.STAGE_MOVED,
    EventKind.STATUS_CHANGED,
    EventKind.DECISION_MADE,
    EventKind.INTERVIEW_HELD,
    EventKind.INTERVIEW_MISSED,
    EventKind.TOLD_ELSEWHERE,
}
NOTHING = [
    EventKind.MESSAGE_QUEUED,
    EventKind.MESSAGE_CANCELLED,
    EventKind.MESSAGE_HELD,
    EventKind.NOTE_ADDED,
    EventKind.OWNER_CHANGED,
    EventKind.INTERVIEW_MISSED,
    EventKind.MANAGER_ASKED,
    EventKind.MANAGER_REMINDED,
    EventKind.MANAGER_ANSWERED,
    EventKind.MANAGER_CONFIRMED,
    EventKind.MANAGER_ASK_WITHDRAWN,
]

steps = st.lists(
    st.builds(
        Step,
        st.sampled_from(ACTS),
        st.sampled_from(GAPS),
        st.integers(0, 5),
        st.booleans(),
        st.sampled_from(BACK),
    ),
    max_size=25,
)


@dataclass
class Life:
    """Turns steps into facts. `facts` and `world` are what the fold and the oracle read."""

    calendar: Calendar
    now: datetime
    ack_expected: bool = False
    facts: list[Fact] = field(default_factory=list)
    closing_on: date | None = None
    closed: tuple[int, datetime] | None = None
    status: str = "active"
    decided_from: str | None = None
    #: before each step: how many facts there were, the status, and what it was before the decision
    past: list[tuple[int, str, str | None]] = field(default_factory=list)

    def __post_init__(self) -> None:
        self._happened(
            EventKind.APPLICATION_RECEIVED, {"stage_kind": "applied", "ack_expected": self.ack_expected}
        )

    @property
    def world(self) -> World:
        return World(self.calendar, self.closing_on, self.closed)

    def take(self, step: Step) -> None:
        self.now += step.gap
        self.past.append((len(self.facts), self.status, self.decided_from))
        getattr(self, f"_{step.act}")(step)

    def _happened(
        self, kind: EventKind, facts: Mapping[str, Any] | None = None, back: timedelta = timedelta(0)
    ) -> None:
        seq = len(self.facts) + 1
        self.facts.append(Fact(seq, seq, kind, self.now - back, dict(facts or {})))

    def _message(self, event: EventKind, step: Step, /, **facts: Any) -> None:
        self._happened(event, {"message_id": step.n % 3 + 1, **facts})

    def _move(self, step: Step) -> None:
        if self.status in LIVE:
            self._happened(EventKind.STAGE_MOVED, {"stage_id": 1, "stage_kind": STAGES[step.n % 5]})

    def _talk(self, step: Step) -> None:
        self._happened(EventKind.INTERVIEW_HELD, {"interview_kind": TALKS[step.n % 4]}, step.back)

    def _nothing(self, step: Step) -> None:
        """Facts that change nothing that we owe."""
        self._message(NOTHING[(2 * step.n + step.flag) % len(NOTHING)], step)

    def _accept(self, step: Step) -> None:
        automatic = step.n >= 3
        tells = step.flag and not automatic
        self._message(EventKind.MESSAGE_ACCEPTED, step, kind="filled", tells=tells, automatic=automatic)

    def _fail(self, step: Step) -> None:
        self._message(EventKind.MESSAGE_FAILED, step)

    def _doubt(self, step: Step) -> None:
        self._message(EventKind.MESSAGE_UNCERTAIN, step)

    def _bounce(self, step: Step) -> None:
        named = [
            f.facts["message_id"]
            for f in self.facts[-3:]
            if f.kind is EventKind.PROMISE_MADE and f.facts.get("message_id")
        ]
        self._message(EventKind.MESSAGE_BOUNCED, replace(step, n=named[0] - 1) if named else step)

    def _promise(self, step: Step) -> None:
        due = (self.now + timedelta(days=[-1, 0, 12, 30, 31, 55][step.n])).date()
        self._happened(EventKind.PROMISE_MADE, {"due": due.isoformat()})

    def _promise_by_mail(self, step: Step) -> None:
        self._accept(replace(step, flag=False))
        due = (self.now + timedelta(days=14)).date()
        self._message(EventKind.PROMISE_MADE, step, due=due.isoformat())

    def _call(self, step: Step) -> None:
        self._happened(EventKind.CALL_LOGGED, {"tells": step.flag}, step.back)

    def _letter(self, step: Step) -> None:
        self._happened(EventKind.LETTER_LOGGED, {"tells": step.flag}, step.back)

    def _elsewhere(self, step: Step) -> None:
        self._happened(EventKind.TOLD_ELSEWHERE, {"tells": True}, step.back)

    def _decide(self, step: Step) -> None:
        if self.status in LIVE:
            self._decided("rejected", step, owed=step.flag or step.n > 0)

    def _hire(self, step: Step) -> None:
        if self.status in LIVE:
            self._decided("hired" if step.flag else "withdrawn", step, owed=True)

    def _decided(self, status: str, step: Step, *, owed: bool) -> None:
        self.decided_from, self.status = self.status, status
        facts = {
            "decision_id": 1,
            "disposition": "X",
            "status": status,
            "stage_kind": "applied",
            "owed": owed,
        }
        self._happened(EventKind.DECISION_MADE, facts, step.back)

    def _undo(self, step: Step) -> None:
        if self.decided_from:
            self.status, self.decided_from = self.decided_from, None
            self._happened(EventKind.DECISION_UNDONE, {"decision_id": 1, "status": self.status})

    def _changed(self, status: str) -> None:
        self.status, self.decided_from = status, None
        self._happened(EventKind.STATUS_CHANGED, {"status": status})

    def _hold(self, step: Step) -> None:
        if self.status in LIVE:
            self._changed("on_hold" if self.status == "active" else "active")

    def _withdraw(self, step: Step) -> None:
        if self.status in LIVE | {"hired"}:
            self._changed("withdrawn")

    def _reopen(self, step: Step) -> None:
        if self.status not in LIVE and step.flag:
            self.status, self.decided_from = "active", None
            self._happened(EventKind.REOPENED, {"status": "active"})
        elif self.status not in LIVE:
            self._changed("active")

    def _moved_here(self, step: Step) -> None:
        """Once, and early: it is written when the application comes into the job."""
        if len(self.facts) < 4 and self.status in LIVE:
            day = (self.now + timedelta(days=[-9, 0, 1, 9, 20, 60][step.n])).date()
            began = {"closing_on": day.isoformat() if step.flag else None}
            self._happened(EventKind.MOVED_HERE, {"application_id": 9, "job_id": 9, **began})

    def _take_back(self, step: Step) -> None:
        """An import is undone: the last few facts count no more."""
        count, status, decided_from = self.past[max(0, len(self.past) - 2 - step.n % 3)]
        gone = self.facts[count:]
        if gone and all(fact.kind in LISTED for fact in gone):
            self.status, self.decided_from = status, decided_from
            self._happened(EventKind.TAKEN_BACK, {"list_id": 1, "seqs": [fact.seq for fact in gone]})

    def _waive(self, step: Step) -> None:
        self._happened(EventKind.WAIVER_MADE)

    def _unwaive(self, step: Step) -> None:
        self._happened(EventKind.WAIVER_WITHDRAWN)

    def _close_job(self, step: Step) -> None:
        self.closed = self.closed or (1_000_000 + step.n, self.now)

    def _open_job(self, step: Step) -> None:
        self.closed = None

    def _closing_date(self, step: Step) -> None:
        self.closing_on = (
            (self.now + timedelta(days=[-3, 0, 2, 7, 20, 60][step.n])).date() if step.flag else None
        )


@st.composite
def lives(draw: st.DrawFn) -> Life:
    """A whole life, all steps taken."""
    life = Life(draw(st.sampled_from(CALENDARS)), draw(st.sampled_from(STARTS)), draw(st.booleans()))
    if days := draw(st.sampled_from([None, 3, 20, 60])):
        life.closing_on = (life.now + timedelta(days=days)).date()
    for step in draw(steps):
        life.take(step)
    return life


def moments(life: Life, taken: Sequence[Step]) -> Iterator[tuple[list[Fact], World]]:
    """How it stands before the first step and after each."""
    yield list(life.facts), life.world
    for step in taken:
        life.take(step)
        yield list(life.facts), life.world
