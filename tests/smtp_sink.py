"""A mail server for tests that does exactly what a script says, however wrong that is.

`with SmtpSink({"RCPT": ["450 4.2.0 Later"], "dot": [lose_then_drop]}) as sink:` answers the first RCPT with
450 and loses the first letter; what the script does not name is answered as a good server would. Stages:
connect, EHLO, HELO, STARTTLS, AUTH, MAIL, RCPT, DATA, body (before the dot), dot, RSET, NOOP, QUIT.

A stage's script is one action for every time, or a list with one action for each time and good answers after
them. An action is a reply ("450 …"), None for the good answer, or a function of the Session that may speak,
keep the letter or leave; `smtp_faults` has the usual ones, and a Gate that holds until the test lets go.

`sink.accepted` holds what the server took responsibility for; with `log=` each letter is also appended to a
file and fsynced before the reply, so that it outlives the process; see `read_log` and, for a process of its
own, `python tests/smtp_sink.py --port 0 --log FILE`.
"""

from __future__ import annotations

import argparse
import json
import os
import re
import socket
import ssl
import struct
import sys
import threading
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Self

WAIT = 30.0
"""Nothing here waits longer than this (seconds): a test that forgot to let go fails instead of hanging."""

GOOD = {
    "connect": "220 sink.example ready",
    "HELO": "250 sink.example",
    "STARTTLS": "220 2.0.0 Go ahead",
    "AUTH": "235 2.7.0 Welcome",
    "MAIL": "250 2.1.0 Sender fine",
    "RCPT": "250 2.1.5 Recipient fine",
    "DATA": "354 Go ahead",
    "dot": "250 2.0.0 Queued",
    "RSET": "250 2.0.0 Forgotten",
    "NOOP": "250 2.0.0 Here",
    "QUIT": "221 2.0.0 Goodbye",
}


class Gone(Exception):
    """This session is over."""


@dataclass(frozen=True)
class Accepted:
    sender: str
    recipients: tuple[str, ...]
    raw: bytes
    session: int = field(default=0, compare=False)


def read_log(path: Path) -> list[Accepted]:
    """What a sink with `log=path` accepted, even in another process. A torn last line was never answered."""
    lines = [line for line in path.read_text().splitlines(keepends=True) if line.endswith("\n")]
    return [Accepted(s, tuple(to), raw.encode("latin-1")) for s, to, raw in map(json.loads, lines)]


@dataclass
class Session:
    """One connection as the server sees it; what an action gets."""

    sink: SmtpSink
    sock: socket.socket
    number: int
    argument: str = ""
    sender: str = ""
    recipients: list[str] = field(default_factory=list)
    raw: bytes = b""
    encrypted: bool = False
    unread: bytes = b""
    stage: str = "connect"
    said: bytes = b""

    def say(self, reply: str | bytes) -> None:
        self.said = reply if isinstance(reply, bytes) else f"{reply}\r\n".encode()
        self.sock.sendall(self.said)

    def line(self) -> bytes:
        while b"\n" not in self.unread:
            received = self.sock.recv(65536)
            if not received:
                raise Gone
            self.unread += received
        line, end, self.unread = self.unread.partition(b"\n")
        return line + end

    def keep(self) -> None:
        """Takes responsibility for the letter."""
        self.sink.keep(Accepted(self.sender, tuple(self.recipients), self.raw, self.number))

    def reset_connection(self) -> None:
        """Leaves with RST instead of FIN."""
        self.sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        raise Gone


Action = str | None | Callable[[Session], None]
Script = Mapping[str, Action | Sequence[Action]]


class SmtpSink:
    """The scripted server on 127.0.0.1. `tls` offers STARTTLS; with `tls_first` it begins with TLS."""

    def __init__(
        self,
        script: Script | None = None,
        *,
        port: int = 0,
        log: Path | None = None,
        tls: ssl.SSLContext | None = None,
        tls_first: bool = False,
        extensions: Sequence[str] = ("8BITMIME", "AUTH PLAIN LOGIN"),
    ) -> None:
        self.accepted: list[Accepted] = []
        self.commands: list[tuple[bool, str]] = []
        """Every command line with whether it came encrypted."""
        self.cut_off: list[bytes] = []
        """What had come of each letter whose dot never came."""
        self.sessions = self.open_sessions = self.peak_sessions = 0
        self.closing = threading.Event()
        self._script = dict(script or {})
        self._turns: Counter[str] = Counter()
        self._port = port
        self._log = log
        self._tls = tls
        self._tls_first = tls_first
        self._extensions = extensions
        self._change = threading.Condition()
        self._living: dict[int, Session] = {}

    def __enter__(self) -> Self:
        self._listener = socket.create_server(("127.0.0.1", self._port))
        self.port: int = self._listener.getsockname()[1]
        threading.Thread(target=self._listen, daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        self.closing.set()
        self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()
        with self._change:
            for session in self._living.values():
                with suppress(OSError):
                    session.sock.shutdown(socket.SHUT_RDWR)

    def recipients(self) -> list[str]:
        return [recipient for letter in list(self.accepted) for recipient in letter.recipients]

    def verbs(self) -> list[str]:
        return [line.split(" ")[0].upper() for _, line in list(self.commands)]

    def wait_idle(self) -> bool:
        """Waits until every session that was opened is over and says whether that came true."""
        with self._change:
            return self._change.wait_for(lambda: self.open_sessions == 0, WAIT)

    def keep(self, letter: Accepted) -> None:
        with self._change:
            if self._log is not None:
                row = [letter.sender, letter.recipients, letter.raw.decode("latin-1")]
                with self._log.open("a") as file:
                    file.write(json.dumps(row) + "\n")
                    file.flush()
                    os.fsync(file.fileno())
            self.accepted.append(letter)

    def act(self, session: Session, action: Action) -> None:
        """Does one action at the session's stage; None is the good answer."""
        if callable(action):
            action(session)
            return
        stage, reply = session.stage, self._good(session) if action is None else action
        if stage == "dot" and reply.startswith("2"):
            session.keep()
        if reply:
            session.say(reply)
        if stage == "STARTTLS" and reply.startswith("220") and self._tls is not None:
            session.sock = self._tls.wrap_socket(session.sock, server_side=True)
            session.encrypted, session.unread = True, b""
        if reply.startswith("421") or stage == "QUIT":
            raise Gone

    def _good(self, session: Session) -> str:
        if session.stage != "EHLO":
            return GOOD.get(session.stage, "" if session.stage == "body" else "500 5.5.1 What?")
        offered = [*self._extensions, *(["STARTTLS"] if self._tls and not session.encrypted else [])]
        return "\r\n".join([*(f"250-{line}" for line in ["sink.example", *offered]), "250 HELP"])

    def _play(self, session: Session, stage: str) -> None:
        with self._change:
            turn = self._turns[stage]
            self._turns[stage] += 1
        action = self._script.get(stage)
        if isinstance(action, list | tuple):
            action = action[turn] if turn < len(action) else None
        session.stage, session.said = stage, b""
        self.act(session, action)

    def _listen(self) -> None:
        while not self.closing.is_set():
            try:
                sock, _ = self._listener.accept()
            except OSError:
                return
            with self._change:
                self.sessions += 1
                self.open_sessions += 1
                self.peak_sessions = max(self.peak_sessions, self.open_sessions)
                session = Session(self, sock, self.sessions)
                self._living[session.number] = session
            threading.Thread(target=self._serve, args=(session,), daemon=True).start()

    def _serve(self, session: Session) -> None:
        try:
            session.sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            if self._tls is not None and self._tls_first:
                session.sock = self._tls.wrap_socket(session.sock, server_side=True)
                session.encrypted = True
            self._play(session, "connect")
            while True:
                self._converse(session)
        except (Gone, OSError):
            pass
        finally:
            session.sock.close()
            with self._change:
                del self._living[session.number]
                self.open_sessions -= 1
                self._change.notify_all()

    def _converse(self, session: Session) -> None:
        command = session.line().decode("utf-8", "replace").strip()
        self.commands.append((session.encrypted, command))
        verb = command.split(" ")[0].upper()
        found = re.search(r"<(.*?)>", command)
        session.argument = found[1] if found else ""
        if verb == "MAIL":
            session.sender, session.recipients, session.raw = session.argument, [], b""
        self._play(session, verb)
        if verb == "RCPT" and session.said.startswith(b"2"):
            session.recipients.append(session.argument)
        if verb == "DATA" and session.said.startswith(b"3"):
            self._take_letter(session)

    def _take_letter(self, session: Session) -> None:
        lines: list[bytes] = []
        try:
            while True:
                line = session.line()
                if line == b".\r\n":
                    break
                lines.append(line[1:] if line.startswith(b".") else line)
                if len(lines) == 1:
                    self._play(session, "body")
        except (Gone, OSError):
            self.cut_off.append(b"".join(lines))
            raise
        session.raw = b"".join(lines)
        self._play(session, "dot")


def main() -> None:
    """Prints its port, then "held STAGE" when a stage to be held is reached; a line on stdin lets go."""
    parser = argparse.ArgumentParser(description="A scripted mail server for tests, on 127.0.0.1.")
    parser.add_argument("--port", type=int, default=0)
    parser.add_argument("--log", type=Path)
    parser.add_argument("--say", action="append", default=[], metavar="STAGE=REPLY")
    parser.add_argument("--hold", action="append", default=[], metavar="STAGE", help="hold its first time")
    chosen = parser.parse_args()
    let_go = threading.Event()

    def hold(session: Session) -> None:
        print(f"held {session.stage}", flush=True)
        let_go.wait()
        session.sink.act(session, None)

    script: dict[str, Action | Sequence[Action]] = dict(pair.split("=", 1) for pair in chosen.say)
    script |= {stage: [hold] for stage in chosen.hold}
    with SmtpSink(script, port=chosen.port, log=chosen.log) as sink:
        print(sink.port, flush=True)
        for _ in sys.stdin:
            let_go.set()
        threading.Event().wait()  # until it is killed


if __name__ == "__main__":
    main()
