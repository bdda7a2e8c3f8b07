"""D1 and D3: a close-out from the confirm click to the last 250, and the delivery alone, by the clock.

"Naive" is what people write today: one Flask-Mail connection, a loop, a template rendered for each person.
"""

from __future__ import annotations

import smtplib
from collections.abc import Callable, Iterator

import sqlalchemy as sa
from flask import Flask, render_template_string
from flask_mail import Mail
from flask_mail import Message as Mailed

from bench.close_out import PEOPLE, close_out, close_out_by, delivery, mail_to
from bench.report import Line, Taken, medians, seconds
from bench.sink import sink
from bench.stores import apps
from employer_app.domain.clock import now
from employer_app.extensions import db
from employer_app.models import Message
from employer_app.outbox import worker
from employer_app.outbox.letter import letter_of
from employer_app.smtp.mime import build

ROUNDS = 3
#: of each worker
CONNECTIONS = 8
_TEMPLATE = """{% if html %}<p>Dear {{ name }},</p>{% else %}Dear {{ name }},{% endif %}
thank you for applying as {{ job }} in {{ place }}. {{ filler }} Kind regards, {{ contact }}, {{ house }}"""


def run() -> Iterator[Line]:
    with sink() as port, apps() as stores:
        work: dict[str, Callable[[], Taken]] = {}
        for name, app in stores.items():
            mail_to(app, port)
            work[f"naive {name}"] = lambda app=app: _naive(app)  # type: ignore[misc]
            work[f"close-out {name}"] = lambda app=app, name=name: _close_out(app, name, port)  # type: ignore[misc]
            work[f"alone {name}"] = lambda app=app: delivery(app, 1)  # type: ignore[misc]
            work[f"bare {name}"] = lambda app=app, port=port: _bare(app, port)  # type: ignore[misc]
        taken = medians(work, ROUNDS)
        worker.leave()
    for name in stores:
        whole, naive = taken[f"close-out {name}"], taken[f"naive {name}"]
        alone, bare = taken[f"alone {name}"], taken[f"bare {name}"]
        yield Line(
            f"D1 close-out end to end, {name}", naive.wall / whole.wall, "x naive", 5, remark=_rate(whole)
        )
        ratio = bare.wall / alone.wall
        yield Line(f"D3 delivery alone, one connection, {name}", ratio, "x bare", 0.35, remark=_rate(alone))


def _close_out(app: Flask, name: str, port: int) -> Taken:
    """One worker, and on PostgreSQL two, as the goal has it."""
    if name == "SQLite":
        return close_out(app, CONNECTIONS)
    return close_out_by(app, port, CONNECTIONS, workers=2)


def _rate(taken: Taken) -> str:
    return f"{PEOPLE / taken.wall:,.0f} messages/s, {taken.cpu / PEOPLE * 1e6:,.0f} us of CPU each"


def _bare(app: Flask, port: int) -> Taken:
    """The standard library with bytes that are ready, over one connection."""
    with app.app_context():
        rows = db.session.scalars(sa.select(Message)).all()
        ready = [(row.sender_address, row.address, build(letter_of(row, now()))) for row in rows]
        db.session.rollback()

    def send() -> None:
        with smtplib.SMTP("127.0.0.1", port) as connection:
            for sender, to, body in ready:
                connection.sendmail(sender, [to], body)

    return seconds(send)


def _naive(app: Flask) -> Taken:
    mail = Mail(app)
    values = {"job": "Deck Officer", "place": "Rotterdam", "contact": "Maren Oduya", "house": "Brightwater"}
    filler = "We read every application with care. " * 50

    def send() -> None:
        with mail.connect() as connection:
            for number in range(PEOPLE):
                said = {**values, "name": f"Person {number}", "filler": filler}
                connection.send(
                    Mailed(
                        "Your application",
                        recipients=[f"person{number}@post.example"],
                        body=render_template_string(_TEMPLATE, **said),
                        html=render_template_string(_TEMPLATE, html=True, **said),
                        sender="jobs@brightwater.example",
                    )
                )

    with app.app_context():
        return seconds(send)
