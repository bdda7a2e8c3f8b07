"""The mail server that takes our mail, and how to reach it: connect, greet, encrypt, sign in.

The law: encryption means a verified certificate and name, or nothing leaves; there is no way back to clear
text, and a password never travels in it. Whatever goes wrong is `RelayTrouble`, in words that a
person can act on.
"""

import base64
import re
import smtplib
import socket
import ssl
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path
from typing import NoReturn

from employer_app.smtp.wire import BadReplyError, Wire, shown

#: RFC 6750; nothing else goes into the command
_TOKEN = re.compile(r"[A-Za-z0-9._~+/=-]{1,16384}")
#: what one command line may hold is up to the server; no token of the providers comes near this
_MOST_READ = 20_000


class Security(StrEnum):
    NONE = "none"
    STARTTLS = "starttls"
    TLS = "tls"


@dataclass(frozen=True)
class Relay:
    """One mail server, with its time limits in seconds (RFC 5321 section 4.5.3.2)."""

    host: str
    port: int
    security: Security
    username: str | None = None
    password: str | None = field(default=None, repr=False)
    connect_timeout: float = 30.0
    command_timeout: float = 60.0
    dot_timeout: float = 600.0
    helo_name: str | None = None
    #: holds an access token that another program keeps fresh; then there is no password
    token_file: Path | None = None


class RelayTrouble(Exception):
    """The mail server cannot be used now; nothing has left, and no letter is to blame."""

    def __init__(self, reason: str, code: int | None = None) -> None:
        super().__init__(reason)
        self.reason = reason
        self.code = code


def reach(relay: Relay) -> tuple[Wire, str]:
    """A connection that is ready for MAIL, and the server's greeting. Raises RelayTrouble."""
    if relay.token_file and not relay.username:
        raise RelayTrouble("An access token needs the name of its mailbox. Give it as MAIL_USERNAME.")
    if relay.username and relay.security is Security.NONE:
        raise RelayTrouble("A password is never sent without encryption. Choose STARTTLS or TLS.")
    tls = None if relay.security is Security.NONE else ssl.create_default_context()
    wire = Wire(
        connect_timeout=relay.connect_timeout,
        reply_timeout=relay.command_timeout,
        helo_name=relay.helo_name,
        tls=tls if relay.security is Security.TLS else None,
    )
    try:
        return wire, _open(wire, relay, tls)
    except (OSError, ValueError, OverflowError) as error:
        wire.close()
        raise RelayTrouble(in_words(error, relay)) from error
    except BaseException:
        wire.close()
        raise


def in_words(error: Exception, relay: Relay) -> str:
    """What a failed connection means, for a person."""
    server = f"The mail server {relay.host}:{relay.port}"
    match error:
        case ssl.SSLCertVerificationError():
            return f"{server} shows a certificate that cannot be trusted ({error.verify_message})."
        case ssl.SSLError():
            return f"{server} did not complete the encryption ({error.reason or 'it gave no reason'})."
        case TimeoutError():
            return f"{server} did not answer in time."
        case ConnectionRefusedError():
            return f"{server} refuses connections."
        case socket.gaierror():
            return f"{server} cannot be found under this name."
        case BadReplyError():
            return f"{server} cannot be understood: {error}."
        case smtplib.SMTPServerDisconnected() | ConnectionError():
            return f"{server} closed the connection."
        case OSError():
            return f"{server} cannot be reached ({error.strerror or error})."
        case _:
            return f"{server} has a name or a port that cannot be used."


def refuse(what: str, code: int, text: bytes) -> NoReturn:
    raise RelayTrouble(f"{what}: {code} {shown(text)}".rstrip(), code)


def _open(wire: Wire, relay: Relay, tls: ssl.SSLContext | None) -> str:
    if not 0 < relay.port < 65536:
        raise ValueError("the library would connect to another port")
    code, greeting = wire.connect(relay.host, relay.port)
    if code != 220:
        refuse("The mail server takes no connections now", code, greeting)
    _greet(wire)
    if relay.security is Security.STARTTLS and tls is not None:
        if not wire.has_extn("starttls"):
            raise RelayTrouble("The mail server does not offer encryption (STARTTLS), so nothing was sent.")
        code, text = wire.start_tls(tls, relay.host)
        if code != 220:
            refuse("The mail server refuses encryption (STARTTLS), so nothing was sent", code, text)
        _greet(wire)  # what was offered before the handshake may have been forged
    if relay.username and relay.token_file:
        _sign_in_with_token(wire, relay.username, _token(relay.token_file))
    elif relay.username:
        _sign_in(wire, relay.username, relay.password or "")
    return shown(greeting)


def _greet(wire: Wire) -> None:
    code, text = wire.ehlo()
    if code // 100 == 5:
        code, text = wire.helo()
    if code // 100 != 2:
        refuse("The mail server does not accept our greeting", code, text)


def _sign_in(wire: Wire, username: str, password: str) -> None:
    offered = wire.esmtp_features.get("auth", "").upper().split()
    # One way only: the library tries a wrong password in every way offered, which gets accounts locked.
    way = next((way for way in ("PLAIN", "LOGIN", "CRAM-MD5") if way in offered), None)
    if way is None:
        raise RelayTrouble("The mail server offers no way to sign in with a user name and password.")
    wire.esmtp_features["auth"] = way
    try:
        wire.login(username, password)
    except smtplib.SMTPAuthenticationError as error:
        text = error.smtp_error if isinstance(error.smtp_error, bytes) else error.smtp_error.encode()
        refuse("The mail server does not accept the user name and password", error.smtp_code, text)
    except UnicodeError:
        raise RelayTrouble(
            "The user name or password holds letters that cannot be sent, such as ü."
        ) from None


def _token(file: Path) -> str:
    """Read anew for each connection, since it is good for an hour or so."""
    try:
        with file.open("rb") as opened:
            token = opened.read(_MOST_READ).decode("ascii", "replace").strip()
    except OSError as error:
        reason = error.strerror or "it cannot be opened"
        raise RelayTrouble(f"The file of the access token cannot be read: {reason}.") from error
    if not _TOKEN.fullmatch(token):
        raise RelayTrouble("The file of the access token does not hold a token and nothing else.")
    return token


def _sign_in_with_token(wire: Wire, username: str, token: str) -> None:
    """AUTH XOAUTH2. A server that refuses says why in a challenge, and the refusal after an empty line."""
    if "XOAUTH2" not in wire.esmtp_features.get("auth", "").upper().split():
        raise RelayTrouble("The mail server offers no way to sign in with an access token (XOAUTH2).")
    if any(letter < " " or letter == "\x7f" for letter in username):
        raise RelayTrouble("The user name holds a letter that cannot be sent.")
    said = base64.b64encode(f"user={username}\1auth=Bearer {token}\1\1".encode()).decode("ascii")
    code, text = wire.docmd("AUTH", f"XOAUTH2 {said}")
    if code == 334:
        code, text = wire.docmd("")
    if code != 235:
        refuse("The mail server does not accept the access token", code, text)
