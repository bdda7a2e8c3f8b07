"""The mail server of the campaign: takes everything, misbehaves a little, holds where it is told to."""

from __future__ import annotations

import random
import threading
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Self

from campaign.windows import Window
from tests.smtp_faults import drop, say_then_drop
from tests.smtp_sink import WAIT, Action, Script, Session, SmtpSink

#: one in so many; never in a session that has handed over nothing, which would count as trouble
_ONE_IN = 60
_CLOSING = "421 4.4.2 Enough for one session"


class Traps:
    """`script` goes to the server; `arm` makes it hold once, and `reached` says that it does."""

    def __init__(self, rng: random.Random) -> None:
        self._rng = rng
        self._lock = threading.Lock()
        self._armed: Window | None = None
        self._turn = 0
        self._then: Action = None
        self._taken: Counter[int] = Counter()
        self.reached = threading.Event()
        self._released = threading.Event()
        stages = ("connect", "MAIL", "RCPT", "DATA", "body", "dot", "QUIT")
        self.script: Script = dict.fromkeys(stages, self._act)

    @contextmanager
    def serving(self) -> Iterator[tuple[Self, SmtpSink]]:
        with SmtpSink(self.script) as sink:
            yield self, sink
            self.disarm()

    def arm(self, window: Window, turn: int, then: Action) -> None:
        with self._lock:
            self._armed, self._turn, self._then = window, turn, then
            self.reached.clear()
            self._released.clear()

    def disarm(self) -> None:
        """Whoever is held goes on."""
        with self._lock:
            self._armed = None
        self._released.set()

    def _act(self, session: Session) -> None:
        if self._is_turn(session.stage):
            self.reached.set()
            self._released.wait(WAIT)
            session.sink.act(session, self._then)
            return
        action = self._misbehaviour(session)
        session.sink.act(session, action)
        if session.stage == "dot":
            self._taken[session.number] += 1

    def _is_turn(self, stage: str) -> bool:
        with self._lock:
            if self._armed is None or stage != self._armed:
                return False
            self._turn -= 1
            return self._turn == 0

    def _misbehaviour(self, session: Session) -> Action:
        """Nothing that puts a letter off for minutes, or leaves it in doubt."""
        with self._lock:
            if not self._taken[session.number] or self._rng.randrange(_ONE_IN):
                return None
            match session.stage:
                case "dot":
                    return self._rng.choice(["252 2.0.0 Cannot verify, taken", "200 Taken"])
                case "MAIL" | "RCPT":
                    return self._rng.choice([_CLOSING, drop])
                case "DATA":
                    return _CLOSING
                case "QUIT":
                    return self._rng.choice([drop, say_then_drop("421 4.3.2 Closing")])
                case _:
                    return None
