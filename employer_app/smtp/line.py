"""One connection to the mail server, on which letters are handed over one after another.

The law: nothing leaves before the dot, and the dot is sent only when `before_dot` said yes. `RelayTrouble` is
raised only while nothing has left, so it never puts a letter in doubt; once `before_dot` has said yes the
answer is always a `Reply`. A connection that stopped in the middle of a letter is closed without a further
word: a QUIT there would become part of the letter.
"""

from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from types import TracebackType
from typing import NoReturn, Self

from employer_app.domain.delivery import Outcome, SmtpStage, outcome_of_reply
from employer_app.smtp.mime import sendable
from employer_app.smtp.relay import Relay, RelayTrouble, Security, in_words, reach, refuse
from employer_app.smtp.wire import Wire, shown

__all__ = ["Line", "Relay", "RelayTrouble", "Reply", "Security", "check", "offers"]

_QUIT_WAIT = 5.0
_CLOSING = 421
_ABOUT_OUR_LOGIN = {530, 534, 535, 538}  # our account is at fault, not this letter (RFC 4954)
_LOGIN_LATER = 454  # at MAIL it is about our login too; at RCPT servers use it for the recipient


@dataclass(frozen=True)
class Reply:
    """How one hand-over ended. `code` is None where the server said nothing; `text` is safe to show."""

    outcome: Outcome
    code: int | None
    text: str
    stage: SmtpStage

    @property
    def server_is_closing(self) -> bool:
        """Whether the server ended the whole connection (421): its own trouble, which no letter pays for."""
        return self.code == _CLOSING


class Line:
    """A connection that takes letters: `with Line(relay) as line: line.hand_over(…)`. For one thread only.

    Entering connects, encrypts and signs in, or raises RelayTrouble.
    """

    _wire: Wire

    def __init__(self, relay: Relay) -> None:
        self._relay = relay
        self.greeting = ""
        self.usable = False
        """Whether the line is open and stands between two letters."""

    def __enter__(self) -> Self:
        self._wire, self.greeting = reach(self._relay)
        self.usable = True
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self.usable:
            self._wire.reply_timeout = min(_QUIT_WAIT, self._relay.command_timeout)
            with suppress(OSError):  # every letter has its answer by now; no goodbye changes it
                self._wire.docmd("QUIT")
        self._drop()

    def hand_over(
        self, envelope_sender: str, recipient: str, body: bytes, before_dot: Callable[[], bool]
    ) -> Reply:
        """Hands over one letter; `before_dot` is asked when all but the dot has been sent.

        An empty sender is the null sender. Raises RelayTrouble (nothing has left), UnsendableAddress, or
        ValueError for a body that is not ASCII with CRLF line ends; what `before_dot` raises comes back.
        """
        sender = sendable(envelope_sender) if envelope_sender else ""
        to = sendable(recipient)
        stuffed = _stuffed(body)
        if not self.usable:
            raise RelayTrouble("The connection to the mail server is closed.")
        reply = self._too_large(body) or self._envelope(sender, to, len(body)) or self._body(stuffed)
        if reply is not None:
            return reply
        try:
            go = before_dot()
        except BaseException:
            self._drop()
            raise
        if not go:
            self._drop()
            return Reply(Outcome.STOPPED, None, "Stopped before it left.", SmtpStage.BODY)
        return self._dot()

    def still_there(self) -> None:
        """Asks the server for a sign of life; raises RelayTrouble."""
        code, text = self._ask("NOOP")
        if code // 100 != 2:
            self._refuse("The mail server does not answer as it should", code, text)

    def offers(self) -> dict[str, str]:
        """The extensions that the server named last, in small letters, each with what it said of it."""
        return dict(self._wire.esmtp_features)

    def _too_large(self, body: bytes) -> Reply | None:
        """A letter above what the server says it takes (RFC 1870) is not offered to it."""
        said = self._wire.esmtp_features.get("size", "")
        most = int(said) if said.isascii() and said.isdigit() else 0
        if not most or len(body) <= most:
            return None
        why = f"This message has {len(body):,} bytes, and the mail server takes {most:,} at most."
        return Reply(Outcome.REFUSED, None, why, SmtpStage.MAIL)

    def _envelope(self, sender: str, recipient: str, size: int) -> Reply | None:
        """MAIL, RCPT, DATA. None when the body may follow; a refusal leaves the line usable.

        Sent in one go where the server offers PIPELINING (RFC 2920), which spares two round trips.
        """
        declared = f" SIZE={size}" if self._wire.has_extn("size") else ""
        steps = (
            (SmtpStage.MAIL, f"MAIL FROM:<{sender}>{declared}", 2),
            (SmtpStage.RCPT, f"RCPT TO:<{recipient}>", 2),
            (SmtpStage.DATA, "DATA", 3),
        )
        self.usable = False
        at_once = self._wire.has_extn("pipelining")
        if at_once:
            self._say("".join(f"{command}\r\n" for _, command, _ in steps))
        for left, (stage, command, go_on) in zip((2, 1, 0), steps, strict=True):
            code, text = self._answer() if at_once else self._ask(command)
            if code // 100 == go_on:
                continue
            if code in _ABOUT_OUR_LOGIN or (code == _LOGIN_LATER and stage is SmtpStage.MAIL):
                self._refuse("The mail server wants us to sign in first", code, text)
            if code == _CLOSING:
                self._refuse("The mail server ended the connection", code, text)
            if at_once:
                self._skip_answers(left)
            self._reset()
            return Reply(outcome_of_reply(stage, code), code, shown(text), stage)
        return None

    def _skip_answers(self, left: int) -> None:
        """To what went out with the refused command. A server that now waits for a body is left."""
        with suppress(OSError):
            if all(self._wire.getreply()[0] // 100 != 3 for _ in range(left)):
                return
        self._drop()

    def _reset(self) -> None:
        with suppress(OSError):
            code, _ = self._wire.docmd("RSET")
            if code // 100 == 2:
                self.usable = True
                return
        self._drop()

    def _body(self, stuffed: bytes) -> Reply | None:
        try:
            self._wire.send(stuffed)
            reply = self._interruption()
        except OSError as error:
            self._trouble(error)
        if reply is not None and reply.server_is_closing:
            raise RelayTrouble(f"The mail server ended the connection: {reply.text}", reply.code)
        return reply

    def _dot(self) -> Reply:
        wire = self._wire
        try:
            reply = self._interruption()
        except OSError as error:
            self._drop()
            return Reply(Outcome.TRY_LATER, None, in_words(error, self._relay), SmtpStage.BODY)
        if reply is not None:
            return reply
        wire.reply_timeout = self._relay.dot_timeout
        try:
            wire.send(b".\r\n")
            code, text = wire.getreply()
        except OSError as error:  # from the first octet of the dot on, nobody can know
            self._drop()
            return Reply(Outcome.UNCERTAIN, None, in_words(error, self._relay), SmtpStage.DOT)
        wire.reply_timeout = self._relay.command_timeout
        outcome = outcome_of_reply(SmtpStage.DOT, code)
        if code == _CLOSING or outcome is Outcome.UNCERTAIN:
            self._drop()
        else:
            self.usable = True
        return Reply(outcome, code, shown(text), SmtpStage.DOT)

    def _interruption(self) -> Reply | None:
        """What the server said before the dot, out of turn. The letter is then cancelled by closing."""
        if not self._wire.spoke_unasked():
            return None
        code, text = self._wire.getreply()
        self._drop()
        return Reply(outcome_of_reply(SmtpStage.BODY, code), code, shown(text), SmtpStage.BODY)

    def _say(self, commands: str) -> None:
        try:
            self._wire.send(commands)
        except OSError as error:
            self._trouble(error)

    def _answer(self) -> tuple[int, bytes]:
        try:
            return self._wire.getreply()
        except OSError as error:
            self._trouble(error)

    def _ask(self, command: str) -> tuple[int, bytes]:
        try:
            return self._wire.docmd(command)
        except OSError as error:
            self._trouble(error)

    def _drop(self) -> None:
        self.usable = False
        self._wire.close()

    def _refuse(self, what: str, code: int, text: bytes) -> NoReturn:
        self._drop()
        refuse(what, code, text)

    def _trouble(self, error: Exception) -> NoReturn:
        self._drop()
        raise RelayTrouble(in_words(error, self._relay)) from error


def check(relay: Relay) -> str:
    """Connects, encrypts, signs in, and returns the server's greeting; raises RelayTrouble in plain words."""
    with Line(relay) as line:
        line.still_there()
        return line.greeting


def offers(relay: Relay) -> dict[str, str]:
    """Connects, encrypts, signs in, and returns what the server offers; raises RelayTrouble."""
    with Line(relay) as line:
        return line.offers()


def _stuffed(body: bytes) -> bytes:
    """The body as it goes over the wire, without the final dot (RFC 5321 section 4.5.2)."""
    ends = body.count(b"\r\n")
    clean = body.count(b"\n") == ends == body.count(b"\r") and b"\0" not in body
    if not clean or not body.isascii():
        raise ValueError("a letter goes over the wire as ASCII with CRLF line ends only")
    whole = body if body.endswith(b"\r\n") else body + b"\r\n"
    stuffed = whole.replace(b"\n.", b"\n..")
    return b"." + stuffed if stuffed.startswith(b".") else stuffed
