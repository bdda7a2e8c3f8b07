"""The look at the sending domain: found, missing, wrong, and never missing for what could not be asked."""

from __future__ import annotations

import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from socketserver import BaseRequestHandler, UDPServer

import dns.message
import dns.rcode
import dns.rrset
import pytest
from flask import Flask
from flask.testing import FlaskClient

from employer_app.domain.errors import NotAllowed, Refused
from employer_app.domain.role import Person
from employer_app.domain.sending_domain import Answer
from employer_app.outbox import sending_check
from employer_app.outbox.dns import AskedDns
from employer_app.outbox.sending_check import Checked, look
from tests.smtp_sink import SmtpSink
from tests.web.pages import visible

HOUSE = "brightwater.example"
GOOD: Mapping[str, Answer] = {
    HOUSE: ["v=spf1 a:127.0.0.1 -all", "some other text"],
    f"s1._domainkey.{HOUSE}": ["v=DKIM1; p=MIIB"],
    f"_dmarc.{HOUSE}": ["v=DMARC1; p=reject"],
    f"mx {HOUSE}": [f"mail.{HOUSE}"],
}


class Table:
    def __init__(self, answers: Mapping[str, Answer]) -> None:
        self._answers = answers

    def txt(self, name: str) -> Answer:
        return self._answers.get(name, ())

    def mx(self, name: str) -> Answer:
        return self._answers.get(f"mx {name}", ())


def _verdicts(checked: Checked) -> dict[str, str]:
    return {one.name: one.verdict.value for one in checked.findings}


def _with(alice: Person, changes: Mapping[str, Answer], selector: str = "") -> dict[str, str]:
    return _verdicts(look(actor=alice, selector=selector, dns=Table({**GOOD, **changes})))


def test_all_that_is_there_is_found(app: Flask, alice: Person, monkeypatch: pytest.MonkeyPatch) -> None:
    with SmtpSink(extensions=["SIZE 1000", "SMTPUTF8", "PIPELINING"]) as sink:
        monkeypatch.setitem(app.config, "MAIL_PORT", sink.port)
        checked = look(actor=alice, dns=Table(GOOD))
    assert _verdicts(checked) == {
        **dict.fromkeys(["SPF", "DKIM", "DMARC", "From and envelope", "MX", "Pace"], "found"),
        **dict.fromkeys(["SIZE", "SMTPUTF8", "PIPELINING"], "found"),
        "Encryption": "missing",
    }
    assert checked.hand_over == ""
    assert "MAIL" not in sink.verbs()


@pytest.mark.parametrize(
    ("name", "answer", "finding", "verdict"),
    [
        (HOUSE, (), "SPF", "missing"),
        (HOUSE, ["v=spf10 -all"], "SPF", "missing"),
        (HOUSE, ["v=spf1 -all", "v=spf1 ~all"], "SPF", "wrong"),
        (HOUSE, ["v=spf1 +all"], "SPF", "wrong"),
        (HOUSE, None, "SPF", "unasked"),
        (f"s1._domainkey.{HOUSE}", (), "DKIM", "missing"),
        (f"s1._domainkey.{HOUSE}", ["v=DKIM1; p="], "DKIM", "wrong"),
        (f"s1._domainkey.{HOUSE}", None, "DKIM", "unasked"),
        (f"_dmarc.{HOUSE}", (), "DMARC", "missing"),
        (f"_dmarc.{HOUSE}", ["v=DMARC1"], "DMARC", "wrong"),
        (f"_dmarc.{HOUSE}", ["v=DMARC1; p=none"] * 2, "DMARC", "wrong"),
        (f"_dmarc.{HOUSE}", None, "DMARC", "unasked"),
        (f"mx {HOUSE}", (), "MX", "missing"),
        (f"mx {HOUSE}", ["."], "MX", "wrong"),
        (f"mx {HOUSE}", None, "MX", "unasked"),
    ],
)
def test_each_answer_has_its_verdict(
    alice: Person, name: str, answer: Answer, finding: str, verdict: str
) -> None:
    assert _with(alice, {name: answer})[finding] == verdict


def test_a_selector_that_was_asked_for_is_the_only_one_that_counts(alice: Person) -> None:
    assert _with(alice, {}, "s9")["DKIM"] == "missing"
    with pytest.raises(Refused):
        _with(alice, {}, "a b")


@pytest.mark.parametrize(
    ("envelope", "policy", "verdict"),
    [
        (f"b+{{token}}@mail.{HOUSE}", "v=DMARC1; p=none", "found"),
        (f"b+{{token}}@mail.{HOUSE}", "v=DMARC1; p=none; aspf=s", "wrong"),
        ("b+{token}@mailhouse.example", "v=DMARC1; p=none", "wrong"),
    ],
)
def test_from_and_envelope_are_compared(
    app: Flask, alice: Person, monkeypatch: pytest.MonkeyPatch, envelope: str, policy: str, verdict: str
) -> None:
    monkeypatch.setitem(app.config, "ENVELOPE_TOKEN", envelope)
    assert _with(alice, {f"_dmarc.{HOUSE}": [policy]})["From and envelope"] == verdict


def test_a_mail_server_that_does_not_answer_is_unasked_and_the_records_are_handed_over(alice: Person) -> None:
    checked = look(actor=alice, dns=Table({}))
    assert _verdicts(checked)["Mail server"] == "unasked"
    assert f'{HOUSE}. IN TXT "v=spf1 a:127.0.0.1 ~all"' in checked.hand_over
    assert f"_dmarc.{HOUSE}. IN TXT" in checked.hand_over


def test_only_an_administrator_may_look(bob: Person) -> None:  # attack 20
    with pytest.raises(NotAllowed):
        look(actor=bob, dns=Table(GOOD))


def test_nobody_is_asked_before_the_button_is_pressed(
    as_alice: FlaskClient, as_bob: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    made: list[Table] = []

    def make() -> Table:
        made.append(Table({HOUSE: ["v=spf1 <script> -all"]}))
        return made[-1]

    monkeypatch.setattr(sending_check, "AskedDns", make)
    assert as_alice.get("/settings/sending/check").status_code == 200
    assert as_bob.post("/settings/sending/check").status_code == 403
    assert made == []
    page = as_alice.post("/settings/sending/check", data={"selector": "s1"}).text
    assert len(made) == 1
    assert "There is no key under s1." in visible(page)
    assert "<script> -all" not in page
    assert as_alice.post("/settings/sending/check", data={"selector": "a b"}).status_code == 422


class _Answers(BaseRequestHandler):
    """One TXT in two strings, one MX, nothing else, and no sense for one name."""

    def handle(self) -> None:
        data, sock = self.request
        asked = dns.message.from_wire(data)
        reply, question = dns.message.make_response(asked), asked.question[0]
        name, kind = question.name.to_text(), question.rdtype.name
        known = {("here.example.", "TXT"): '"v=spf1 " "-all"', ("here.example.", "MX"): "10 mx.here.example."}
        if name == "broken.example.":
            reply.set_rcode(dns.rcode.SERVFAIL)
        elif name == "gone.example.":
            reply.set_rcode(dns.rcode.NXDOMAIN)
        elif (name, kind) in known:
            reply.answer.append(dns.rrset.from_text(name, 60, "IN", kind, known[name, kind]))
        sock.sendto(reply.to_wire(), self.client_address)


@contextmanager
def _served() -> Iterator[int]:
    with UDPServer(("127.0.0.1", 0), _Answers) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield int(server.server_address[1])
        server.shutdown()


def test_a_real_server_is_asked_and_its_troubles_are_no_answer() -> None:
    with _served() as port:
        asked = AskedDns(["127.0.0.1"], port)
        assert asked.txt("here.example") == ["v=spf1 -all"]
        assert asked.mx("here.example") == ["mx.here.example"]
        assert (asked.txt("gone.example"), asked.mx("empty.example")) == ((), ())
        assert asked.txt("broken.example") is None
        assert asked.txt("a" * 70 + ".example") is None
        assert AskedDns(["127.0.0.1"], port, most=0).txt("here.example") is None
