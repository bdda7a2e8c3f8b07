"""Reaching the mail server: found, understood, encrypted, signed in; or a reason in plain words."""

import ssl
import subprocess
import sys
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from employer_app.domain.delivery import Outcome
from employer_app.smtp.line import Line, Relay, RelayTrouble, Reply, Security, check
from tests import smtp_faults as faults
from tests import smtp_sink
from tests.smtp.conftest import Certificates
from tests.smtp_sink import Script, SmtpSink, read_log

SENDER, PERSON = "jobs@hiring.example", "ada@post.example"
LETTER = b"Subject: Hello\r\n\r\nDear Ada,\r\n.\r\n.dots..\r\nBye\r\n"


def hand_over(line: Line) -> Reply:
    return line.hand_over(SENDER, PERSON, LETTER, lambda: True)


def relay_of(sink: SmtpSink, **changes: Any) -> Relay:
    return replace(Relay("127.0.0.1", sink.port, Security.NONE), **changes)


# fault 28
def test_refused_connection_is_told_in_words() -> None:
    with SmtpSink() as sink:
        pass
    with pytest.raises(RelayTrouble, match="refuses connections"):
        check(relay_of(sink))


@pytest.mark.parametrize(
    ("host", "port"),
    [("a" * 70 + ".example", 25), ("127.0.0.1", 99_999), ("127.0.0.1", 0), ("a..example", 25)],
)
def test_impossible_host_or_port_is_told_in_words(host: str, port: int) -> None:
    with pytest.raises(RelayTrouble, match="name"):
        check(Relay(host, port, Security.NONE))


def test_check_returns_the_greeting_and_says_goodbye() -> None:
    with SmtpSink() as sink:
        assert check(relay_of(sink)) == "sink.example ready"
        assert sink.wait_idle()
    assert sink.verbs() == ["EHLO", "NOOP", "QUIT"]


def test_server_that_only_knows_helo_is_served() -> None:
    with SmtpSink({"EHLO": "502 5.5.1 What?"}) as sink, Line(relay_of(sink)) as line:
        assert hand_over(line).outcome is Outcome.ACCEPTED


def test_password_is_not_shown() -> None:
    relay = Relay("mail.example", 587, Security.STARTTLS, "jobs", "s3cret-word")
    assert "s3cret-word" not in repr(relay)


def test_log_of_what_was_accepted_is_read_by_another_process(tmp_path: Path) -> None:
    log = tmp_path / "accepted.jsonl"
    command = [
        sys.executable,
        str(Path(smtp_sink.__file__)),
        "--log",
        str(log),
        "--hold",
        "dot",
        "--say",
        "NOOP=250 Hi",
    ]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        assert process.stdin is not None
        port = int(process.stdout.readline())
        with Line(Relay("127.0.0.1", port, Security.NONE)) as line:

            def before_dot() -> bool:
                process.stdin.write("go\n")  # type: ignore[union-attr]
                process.stdin.flush()  # type: ignore[union-attr]
                return True

            assert line.hand_over(SENDER, PERSON, LETTER, before_dot).outcome is Outcome.ACCEPTED
            assert process.stdout.readline() == "held dot\n"
        process.kill()
    assert [(a.sender, a.recipients, a.raw) for a in read_log(log)] == [(SENDER, (PERSON,), LETTER)]


OFFER = "250-sink.example\r\n250 STARTTLS"


def with_login(sink: SmtpSink, security: Security) -> Relay:
    return relay_of(sink, security=security, username="jobs", password="s3cret-word")


def nothing_but_greeting_in_clear(sink: SmtpSink) -> bool:
    return {line.split(" ")[0].upper() for encrypted, line in sink.commands if not encrypted} <= {
        "EHLO",
        "STARTTLS",
    }


@pytest.mark.parametrize("security", [Security.STARTTLS, Security.TLS])
def test_letter_and_password_travel_encrypted(trusted: ssl.SSLContext, security: Security) -> None:
    with SmtpSink(tls=trusted, tls_first=security is Security.TLS) as sink:
        with Line(with_login(sink, security)) as line:
            assert hand_over(line).outcome is Outcome.ACCEPTED
            assert line.hand_over(SENDER, PERSON, LETTER, lambda: False).outcome is Outcome.STOPPED
        with Line(with_login(sink, security)) as line:
            assert hand_over(line).outcome is Outcome.ACCEPTED
        assert sink.wait_idle()
    assert [letter.raw for letter in sink.accepted] == [LETTER] * 2
    assert nothing_but_greeting_in_clear(sink)
    protected = [line.split(" ")[0].upper() for encrypted, line in sink.commands if encrypted]
    assert protected[:5] == ["EHLO", "AUTH", "MAIL", "RCPT", "DATA"]  # the list of extensions is read again
    assert protected[-1] == "QUIT"


# fault 26
@pytest.mark.parametrize(
    ("name", "end", "trust", "words"),
    [
        ("IP:127.0.0.1", "20990101000000Z", False, "self-signed certificate"),
        ("DNS:other.example", "20990101000000Z", True, "IP address mismatch"),
        ("IP:127.0.0.1", "20200201000000Z", True, "certificate has expired"),
    ],
)
@pytest.mark.parametrize("security", [Security.STARTTLS, Security.TLS])
def test_certificate_that_cannot_be_verified_stops_everything(
    certificates: Certificates, monkeypatch: pytest.MonkeyPatch,
    security: Security, name: str, end: str, trust: bool, words: str,
) -> None:  # fmt: skip
    context, certificate = certificates.make(name, end)
    if trust:
        monkeypatch.setenv("SSL_CERT_FILE", str(certificate))
    with SmtpSink(tls=context, tls_first=security is Security.TLS) as sink:
        with pytest.raises(RelayTrouble, match=f"certificate that cannot be trusted .*{words}"):
            check(with_login(sink, security))
        assert sink.wait_idle()
    assert nothing_but_greeting_in_clear(sink)
    assert not [line for encrypted, line in sink.commands if encrypted]


# fault 26
@pytest.mark.parametrize(
    ("script", "words"),
    [
        ({}, "does not offer encryption"),
        ({"EHLO": "502 5.5.1 What?"}, "does not offer encryption"),
        ({"EHLO": OFFER, "STARTTLS": "454 4.7.0 Not now"}, "refuses encryption .*454 4.7.0 Not now"),
        ({"EHLO": OFFER, "STARTTLS": faults.reset}, "closed the connection"),
        ({"EHLO": OFFER, "STARTTLS": faults.say_then_drop("220 Go")}, "encryption|closed the connection"),
        ({"EHLO": OFFER, "STARTTLS": "220 Go\r\n250 AUTH PLAIN"}, "before the encryption began"),
    ],
)
def test_without_encryption_nothing_leaves(script: Script, words: str) -> None:
    with SmtpSink(script) as sink:
        with pytest.raises(RelayTrouble, match=words):
            check(with_login(sink, Security.STARTTLS))
        assert sink.wait_idle()
    assert set(sink.verbs()) <= {"EHLO", "HELO", "STARTTLS"}


# fault 26
def test_tls_with_a_server_that_speaks_in_clear_is_told_in_words() -> None:
    with SmtpSink() as sink, pytest.raises(RelayTrouble, match="did not complete the encryption"):
        check(relay_of(sink, security=Security.TLS))


def test_password_never_travels_in_clear() -> None:
    with SmtpSink() as sink, pytest.raises(RelayTrouble, match="never sent without encryption"):
        check(with_login(sink, Security.NONE))
    assert sink.sessions == 0


# fault 27
def test_wrong_password_is_tried_once_and_told(trusted: ssl.SSLContext) -> None:
    with SmtpSink({"AUTH": "535 5.7.8 Wrong password"}, tls=trusted) as sink:
        with pytest.raises(RelayTrouble, match=r"535 5\.7\.8 Wrong password") as trouble:
            check(with_login(sink, Security.STARTTLS))
        assert trouble.value.code == 535
        assert "s3cret" not in str(trouble.value)
    assert sink.verbs().count("AUTH") == 1


@pytest.mark.parametrize("extensions", [[], ["AUTH GSSAPI"]])
def test_server_without_a_known_way_to_sign_in_is_told_in_words(
    trusted: ssl.SSLContext, extensions: list[str]
) -> None:
    with (
        SmtpSink(tls=trusted, extensions=extensions) as sink,
        pytest.raises(RelayTrouble, match="no way to sign in"),
    ):
        check(with_login(sink, Security.STARTTLS))


def test_password_with_other_letters_is_told_in_words(trusted: ssl.SSLContext) -> None:
    with SmtpSink(tls=trusted) as sink, pytest.raises(RelayTrouble, match="such as ü"):
        check(replace(with_login(sink, Security.STARTTLS), password="schlüssel"))
