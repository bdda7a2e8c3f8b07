"""Several connections that hand over the messages of one claim, side by side.

No transaction is open while the network is waited for. Order for each message: bytes, envelope, body flushed,
fence committed, dot, answer, settled. Connections that stand before their dots, or have their answers, share
one transaction. What breaks the app stops that message alone.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import replace
from threading import Event, Thread

from employer_app.domain.clock import monotonic, now
from employer_app.domain.delivery import Outcome, SmtpStage
from employer_app.extensions import DatabaseTrouble, for_a_thread
from employer_app.outbox.fence import Ask
from employer_app.outbox.keeper import Keeper
from employer_app.outbox.refill import Refill
from employer_app.outbox.settle import Answer
from employer_app.outbox.sweep import take_back
from employer_app.outbox.turns import Turns
from employer_app.smtp.line import Line, Relay, RelayTrouble, Reply
from employer_app.smtp.mime import Letter, Unbuildable, build

#: seconds between two signs of life to those who might take over
_SIGN_OF_LIFE = 30.0
_log = logging.getLogger(__name__)


class Crew:
    """`run` hands over `letters` (by message id, in order), all claimed by `token`."""

    def __init__(
        self,
        relay: Relay,
        token: str,
        letters: Refill | Turns,
        *,
        stopping: Event,
        may_send: Callable[[], bool],
        say_alive: Callable[[], None],
        works: Callable[[], None],
    ) -> None:
        self._relay, self._token = relay, token
        self._waiting = letters
        self._stopping, self._may_send = stopping, may_send
        self._say_alive, self._works = say_alive, works
        self._seen_at = monotonic()
        self._keeper = Keeper()
        self.tried = 0
        #: why connections gave up; each did so without having handed over anything
        self.troubles: list[RelayTrouble] = []
        self._broken: list[BaseException] = []

    def run(self, connections: int) -> None:
        """Returns when nothing is left, or no connection can do anything more. Raises DatabaseTrouble."""
        connections = min(connections, len(self._waiting))
        with self._keeper:
            if connections == 1:
                self._work()
            else:
                work = for_a_thread(self._work_apart)
                crew = [Thread(target=work, daemon=True) for _ in range(connections)]
                for one in crew:
                    one.start()
                for one in crew:
                    one.join()
        if self._broken:
            raise self._broken[0]

    @property
    def stuck(self) -> RelayTrouble | None:
        """What keeps the rest from leaving, or kept all of them."""
        return self.troubles[-1] if self.troubles and (self._waiting or not self.tried) else None

    def _work_apart(self) -> None:
        try:
            self._work()
        except BaseException as error:  # told by `run`, in the thread that can do something about it
            self._broken.append(error)

    def _work(self) -> None:
        """One connection after another, as long as each hands over something."""
        while self._waiting and not self._ends() and self._may_send():
            before = self.tried
            try:
                with Line(self._relay) as line:
                    self._hand_over_all(line)
            except RelayTrouble as problem:
                if self.tried == before:
                    self.troubles.append(problem)
                    return

    def _ends(self) -> bool:
        return self._stopping.is_set() or bool(self._broken)

    def _hand_over_all(self, line: Line) -> None:
        while line.usable and not self._ends():
            if monotonic() - self._seen_at > _SIGN_OF_LIFE:
                self._seen_at = monotonic()
                self._say_alive()
            try:
                message_id, letter = self._waiting.popleft()
            except IndexError:
                return
            reply = self._hand_over_one(line, message_id, letter)
            if reply and reply.server_is_closing:
                raise RelayTrouble(f"The mail server closed the connection: {reply.text}", reply.code)
            self.tried += 1
            if self.tried == 1:
                self._works()

    def _hand_over_one(self, line: Line, message_id: int, letter: Letter) -> Reply | None:
        try:
            return self._hand_over(line, message_id, letter)
        except RelayTrouble:
            self._waiting.appendleft((message_id, letter))  # nothing has left, and it pays nothing
            raise
        except DatabaseTrouble:
            raise
        except Exception:
            _log.exception("Message %s breaks the hand-over.", message_id)
            take_back(message_id, self._token)
            return None

    def _hand_over(self, line: Line, message_id: int, letter: Letter) -> Reply:
        try:
            reply = line.hand_over(
                letter.return_path,
                letter.to_address,
                build(replace(letter, date=now())),
                before_dot=lambda: self._keeper.may_go(Ask(message_id, self._token)),
            )
        except Unbuildable as problem:
            reply = Reply(Outcome.REFUSED, None, str(problem), SmtpStage.BODY)
        if reply.outcome is not Outcome.STOPPED:
            self._keeper.keep(Answer(message_id, self._token, reply, self._relay.host))
        return reply
