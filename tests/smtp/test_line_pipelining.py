"""The envelope in one go, where the server offers it; no refusal in its middle lets a letter slip out."""

from __future__ import annotations

import pytest

from employer_app.domain.delivery import Outcome, SmtpStage
from employer_app.smtp.line import Line, Relay, RelayTrouble, Security
from tests.smtp_faults import reset
from tests.smtp_sink import Action, Script, Session, SmtpSink

BODY = b"Subject: Your application\r\n\r\nHello.\r\n"
FROM, TO = "hiring@team.example", "ana@post.example"
OFFERED = ("8BITMIME", "PIPELINING")


def _line(sink: SmtpSink) -> Line:
    return Line(Relay("127.0.0.1", sink.port, Security.NONE, command_timeout=5, dot_timeout=5))


def _sink(script: Script | None = None) -> SmtpSink:
    return SmtpSink(script, extensions=OFFERED)


@pytest.mark.parametrize(("offered", "waiting"), [(OFFERED, True), (("8BITMIME",), False)])
def test_the_envelope_goes_in_one_go_only_where_it_is_offered(
    offered: tuple[str, ...], waiting: bool
) -> None:
    seen: list[bytes] = []

    def look(session: Session) -> None:
        seen.append(session.unread)
        session.sink.act(session, None)

    with SmtpSink({"MAIL": look}, extensions=offered) as sink, _line(sink) as line:
        reply = line.hand_over(FROM, TO, BODY, lambda: True)
    assert reply.outcome is Outcome.ACCEPTED
    assert [letter.raw for letter in sink.accepted] == [BODY]
    assert (b"RCPT" in seen[0], b"DATA" in seen[0]) == (waiting, waiting)


@pytest.mark.parametrize(
    ("script", "stage", "usable"),
    [
        ({"RCPT": ["550 5.1.1 No such mailbox"], "DATA": ["503 5.5.1 Nobody to send to"]}, "rcpt", True),
        ({"RCPT": ["450 4.2.0 Later"], "DATA": ["554 5.5.1 No valid recipients"]}, "rcpt", True),
        ({"RCPT": ["550 5.1.1 No such mailbox"]}, "rcpt", False),  # it asks for a body all the same
        (
            {"MAIL": ["552 5.2.2 Full"], "RCPT": ["503 5.5.1 What?"], "DATA": ["503 5.5.1 What?"]},
            "mail",
            True,
        ),
        ({"DATA": ["451 4.3.0 Later"]}, "data", True),
        ({"RCPT": ["550 5.1.1 No"], "DATA": [reset]}, "rcpt", False),
    ],
)
def test_a_refusal_in_the_middle_sends_nothing_and_the_next_letter_is_whole(
    script: Script, stage: str, usable: bool
) -> None:
    with _sink(script) as sink, _line(sink) as line:
        reply = line.hand_over(FROM, TO, BODY, lambda: True)
        assert (reply.stage, line.usable) == (SmtpStage(stage), usable)
        assert sink.accepted == []
        if usable:
            assert line.hand_over(FROM, TO, BODY, lambda: True).outcome is Outcome.ACCEPTED
    assert [letter.raw for letter in sink.accepted] == ([BODY] if usable else [])


@pytest.mark.parametrize("stage", ["MAIL", "RCPT", "DATA"])
@pytest.mark.parametrize("action", ["421 4.3.2 Closing", reset])
def test_a_server_that_leaves_in_the_middle_is_relay_trouble(stage: str, action: Action) -> None:
    with _sink({stage: action}) as sink, pytest.raises(RelayTrouble), _line(sink) as line:
        line.hand_over(FROM, TO, BODY, lambda: True)
    assert sink.accepted == []


def test_many_letters_arrive_byte_for_byte() -> None:
    bodies = [BODY.replace(b"Hello", b"Hello %d" % number) for number in range(50)]
    with _sink() as sink, _line(sink) as line:
        for body in bodies:
            assert line.hand_over(FROM, TO, body, lambda: True).outcome is Outcome.ACCEPTED
    assert [letter.raw for letter in sink.accepted] == bodies
    assert sink.sessions == 1
