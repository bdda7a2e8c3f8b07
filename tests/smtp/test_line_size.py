"""Sizes: declared where the server wants to know them, and a letter above its limit is not offered to it."""

from __future__ import annotations

import pytest

from employer_app.domain.delivery import Outcome, SmtpStage
from employer_app.smtp.line import Line, Relay, Security
from tests.smtp_sink import SmtpSink

FROM, TO = "hiring@team.example", "ana@post.example"
SMALL = b"Subject: Hello\r\n\r\n.Dear Ana\r\n"
LARGE = b"Subject: Hello\r\n\r\n" + b"x" * 70 + b"\r\n"


def _line(sink: SmtpSink) -> Line:
    return Line(Relay("127.0.0.1", sink.port, Security.NONE))


@pytest.mark.parametrize("offered", ["SIZE 60", "SIZE 060"])
def test_a_letter_above_the_limit_fails_alone_and_says_why(offered: str) -> None:  # fault 51
    with SmtpSink(extensions=(offered, "PIPELINING")) as sink, _line(sink) as line:
        reply = line.hand_over(FROM, TO, LARGE, lambda: pytest.fail("no dot for what was not offered"))
        assert (reply.outcome, reply.code, reply.stage) == (Outcome.REFUSED, None, SmtpStage.MAIL)
        assert reply.text == "This message has 90 bytes, and the mail server takes 60 at most."
        assert line.usable
        assert line.hand_over(FROM, TO, SMALL, lambda: True).outcome is Outcome.ACCEPTED
    assert [letter.raw for letter in sink.accepted] == [SMALL]
    assert [text for _, text in sink.commands if text.startswith("MAIL")] == [
        f"MAIL FROM:<{FROM}> SIZE={len(SMALL)}"
    ]


@pytest.mark.parametrize("offered", ["SIZE", "SIZE 0", "SIZE many", "SIZE -1"])
def test_a_server_without_a_limit_takes_everything(offered: str) -> None:
    with SmtpSink(extensions=(offered,)) as sink, _line(sink) as line:
        assert line.hand_over(FROM, TO, LARGE, lambda: True).outcome is Outcome.ACCEPTED


def test_a_server_that_does_not_ask_is_not_told() -> None:
    with SmtpSink() as sink, _line(sink) as line:
        line.hand_over(FROM, TO, SMALL, lambda: True)
    assert (False, f"MAIL FROM:<{FROM}>") in sink.commands
