"""What the scripted mail server can be told to do wrong: actions for the stages of `SmtpSink`."""

import threading

from tests.smtp_sink import WAIT, Action, Gone, Session


def drop(session: Session) -> None:
    """Closes without a word; at the dot this loses the letter."""
    raise Gone


lose_then_drop = drop


def reset(session: Session) -> None:
    session.reset_connection()


def accept_then_drop(session: Session) -> None:
    session.keep()
    raise Gone


def accept_then_reset(session: Session) -> None:
    session.keep()
    session.reset_connection()


def say_then_drop(reply: str) -> Action:
    def act(session: Session) -> None:
        session.say(reply)
        raise Gone

    return act


def say_bytes(words: bytes) -> Action:
    """Any octets at all, such as a binary reply."""
    return lambda session: session.say(words)


def silence(session: Session) -> None:
    """Never answers; ends when the client leaves."""
    while session.sock.recv(65536):
        pass
    raise Gone


def endless(session: Session) -> None:
    """A reply whose last line never comes; ends when the client leaves."""
    while True:
        session.say("250-and another thing " + "x" * 60)


def endless_line(session: Session) -> None:
    while True:
        session.say(b"x" * 4096)


def drip(session: Session) -> None:
    """One octet of an unfinished reply again and again, each before a client loses patience with the last."""
    while not session.sink.closing.wait(0.02):
        session.say(b"2")


def once_per_recipient(reply: str) -> Action:
    """Greylisting: the first try of each recipient gets `reply`."""
    seen: set[str] = set()

    def act(session: Session) -> None:
        first = session.argument not in seen
        seen.add(session.argument)
        session.sink.act(session, reply if first else None)

    return act


def above(sessions: int, reply: str = "421 4.7.0 Too many connections") -> Action:
    """At connect: turns away whoever would make more than so many sessions at once."""

    def act(session: Session) -> None:
        if session.sink.open_sessions > sessions:
            session.say(reply)
            raise Gone
        session.sink.act(session, None)

    return act


class Gate:
    """Holds the server at a stage: `gate.reached.wait(WAIT)` in the test, then `gate.open()`."""

    def __init__(self, then: Action = None) -> None:
        self.reached = threading.Event()
        self._opened = threading.Event()
        self._then = then

    def open(self) -> None:
        self._opened.set()

    def __call__(self, session: Session) -> None:
        self.reached.set()
        if not self._opened.wait(WAIT):
            raise Gone
        session.sink.act(session, self._then)
