"""Who was written to, from whatever list of sent mail somebody has; nobody by a guess."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from employer_app.domain.applicant_list.dates import DateOrder
from employer_app.domain.applicant_list.mail_log import MailLog, UnreadableMailLog, read_mail_log

TODAY = date(2026, 11, 24)
DAY = date(2026, 3, 2)
ANNA, BEN = "anna@x.example", "ben@y.example"


def read(text: str, order: DateOrder | None = None) -> MailLog:
    return read_mail_log(text, today=TODAY, order=order)


def told(text: str, order: DateOrder | None = None) -> list[tuple[str, date]]:
    return [(sent.address, sent.on) for sent in read(text, order).entries]


def ignored(text: str) -> dict[int, str]:
    return {line.line_number: line.why for line in read(text).ignored}


EXPORTS = {
    "gmail": f"To,Subject,Date\n{ANNA},Your application,\"Mar 2, 2026, 2:03 PM\"\n",
    "outlook de": f"An;Betreff;Gesendet\n\"Anna A. <{ANNA}>\";Absage;Mo 02.03.2026 14:03\n",
    "mailchimp": f"Email Address,Send Time,Status\n{ANNA},2026-03-02 14:03:00,Sent\n",
    "ses": f"Timestamp,Destination,Event,Subject\n2026-03-02T14:03:00,{ANNA},Delivery,Hello\n",
    "sendgrid": f"processed,id,event,x,subject,email\n2026-03-02 14:03:00,1,delivered,u@w.example,,{ANNA}\n",
    "postmark": f"Recipient(s),Subject,Status,Sent at\n{ANNA},Hello,Delivered,2026-03-02 14:03\n",
    "mailgun": f"event\trecipient\tmessage subject\ttimestamp\ndelivered\t{ANNA}\tHi\t2026-03-02 14:03\n",
    "french": f"Destinataire;Objet;Date d'envoi;Statut\n{ANNA};Candidature;2 mars 2026 14:03;Envoyé\n",
    "spanish": f"Para;Asunto;Enviado el\n{ANNA};Hola;lunes, 2 de marzo de 2026 14:03\n",
    "dutch": f"Aan;Onderwerp;Verzonden\n{ANNA};Hallo;ma 2 mrt. 2026 14:03\n",
    "swedish": f"Till;Ämne;Skickat\n{ANNA};Hej;2026-03-02 14:03\n",
    "norwegian": f"Til;Emne;Sendt\n{ANNA};Hei;2. mars 2026 14:03\n",
    "italian": f"Destinatario;Oggetto;Inviato il;Stato\n{ANNA};Ciao;2 marzo 2026 14:03;Consegnato\n",
    "postfix": f"2026-03-02T14:03:00 mx postfix/smtp[9]: 4F: to=<{ANNA}>, relay=x:25, status=sent (250)",
    "as the example": f"2026-03-02 14:03 to=<{ANNA}>, status=sent",
    "exim": f"2026-03-02 14:03:00 1rgXYZ-0001 => {ANNA} R=dnslookup T=remote_smtp C=\"250 OK\"",
    "exim alias": f"2026-03-02 14:03:00 1rgXYZ-0001 -> anna <{ANNA}> R=dnslookup T=remote_smtp",
    "letter": f"Received: x\nto: \"A, A\" <{ANNA}>\nDate: Mon, 2 Mar 2026 14:03:00\nSubject: Hi\n\n{BEN}\n",
}  # fmt: skip


@pytest.mark.parametrize("name", EXPORTS)
def test_exports_of_mail_programs_and_services(name: str) -> None:
    assert told(EXPORTS[name]) == [(ANNA, datetime(2026, 3, 2, 14, 3))]  # noqa: DTZ001 - the lists name no zone
    assert read(EXPORTS[name]).ignored == ()


def test_lines_with_an_address_and_a_date() -> None:
    assert told(f"{ANNA}; 02.03.2026\n\n2026-03-02 {BEN}\n") == [(ANNA, DAY), (BEN, DAY)]
    assert told(f"Anna <{ANNA}>\t2 March 2026\tdelivered") == [(ANNA, DAY)]


def test_one_row_to_several_people_is_each_of_them() -> None:
    text = f'To,Sent at\n"Meier, Anna <{ANNA}>; ""boss@z.example"" <{BEN}>; smtp:{BEN}",2026-03-02\n'
    assert told(text) == [(ANNA, DAY), (BEN, DAY)]


@pytest.mark.parametrize(
    "state",
    ["bounced", "Hard bounce", "failed", "deferred", "Rejected", "dropped", "Unzustellbar",
     "550 5.1.1 no such user", "Bounced: user unknown", "queued", "processed", "opened", "whatever", ""],
)  # fmt: skip
def test_what_did_not_arrive_never_counts(state: str) -> None:
    text = f"Recipient,Date,Status\n{ANNA},2026-03-02,{state}\n{BEN},2026-03-02,sent\n"
    assert told(text) == [(BEN, DAY)]
    assert [line.line_number for line in read(text).ignored] == [2]
    if state:
        assert told(f"{ANNA};2026-03-02;{state}") == ([] if state != "whatever" else [(ANNA, DAY)])


@pytest.mark.parametrize(
    "line",
    [
        f"2026-03-02 14:03 to=<{ANNA}>, status=deferred (try later)",
        f"2026-03-02 14:03 to=<{ANNA}>, status=bounced (no such user)",
        f"2026-03-02 14:03 to=<{ANNA}>, relay=127.0.0.1[127.0.0.1]:10024, status=sent (250 filter)",
        f"2026-03-02 14:03 to=<{ANNA}>, orig_to=<x>",
        f"Mar  2 14:03:11 mx postfix/smtp[9]: 4F: to=<{ANNA}>, status=sent (250)",
        f"2026-03-02 14:03:00 1rgXYZ-0001 ** {ANNA} R=dnslookup: no such user",
        f"2026-03-02 14:03:00 1rgXYZ-0001 == {ANNA} R=dnslookup defer (-44)",
        f"2026-03-02 14:03:00 1rgXYZ-0001 <= {ANNA} H=mail.x.example",
        f"2026-03-02 14:03 mx postfix/qmgr[9]: 4F: from=<{ANNA}>, size=9",
        f"2026-03-02 {ANNA} bounced back",
        f"{ANNA}; 2026-03-02; 2026-03-09",
        f"{ANNA} some time in March",
        f"{ANNA}; 2026-12-01",
        f"{ANNA}; 02.03.26",
        "2026-03-02 anna at x.example",
        f"{ANNA} 2026-03-02 " + "x" * 5000,
    ],
)
def test_lines_that_prove_nothing_are_listed_with_the_reason(line: str) -> None:
    log = read(f"{BEN}; 2026-03-02\n{line}")
    assert [sent.address for sent in log.entries] == [BEN]
    assert [(one.line_number, one.why[-1]) for one in log.ignored] == [(2, ".")]


def test_a_message_that_came_back_later_did_not_arrive() -> None:
    text = "Recipient,Date,Subject,Status\n"
    row = f"{ANNA},2026-03-0{{}},{{}},{{}}\n"
    back = text + row.format(2, "Hi", "delivered") + row.format(3, "Hi", "bounced")
    assert told(back) == []
    assert ignored(back)[2] == "The message came back afterwards, says line 3."
    again = (
        text
        + row.format(1, "Hi", "bounced")
        + row.format(2, "Hi", "delivered")
        + row.format(3, "Other", "bounced")
    )
    assert told(again) == [(ANNA, DAY)]


def test_an_order_of_dates_is_proven_or_asked_for_and_never_guessed() -> None:
    unclear = f"To,Date\n{ANNA},02/03/2026\n"
    assert (told(unclear), read(unclear).dates_unclear) == ([], True)
    assert "day or the month first" in ignored(unclear)[2]
    assert told(unclear, DateOrder.DAY_FIRST) == [(ANNA, DAY)]
    assert told(unclear, DateOrder.MONTH_FIRST) == [(ANNA, date(2026, 2, 3))]
    proven = unclear + f"{BEN},13/02/2026\n"
    assert told(proven) == [(ANNA, DAY), (BEN, date(2026, 2, 13))]
    assert not read(proven).dates_unclear
    mixed = proven + f"{BEN},02/13/2026\n"
    assert (len(read(mixed).entries), read(mixed).dates_unclear) == (2, True)
    assert told(f"{ANNA}; 02/03/2026\n{BEN}; 03/02/2026 ") == []


def test_a_date_with_a_zone_or_in_seconds_is_a_moment() -> None:
    text = f"Recipient,Timestamp\n{ANNA},1772460180.123\n{BEN},2026-03-02 14:03:00 +0000 UTC\n"
    assert {sent.on for sent in read(text).entries} == {datetime(2026, 3, 2, 14, 3, tzinfo=UTC)}


def test_a_folder_of_messages() -> None:
    letter = (
        "From us@w.example Mon Mar  2 14:03:00 2026\nDate: Mon, 2 Mar 2026 14:03:00 +0100 (CET)\n{}\n\n{}\n\n"
    )
    text = (
        letter.format(f"To: {ANNA},\n {BEN}\nSubject: =?utf-8?q?F=C3=BCr_Sie?=", "From x\n>From y")
        + letter.format(f"To: us@w.example\nBcc: {BEN}\nSubject: Two", f"To: {ANNA}")
        + letter.format("To: us@w.example\nContent-Type: multipart/report; report-type=x", "failed")
        + letter.format("Subject: nobody", "x")
    )  # fmt: skip
    log = read(text)
    assert [(sent.address, sent.subject) for sent in log.entries] == [
        (ANNA, "Für Sie"), (BEN, "Für Sie"), ("us@w.example", "Two"), (BEN, "Two"),
    ]  # fmt: skip
    assert {sent.on for sent in log.entries} == {
        datetime(2026, 3, 2, 14, 3, tzinfo=timezone(timedelta(hours=1)))
    }
    assert len(log.ignored) == 2


def test_addresses_are_checked_and_their_keys_are_those_of_the_app() -> None:
    text = "To,Date\nAnna@X.Example,2026-03-02\nanna@@x.example,2026-03-02\nnobody,2026-03-02\nshort\n"
    log = read(text)
    assert [(sent.address_key, sent.address) for sent in log.entries] == [(ANNA, "Anna@X.Example")]
    assert [one.line_number for one in log.ignored] == [3, 4, 5]


def test_rows_of_several_lines_keep_their_line_numbers() -> None:
    assert ignored(f'To,Date,Subject\n{ANNA},2026-03-02,"a\nb"\nx,2026-03-02,c\n') == {
        4: "There is no address."
    }


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "nothing here"),
        (" \n\n", "nothing here"),
        (f"Email,Name\n{ANNA},Anna\n", "none that says when"),
        (f'To,Date\n"{ANNA},2026-03-02\n', "quotation mark"),
        (f"To,Date\n{ANNA},{'x' * 200_000}\n", "far too long"),
        ("x\n" * 200_001, "200,000 lines"),
        ("x" * (20 * 1024 * 1024 + 1), "20 MB"),
        ("ü" * (11 * 1024 * 1024), "20 MB"),
    ],
)
def test_what_cannot_be_read_is_refused_in_words(text: str, said: str) -> None:
    with pytest.raises(UnreadableMailLog, match=said):
        read(text)


_piece = st.sampled_from(
    [*EXPORTS.values(), "To,Date,Status\n", f"{ANNA},", "02/03/2026", "\n", '"', "<", ">", "(", ";", "\r",
     "status=sent ", "to=<", "=> ", "From x@y 2026\n", "To: ", "Date: ", "=?utf-8?b?!?=", "=?x?q?a?=", "\x00",
     "\t", "99999999999"]
)  # fmt: skip


@given(st.one_of(st.text(), st.lists(st.one_of(_piece, st.text(max_size=5)), max_size=20).map("".join)))
def test_nothing_but_a_sentence_comes_of_any_text(text: str) -> None:
    try:
        log = read(text)
    except UnreadableMailLog as refused:
        said = str(refused)
    else:
        said = "."
        assert all(one.why and len(one.text) <= 200 for one in log.ignored)
        assert all(sent.address_key and sent.on.year >= 1990 for sent in log.entries)
    assert said.endswith(".")


@pytest.mark.parametrize(
    "piece", ["(", '"', "<", "a@", "1.", "2026-", "x ", ", ", '\\"', "From ", "=?", "to=<"]
)
def test_no_text_takes_long(piece: str) -> None:
    for head in ("", f"To,Date\n{ANNA},", "To: "):
        text = head + piece * (300_000 // len(piece))
        try:
            read(text)
        except UnreadableMailLog:
            continue
