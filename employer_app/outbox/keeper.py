"""What a crew's connections have to have on disk: their last looks before the dots, and the answers after.

All that stand in line share one transaction. An acceptance does not wait for its own: it goes with the next
last look, or a moment later if none comes, so that most messages cost one commit and not two.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import ExitStack
from threading import Event, Thread
from typing import Self

from employer_app.domain.clock import monotonic, now
from employer_app.domain.delivery import Outcome
from employer_app.extensions import DatabaseTrouble, for_a_thread, kept_connection
from employer_app.outbox import journal
from employer_app.outbox.fence import Ask, fence_in, lift
from employer_app.outbox.look import look
from employer_app.outbox.settle import Answer, sent_back, settle_in
from employer_app.outbox.sweep import take_back
from employer_app.outbox.together import Together
from employer_app.outbox.write_up import GROUP, write_up

#: seconds for which an acceptance waits at most for a last look that takes it along
_RIDES_FOR = 0.02
#: seconds for which, and between which, a busy database is asked to keep the mail server's answer
_ASK_FOR, _ASK_AGAIN_AFTER = 60.0, 1.0
#: seconds after which the answers so far are told to the ledger
_WRITE_UP_AFTER = 0.25
_log = logging.getLogger(__name__)


class Keeper:
    """`with Keeper() as keeper`, in the running app; its calls may come from any thread.

    On leaving, everything is kept and told to the ledger. Raises DatabaseTrouble where that cannot be done.
    """

    def __init__(self) -> None:
        self._line: Together[Ask | Answer, bool] = Together(self._write, DatabaseTrouble, self._lost)
        self._ended = Event()
        #: answered, and not yet told to the ledger
        self._answered: list[int] = []
        self._wrote_up_at = monotonic()

    def __enter__(self) -> Self:
        with ExitStack() as stack:
            self._connection = stack.enter_context(kept_connection())
            self._rider = Thread(target=for_a_thread(self._keep_what_waits), daemon=True)
            self._rider.start()
            self._stack = stack.pop_all()
        return self

    def __exit__(self, *_: object) -> None:
        with self._stack:
            self._ended.set()
            self._rider.join()
            _insist(self._line.finish)
            self._write_up()

    def may_go(self, ask: Ask) -> bool:
        """Whether the dot may follow: it is on disk then that it does. Raises DatabaseTrouble."""
        return self._line(ask)

    def keep(self, answer: Answer) -> None:
        """On disk at once, but for an acceptance, which is there within moments. Raises DatabaseTrouble."""
        if answer.reply.outcome is Outcome.ACCEPTED:
            self._line.leave(answer)
        elif answer.reply.outcome is not Outcome.STOPPED:
            _insist(lambda: self._line(answer))

    def _keep_what_waits(self) -> None:
        """No acceptance waits long for company."""
        while not self._ended.wait(_RIDES_FOR):
            left = self._line.left_since()
            if left is None or monotonic() - left < _RIDES_FOR:
                continue
            try:
                self._line.finish()
            except DatabaseTrouble:
                self._ended.wait(_ASK_AGAIN_AFTER)

    def _write(self, steps: Sequence[Ask | Answer]) -> list[bool]:
        """One transaction: the answers that came, then the last looks. Whether each dot may follow."""
        asks = [step for step in steps if isinstance(step, Ask)]
        answers = [step for step in steps if isinstance(step, Answer)]
        answered = [answer.message_id for answer in answers]
        fenced: Mapping[int, str] = {}
        with self._connection.begin():
            moment = now()
            seen = look(self._connection, [ask.message_id for ask in asks], answered, moment)
            if answers:
                settle_in(self._connection, answers, seen, moment)
            if asks:
                fenced = fence_in(self._connection, asks, seen, moment)
        fenced = _write_down(fenced)
        _withdraw([(row, seen.messages[row].message_id) for row in sent_back(answers)])
        self._answered += answered
        if len(self._answered) >= GROUP or monotonic() - self._wrote_up_at > _WRITE_UP_AFTER:
            self._write_up()
        return [isinstance(step, Answer) or step.message_id in fenced for step in steps]

    def _write_up(self) -> None:
        """What fails here is done by the next sweep."""
        answered, self._answered = self._answered, []
        try:
            write_up(answered)
        except Exception:
            _log.exception("The answers to %s messages are written up later.", len(answered))
        self._wrote_up_at = monotonic()

    def _lost(self, step: Ask | Answer, error: BaseException) -> None:
        _log.error("The answer to message %s cannot be kept.", step.message_id, exc_info=error)
        take_back(step.message_id, step.token)


def _insist(write: Callable[[], object]) -> None:
    """Nobody but this process knows what the server said: a busy database is asked again, for a while."""
    started = monotonic()
    while True:
        try:
            write()
            return
        except DatabaseTrouble:
            if monotonic() - started > _ASK_FOR:
                raise
            time.sleep(_ASK_AGAIN_AFTER)


def _write_down(fenced: Mapping[int, str]) -> Mapping[int, str]:
    """Those of which it is written down outside the database as well that their dots are about to go."""
    try:
        journal.append(list(fenced.items()))
    except OSError:
        _log.exception("The journal cannot be written, so nothing leaves.")
        lift(list(fenced))
        return {}
    return fenced


def _withdraw(fences: Sequence[tuple[int, str]]) -> None:
    try:
        journal.withdraw(fences)
    except OSError:  # then a restore asks a person about them
        _log.exception("The journal cannot be written.")
