"""The line with a server that keeps the rules, and says no in all the ways that the rules know."""

from dataclasses import replace
from typing import Any

import pytest

from employer_app.domain.delivery import Outcome, SmtpStage
from employer_app.smtp.line import Line, Relay, RelayTrouble, Reply, Security
from employer_app.smtp.mime import UnsendableAddress
from tests import smtp_faults as faults
from tests.smtp_faults import Gate
from tests.smtp_sink import WAIT, SmtpSink

SENDER, PERSON = "jobs@hiring.example", "ada@post.example"
LETTER = b"Subject: Hello\r\n\r\nDear Ada,\r\n.\r\n.dots..\r\nBye\r\n"


def relay_of(sink: SmtpSink, **changes: Any) -> Relay:
    return replace(Relay("127.0.0.1", sink.port, Security.NONE), **changes)


def hand_over(line: Line, to: str = PERSON, body: bytes = LETTER) -> Reply:
    return line.hand_over(SENDER, to, body, lambda: True)


def never() -> bool:
    raise AssertionError("the dot must not be asked for")


def test_letter_arrives_byte_for_byte_over_one_connection() -> None:
    with SmtpSink() as sink:
        with Line(relay_of(sink, helo_name="hiring.example")) as line:
            replies = [hand_over(line, f"p{n}@post.example") for n in range(3)]
            assert line.greeting == "sink.example ready"
        assert sink.wait_idle()
    assert {(r.outcome, r.code, r.text, r.stage) for r in replies} == {
        (Outcome.ACCEPTED, 250, "2.0.0 Queued", SmtpStage.DOT)
    }
    assert [(a.sender, a.recipients, a.raw, a.session) for a in sink.accepted] == [
        (SENDER, (f"p{n}@post.example",), LETTER, 1) for n in range(3)
    ]
    assert sink.verbs() == ["EHLO", *["MAIL", "RCPT", "DATA"] * 3, "QUIT"]
    assert sink.commands[0] == (False, "ehlo hiring.example")


def test_before_dot_is_asked_when_all_but_the_dot_has_been_sent() -> None:
    body = Gate()
    body.open()
    with SmtpSink({"body": body}) as sink, Line(relay_of(sink)) as line:

        def before_dot() -> bool:
            assert body.reached.wait(WAIT)
            assert (sink.accepted, line.usable) == ([], False)
            return True

        assert line.hand_over(SENDER, PERSON, LETTER, before_dot).outcome is Outcome.ACCEPTED


def test_stopped_letter_never_gets_its_dot() -> None:
    with SmtpSink() as sink, Line(relay_of(sink)) as line:
        reply = line.hand_over(SENDER, PERSON, LETTER, lambda: False)
        assert (reply.outcome, reply.code, line.usable) == (Outcome.STOPPED, None, False)
        assert sink.wait_idle()
        with pytest.raises(RelayTrouble, match="closed"):
            hand_over(line)
        with pytest.raises(RelayTrouble, match="closed"):
            line.still_there()
    assert (sink.accepted, sink.cut_off) == ([], [LETTER])
    assert "QUIT" not in sink.verbs()


def test_error_in_before_dot_closes_without_a_dot_and_comes_back() -> None:
    class DiskFullError(Exception):
        pass

    def before_dot() -> bool:
        raise DiskFullError

    with SmtpSink() as sink, Line(relay_of(sink)) as line:
        with pytest.raises(DiskFullError):
            line.hand_over(SENDER, PERSON, LETTER, before_dot)
        assert not line.usable
        assert sink.wait_idle()
    assert (sink.accepted, sink.cut_off, sink.verbs()[-1]) == ([], [LETTER], "DATA")


# faults 15, 18, 19
@pytest.mark.parametrize(
    ("stage", "code", "outcome"),
    [
        ("RCPT", 450, Outcome.TRY_LATER),
        ("RCPT", 452, Outcome.TRY_LATER),
        ("RCPT", 454, Outcome.TRY_LATER),
        ("RCPT", 550, Outcome.REFUSED),
        ("MAIL", 451, Outcome.TRY_LATER),
        ("MAIL", 553, Outcome.REFUSED),
        ("DATA", 451, Outcome.TRY_LATER),
        ("DATA", 554, Outcome.REFUSED),
        ("DATA", 250, Outcome.TRY_LATER),
        ("MAIL", 354, Outcome.TRY_LATER),
    ],
)
def test_refusal_before_the_body_leaves_the_line_usable(stage: str, code: int, outcome: Outcome) -> None:
    with SmtpSink({stage: [f"{code} 4.2.0 Not now, Ådne"]}) as sink, Line(relay_of(sink)) as line:
        reply = line.hand_over(SENDER, "bob@post.example", LETTER, never)
        assert (reply.outcome, reply.code, reply.text) == (outcome, code, "4.2.0 Not now, Ådne")
        assert reply.stage == stage.lower()
        assert line.usable
        assert hand_over(line).outcome is Outcome.ACCEPTED
        assert sink.sessions == 1
        assert sink.verbs().count("RSET") == 1
    assert sink.recipients() == [PERSON]


def test_refusal_stands_when_reset_fails() -> None:
    with SmtpSink({"RCPT": ["550 5.1.1 Unknown"], "RSET": faults.drop}) as sink, Line(relay_of(sink)) as line:
        reply = hand_over(line)
        assert (reply.outcome, line.usable) == (Outcome.REFUSED, False)


# fault 15
def test_greylisted_recipient_is_taken_the_second_time() -> None:
    with (
        SmtpSink({"RCPT": faults.once_per_recipient("450 4.2.0 Greylisted")}) as sink,
        Line(relay_of(sink)) as line,
    ):
        people = [PERSON, "bob@post.example"]
        assert [hand_over(line, to).outcome for to in people] == [Outcome.TRY_LATER] * 2
        assert [hand_over(line, to).outcome for to in people] == [Outcome.ACCEPTED] * 2
    assert sink.recipients() == people


# faults 16, 19, 20
@pytest.mark.parametrize(
    ("code", "outcome", "copies"),
    [
        (451, Outcome.TRY_LATER, 0),
        (452, Outcome.TRY_LATER, 0),
        (554, Outcome.REFUSED, 0),
        (552, Outcome.REFUSED, 0),
        (252, Outcome.ACCEPTED, 1),
        (200, Outcome.ACCEPTED, 1),
    ],
)
def test_reply_to_the_dot_is_the_outcome(code: int, outcome: Outcome, copies: int) -> None:
    with SmtpSink({"dot": [f"{code} Words"]}) as sink, Line(relay_of(sink)) as line:
        reply = hand_over(line)
        assert (reply.outcome, reply.code, reply.text, reply.stage) == (outcome, code, "Words", SmtpStage.DOT)
        assert len(sink.accepted) == copies
        assert hand_over(line, "bob@post.example").outcome is Outcome.ACCEPTED


def test_reply_of_several_lines_is_shown_as_one() -> None:
    with SmtpSink({"dot": "550-5.7.1 Not\r\n550 5.7.1 wanted"}) as sink, Line(relay_of(sink)) as line:
        assert hand_over(line).text == "5.7.1 Not 5.7.1 wanted"


# fault 24
def test_421_to_the_dot_is_a_clear_no_that_the_letter_does_not_pay_for() -> None:
    with SmtpSink({"dot": "421 4.3.2 Shutting down"}) as sink, Line(relay_of(sink)) as line:
        reply = hand_over(line)
        assert (reply.outcome, reply.code, reply.server_is_closing) == (Outcome.TRY_LATER, 421, True)
        assert not line.usable
    assert sink.accepted == []


# attacks 33, 35
@pytest.mark.parametrize(
    "to",
    [
        "a@x.example>\r\nRCPT TO:<b@x.example",
        "a@x.example,b@x.example",
        "<a@x.example>",
        "jürgen@x.example",
        "",
    ],
)
def test_envelope_takes_exactly_one_checked_address(to: str) -> None:
    with SmtpSink() as sink, Line(relay_of(sink)) as line:
        with pytest.raises(UnsendableAddress):
            line.hand_over(SENDER, to, LETTER, never)
        assert line.usable
        assert hand_over(line, "a@bücher.example").outcome is Outcome.ACCEPTED
    assert sink.recipients() == ["a@xn--bcher-kva.example"]
    assert sink.verbs().count("MAIL") == 1


# attack 35
@pytest.mark.parametrize(
    "body", [b"a\n.\nb\r\n", b"a\r.\r\nb", b"a\r\n.\nMAIL FROM:<>\r\n", "ü\r\n".encode(), b"a\0b\r\n", b"a\r"]
)
def test_body_with_other_line_ends_or_octets_is_not_sent(body: bytes) -> None:
    with SmtpSink() as sink, Line(relay_of(sink)) as line:
        with pytest.raises(ValueError, match="CRLF"):
            line.hand_over(SENDER, PERSON, body, never)
        assert line.usable
    assert "MAIL" not in sink.verbs()


# attack 35
@pytest.mark.parametrize(
    "body", [b"", b".", b".\r\n", b"\r\n.\r\nMAIL FROM:<x@x.example>\r\n", b"..\r\n.", b"no end"]
)
def test_dots_arrive_as_they_were(body: bytes) -> None:
    with SmtpSink() as sink, Line(relay_of(sink)) as line:
        assert hand_over(line, body=body).outcome is Outcome.ACCEPTED
    assert [letter.raw for letter in sink.accepted] == [body if body.endswith(b"\r\n") else body + b"\r\n"]


def test_null_sender_is_kept() -> None:
    with SmtpSink() as sink, Line(relay_of(sink)) as line:
        line.hand_over("", PERSON, LETTER, lambda: True)
    assert (False, "MAIL FROM:<>") in sink.commands
