"""W2: how long a page takes while a worker delivers at full speed on the same database, against idle.

One person looks at one page after another. Pages, worker and mail server are processes of their own.
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from http.client import HTTPConnection
from statistics import median, quantiles

import sqlalchemy as sa
from flask import Flask

from bench import many, processes
from bench.report import Line
from bench.sink import sink
from bench.sizes import size
from bench.stores import apps
from employer_app.domain.role import Role
from employer_app.extensions import db
from employer_app.models import Job
from tests import factories

#: so many that some still wait at the end
QUEUED = size("WAITING", 20_000)
LOOKS = size("LOOKS", 50)
ROUNDS = 3


def run() -> Iterator[Line]:
    with sink() as port, apps() as stores:
        for name, app in stores.items():
            yield from _pages(name, app, port)


def _pages(name: str, app: Flask, mail_port: int) -> Iterator[Line]:
    """Idle and busy by turns, each time with as much in the database."""
    idle: dict[str, list[float]] = {}
    busy: dict[str, list[float]] = {}
    with app.app_context(), processes.web(app) as web_port:
        for _ in range(ROUNDS):
            many.queue(QUEUED)
            cookie = _cookie(app)
            pages = {"home": "/", "job": f"/jobs/{db.session.scalar(sa.select(sa.func.max(Job.id)))}"}
            db.session.rollback()
            _look(web_port, cookie, pages, 5)
            _keep(idle, _look(web_port, cookie, pages, LOOKS))
            with many.delivering(app, mail_port):
                before, since = many.left(), time.monotonic()
                _keep(busy, _look(web_port, cookie, pages, LOOKS))
                rate = (many.left() - before) / (time.monotonic() - since)
                assert many.left() < QUEUED, "the worker had nothing to do in the end; more must wait"
    for page in pages:
        slow, quick = median(busy[page]), median(idle[page])
        remark = f"p95 {slow * 1000:.1f} ms, idle {quick * 1000:.1f} ms; {rate:,.0f} messages/s meanwhile"
        yield Line(
            f"W2 {page} while mail leaves, {name}", slow / quick, "x idle", 2, most=True, remark=remark
        )


def _keep(rounds: dict[str, list[float]], found: dict[str, float]) -> None:
    for page, taken in found.items():
        rounds.setdefault(page, []).append(taken)


def _look(port: int, cookie: str, pages: dict[str, str], times: int) -> dict[str, float]:
    """Seconds for each page, of which 95 in 100 looks take no more."""
    taken: dict[str, list[float]] = {page: [] for page in pages}
    connection = HTTPConnection("127.0.0.1", port, timeout=60)
    for _ in range(times):
        for page, path in pages.items():
            since = time.perf_counter()
            connection.request("GET", path, headers={"Cookie": cookie})
            answer = connection.getresponse()
            answer.read()
            taken[page].append(time.perf_counter() - since)
            assert answer.status == 200, f"{path} answered {answer.status}"
    connection.close()
    return {page: quantiles(several, n=20)[-1] for page, several in taken.items()}


def _cookie(app: Flask) -> str:
    bob = factories.person("Bob Adeyemi", "bob@house.example", Role.RECRUITER)
    session = factories.signed_in(app, bob).get_cookie(app.config["SESSION_COOKIE_NAME"])
    assert session is not None
    return f"{session.key}={session.value}"
