"""The line with a server that breaks off, stalls or babbles: what it took, what not, what nobody knows."""

from dataclasses import replace
from typing import Any

import pytest

from employer_app.domain.delivery import Outcome, SmtpStage
from employer_app.smtp.line import Line, Relay, RelayTrouble, Reply, Security
from employer_app.smtp.wire import Wire
from tests import smtp_faults as faults
from tests.smtp_faults import Gate
from tests.smtp_sink import Action, Session, SmtpSink

SENDER, PERSON = "jobs@hiring.example", "ada@post.example"
LETTER = b"Subject: Hello\r\n\r\nDear Ada,\r\n.\r\n.dots..\r\nBye\r\n"
SHORT = 0.15  # seconds; only ever waited for where a server never answers


def relay_of(sink: SmtpSink, **changes: Any) -> Relay:
    return replace(Relay("127.0.0.1", sink.port, Security.NONE), **changes)


def hand_over(line: Line, to: str = PERSON, body: bytes = LETTER) -> Reply:
    return line.hand_over(SENDER, to, body, lambda: True)


def never() -> bool:
    raise AssertionError("the dot must not be asked for")


# fault 21
@pytest.mark.parametrize(
    "goodbye", [faults.reset, faults.drop, "421 Too busy", faults.silence, faults.say_bytes(b"\xff\r\n")]
)
def test_accepted_letter_stays_accepted_whatever_quit_brings(goodbye: Action) -> None:
    with SmtpSink({"QUIT": goodbye}) as sink, Line(relay_of(sink, command_timeout=SHORT * 4)) as line:
        reply = hand_over(line)
    assert reply.outcome is Outcome.ACCEPTED
    assert sink.recipients() == [PERSON]


# fault 22
@pytest.mark.parametrize(
    ("action", "copies"),
    [
        (faults.accept_then_reset, 1),
        (faults.accept_then_drop, 1),
        (faults.lose_then_drop, 0),
        (faults.reset, 0),
    ],
)
def test_connection_lost_after_the_dot_is_uncertain(action: Action, copies: int) -> None:
    with SmtpSink({"dot": action}) as sink:
        with Line(relay_of(sink)) as line:
            reply = hand_over(line)
            assert (reply.outcome, reply.code, reply.stage) == (Outcome.UNCERTAIN, None, SmtpStage.DOT)
            assert reply.text == f"The mail server 127.0.0.1:{sink.port} closed the connection."
            assert not line.usable
        assert sink.wait_idle()
    assert len(sink.accepted) == copies
    assert "QUIT" not in sink.verbs()


# fault 23
def test_no_reply_to_the_dot_in_time_is_uncertain() -> None:
    with SmtpSink({"dot": faults.silence}) as sink, Line(relay_of(sink, dot_timeout=SHORT)) as line:
        reply = hand_over(line)
        assert (reply.outcome, reply.code) == (Outcome.UNCERTAIN, None)
        assert "did not answer in time" in reply.text


# fault 23
def test_dot_has_more_patience_than_the_other_commands() -> None:
    limits: list[float] = []

    def note(session: Session) -> None:
        limits.append(line._wire.reply_timeout)
        session.sink.act(session, None)

    with SmtpSink({"RCPT": note, "dot": note}) as sink, Line(relay_of(sink)) as line:
        assert [hand_over(line).outcome for _ in range(2)] == [Outcome.ACCEPTED] * 2
    assert limits == [60, 600, 60, 600]


# fault 25
@pytest.mark.parametrize(
    "words",
    [
        faults.endless,
        faults.endless_line,
        faults.say_bytes(b"\x00\xff\x1b[31m\r\n"),
        faults.say_bytes(b"999 x\r\n"),
    ],
)
def test_garbled_reply_to_the_dot_is_uncertain(words: Action) -> None:
    with SmtpSink({"dot": words}) as sink, Line(relay_of(sink)) as line:
        reply = hand_over(line)
        assert (reply.outcome, reply.code, line.usable) == (Outcome.UNCERTAIN, None, False)
        assert "cannot be understood" in reply.text
        assert reply.text.isprintable()
        assert len(reply.text) < 700


# fault 25
@pytest.mark.parametrize("stage", ["connect", "EHLO", "MAIL", "RCPT", "DATA"])
@pytest.mark.parametrize(
    "words",
    [
        faults.endless,
        faults.endless_line,
        faults.drip,
        faults.silence,
        faults.say_bytes(b"\x00\xff\x9b1m\r\n"),
        faults.drop,
        faults.reset,
    ],
)
def test_slow_endless_or_garbled_reply_before_the_dot_is_relay_trouble(stage: str, words: Action) -> None:
    with (
        SmtpSink({stage: words}) as sink,
        pytest.raises(RelayTrouble) as trouble,
        Line(relay_of(sink, connect_timeout=SHORT, command_timeout=SHORT)) as line,
    ):
        line.hand_over(SENDER, PERSON, LETTER, never)
    assert sink.accepted == []
    assert str(trouble.value).startswith("The mail server")
    assert str(trouble.value).isprintable()
    assert len(str(trouble.value)) < 700


# fault 24
@pytest.mark.parametrize("stage", ["connect", "EHLO", "MAIL", "RCPT", "DATA"])
def test_421_before_the_dot_is_relay_trouble(stage: str) -> None:
    with SmtpSink({stage: ["421 4.3.2 Shutting down"]}) as sink:
        with (
            pytest.raises(RelayTrouble, match=r"421 4\.3\.2 Shutting down") as trouble,
            Line(relay_of(sink)) as line,
        ):
            line.hand_over(SENDER, PERSON, LETTER, never)
        assert trouble.value.code == 421
        with Line(relay_of(sink)) as line:
            assert hand_over(line).outcome is Outcome.ACCEPTED
    assert sink.recipients() == [PERSON]


# fault 27
@pytest.mark.parametrize(
    ("stage", "code"), [("MAIL", 530), ("MAIL", 535), ("MAIL", 454), ("RCPT", 530), ("DATA", 538)]
)
def test_missing_login_is_relay_trouble_and_no_letter_pays(stage: str, code: int) -> None:
    with SmtpSink({stage: f"{code} 5.7.0 Log in"}) as sink:
        with pytest.raises(RelayTrouble, match="sign in") as trouble, Line(relay_of(sink)) as line:
            line.hand_over(SENDER, PERSON, LETTER, never)
        assert trouble.value.code == code


# fault 24
@pytest.mark.parametrize("farewell", [faults.say_then_drop("421 4.4.2 Idle too long"), faults.drop])
def test_connection_lost_between_letters_is_relay_trouble(farewell: Action) -> None:
    with SmtpSink({"RSET": farewell, "RCPT": ["550 5.1.1 Unknown"]}) as sink, Line(relay_of(sink)) as line:
        assert hand_over(line).outcome is Outcome.REFUSED
        with pytest.raises(RelayTrouble):
            hand_over(line)


@pytest.mark.parametrize("action", [faults.drop, faults.reset])
def test_connection_lost_during_the_body_never_becomes_uncertain(action: Action) -> None:
    with SmtpSink({"body": action}) as sink, Line(relay_of(sink)) as line:
        try:
            reply = line.hand_over(SENDER, PERSON, LETTER, sink.wait_idle)
        except RelayTrouble:
            reply = None
        assert reply is None or (reply.outcome, reply.stage) == (Outcome.TRY_LATER, SmtpStage.BODY)
        assert not line.usable
    assert sink.accepted == []


def test_server_gone_when_before_dot_returns_gets_no_dot() -> None:
    gate = Gate(then=faults.drop)
    with SmtpSink({"body": gate}) as sink, Line(relay_of(sink)) as line:

        def before_dot() -> bool:
            gate.open()
            return sink.wait_idle()

        reply = line.hand_over(SENDER, PERSON, LETTER, before_dot)
        assert (reply.outcome, reply.code, reply.stage) == (Outcome.TRY_LATER, None, SmtpStage.BODY)
        assert "closed the connection" in reply.text


@pytest.mark.parametrize(
    ("words", "outcome"),
    [
        ("552 5.3.4 Too big", Outcome.REFUSED),
        ("421 4.3.2 Stop", Outcome.TRY_LATER),
        ("250 2.0.0 Queued", Outcome.TRY_LATER),
    ],
)
def test_reply_that_comes_before_the_dot_cancels_the_letter(words: str, outcome: Outcome) -> None:
    gate = Gate(then=faults.say_then_drop(words))
    with SmtpSink({"body": gate}) as sink, Line(relay_of(sink)) as line:

        def before_dot() -> bool:
            gate.open()
            return sink.wait_idle()

        reply = line.hand_over(SENDER, PERSON, LETTER, before_dot)
        assert (reply.outcome, reply.stage, line.usable) == (outcome, SmtpStage.BODY, False)
    assert sink.accepted == []


def test_interrupt_in_the_middle_of_a_letter_leaves_without_a_word(monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupt(wire: Wire) -> bool:
        raise KeyboardInterrupt

    monkeypatch.setattr(Wire, "spoke_unasked", interrupt)
    with SmtpSink() as sink:
        with pytest.raises(KeyboardInterrupt), Line(relay_of(sink)) as line:
            line.hand_over(SENDER, PERSON, LETTER, never)
        assert sink.wait_idle()
    assert (sink.accepted, sink.cut_off) == ([], [LETTER])  # a QUIT would stand in the letter
