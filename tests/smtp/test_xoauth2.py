"""Signing in with an access token (XOAUTH2): encrypted only, read anew each time, refusals in words."""

import base64
import ssl
from dataclasses import replace
from pathlib import Path

import pytest

from employer_app.smtp.line import Relay, RelayTrouble, Security, check
from tests.smtp.test_relay import with_login
from tests.smtp_sink import Script, SmtpSink

TOKEN = "ya29.fresh-token"


def with_token(sink: SmtpSink, folder: Path, text: str = TOKEN) -> Relay:
    (folder / "token").write_text(text)
    relay = with_login(sink, Security.STARTTLS)
    return replace(relay, password=None, token_file=folder / "token")


def test_access_token_is_sent_encrypted_and_read_anew(trusted: ssl.SSLContext, tmp_path: Path) -> None:
    with SmtpSink(tls=trusted, extensions=["AUTH PLAIN XOAUTH2"]) as sink:
        relay = with_token(sink, tmp_path)
        check(relay)
        (tmp_path / "token").write_text("second\n")
        check(relay)
    sent = [(safe, line.split()) for safe, line in sink.commands if line.startswith("AUTH")]
    words = [base64.b64decode(line[2]).decode() for _, line in sent]
    assert [(safe, line[1]) for safe, line in sent] == [(True, "XOAUTH2")] * 2
    user = relay.username
    assert words == [f"user={user}\1auth=Bearer {token}\1\1" for token in (TOKEN, "second")]


# fault 27
def test_refused_access_token_is_answered_with_an_empty_line_and_told(
    trusted: ssl.SSLContext, tmp_path: Path
) -> None:
    script: Script = {"AUTH": "334 eyJzdGF0dXMiOiI0MDEifQ==", "": "535 5.7.8 Expired"}
    with SmtpSink(script, tls=trusted, extensions=["AUTH XOAUTH2"]) as sink:
        with pytest.raises(RelayTrouble, match=r"access token: 535 5\.7\.8 Expired") as trouble:
            check(with_token(sink, tmp_path))
        assert TOKEN not in str(trouble.value)
    assert [line for _, line in sink.commands][-1] == ""
    assert sink.verbs().count("AUTH") == 1


@pytest.mark.parametrize("text", ["", "two words", "a\1b", "a\r\nMAIL FROM:<>"])
def test_file_that_holds_no_token_is_told_in_words(
    trusted: ssl.SSLContext, tmp_path: Path, text: str
) -> None:
    with (
        SmtpSink(tls=trusted, extensions=["AUTH XOAUTH2"]) as sink,
        pytest.raises(RelayTrouble, match="nothing else"),
    ):
        check(with_token(sink, tmp_path, text))
    assert "AUTH" not in sink.verbs()


def test_access_token_never_travels_in_clear(tmp_path: Path) -> None:
    with SmtpSink() as sink, pytest.raises(RelayTrouble, match="never sent without encryption"):
        check(replace(with_token(sink, tmp_path), security=Security.NONE))
    assert sink.sessions == 0


def test_server_that_takes_no_token_is_told_in_words(trusted: ssl.SSLContext, tmp_path: Path) -> None:
    with SmtpSink(tls=trusted) as sink, pytest.raises(RelayTrouble, match="XOAUTH2"):
        check(with_token(sink, tmp_path))
    assert "AUTH" not in sink.verbs()
