"""The standard library's SMTP client, made safe against a slow, endless or garbled peer.

The law: every reply has one deadline and one size limit, and every failure on the wire is an OSError
(smtplib's own exceptions are); what a failure means for a letter is decided in `line`.
"""

import re
import smtplib
import socket
import ssl
import time

MAX_REPLY = 8192
_MAX_SHOWN = 500


class BadReplyError(smtplib.SMTPException):
    """The server's words are no SMTP reply; the text says in what way."""


def shown(words: bytes) -> str:
    """The server's words as one line that is safe to show, log and store."""
    line = " ".join(words.decode("utf-8", "backslashreplace").split())
    safe = "".join(letter if letter.isprintable() else f"\\x{ord(letter):02x}" for letter in line)
    return safe if len(safe) <= _MAX_SHOWN else safe[:_MAX_SHOWN] + "…"


class Wire(smtplib.SMTP):
    """One socket. `reply_timeout` (seconds) is the limit for a whole reply, not for each octet of it."""

    def __init__(
        self,
        *,
        connect_timeout: float,
        reply_timeout: float,
        helo_name: str | None,
        tls: ssl.SSLContext | None,
    ) -> None:
        self.reply_timeout = reply_timeout
        self._tls_from_the_start = tls
        self._helo_name = helo_name
        self._unread = b""
        # A name given here spares the library a look-up of our own host name, which can hang.
        super().__init__(local_hostname=helo_name or "localhost", timeout=connect_timeout)

    def _get_socket(self, host: str, port: int, timeout: float) -> socket.socket:
        plain = socket.create_connection((host, port), timeout)
        try:
            plain.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            if not self._helo_name:
                own = plain.getsockname()[0]
                self.local_hostname = f"[IPv6:{own}]" if ":" in own else f"[{own}]"
            if self._tls_from_the_start is not None:
                return self._tls_from_the_start.wrap_socket(plain, server_hostname=host)
        except BaseException:
            plain.close()
            raise
        return plain

    def start_tls(self, tls: ssl.SSLContext, host: str) -> tuple[int, bytes]:
        """STARTTLS and, after a 220, the handshake. Greet again afterwards (RFC 3207 section 4.2)."""
        code, text = self.docmd("STARTTLS")
        if code == 220:
            if self._unread:  # words slipped in before the handshake would pass for protected ones
                raise BadReplyError("it sent words before the encryption began")
            live = self._live()
            live.settimeout(self.timeout)
            self.sock = tls.wrap_socket(live, server_hostname=host)
        return code, text

    def send(self, s: str | bytes) -> None:  # type: ignore[override]  # the stub's parameter is a buffer
        live = self._live()
        live.settimeout(self.reply_timeout)
        live.sendall(s.encode("ascii") if isinstance(s, str) else s)

    def getreply(self) -> tuple[int, bytes]:
        deadline = time.monotonic() + self.reply_timeout
        texts: list[bytes] = []
        size = 0
        while True:
            line = self._line(deadline, room=MAX_REPLY - size)
            size += len(line)
            if not re.match(rb"[2-5][0-9][0-9][ \r\n-]", line):
                raise BadReplyError(f"it answered “{shown(line[:100])}”")
            texts.append(line[4:].strip())
            if line[3:4] != b"-":
                return int(line[:3]), b"\n".join(texts)

    def spoke_unasked(self) -> bool:
        """Whether the server has said something, or has gone, although it was not its turn. Never waits."""
        live = self._live()
        live.settimeout(0)
        try:
            self._unread += live.recv(4096)
        except (BlockingIOError, ssl.SSLWantReadError):
            return bool(self._unread)
        except OSError:
            return True
        return True

    def _line(self, deadline: float, *, room: int) -> bytes:
        while b"\n" not in self._unread[:room]:
            if len(self._unread) >= room:
                raise BadReplyError(f"its reply is longer than {MAX_REPLY} characters")
            left = deadline - time.monotonic()
            if left <= 0:
                raise TimeoutError
            live = self._live()
            live.settimeout(left)
            received = live.recv(4096)
            if not received:
                raise smtplib.SMTPServerDisconnected("it closed the connection")
            self._unread += received
        line, end, self._unread = self._unread.partition(b"\n")
        return line + end

    def _live(self) -> socket.socket:
        if self.sock is None:
            raise smtplib.SMTPServerDisconnected("it closed the connection")
        return self.sock
