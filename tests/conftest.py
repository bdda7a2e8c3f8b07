"""Fixtures for all: an app on real SQLite (and PostgreSQL where it is given), people, and signed-in clients.

The database of a worker process is made once by the migrations and emptied between tests.
"""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient

from employer_app import create_app
from employer_app.domain.clock import now
from employer_app.domain.role import Person, Role
from employer_app.extensions import db
from employer_app.outbox import clock_watch, worker
from tests import factories

#: no mail of the morning among those that a test counts, whatever the hour at which it runs
os.environ.setdefault("EMPLOYER_DIGEST_AT", "off")
POSTGRES = os.environ.get("EMPLOYER_TEST_POSTGRES_URL")


def _settings(url: str) -> dict[str, object]:
    return {
        "TESTING": True,
        "SECRET_KEY": "tests only: this key protects nothing at all",
        "SECURITY_PASSWORD_SALT": "tests only",
        "SQLALCHEMY_DATABASE_URI": url,
        "SECURITY_PASSWORD_HASH": "argon2",
        "WTF_CSRF_ENABLED": False,
        "SERVER_NAME": None,
        "MAIL_SERVER": "127.0.0.1",
        "MAIL_PORT": 1,
        "MAIL_USE_TLS": False,
        # so that a list leaves whole and one person is enough; tests of these switch them on
        "PILOT_SIZE": 0,
        "SECOND_PERSON_FROM": 0,
        "CONNECTIONS": 1,  # so that a script of the mail server meets the messages in their order
    }


@pytest.fixture(scope="session")
def _sqlite_app(tmp_path_factory: pytest.TempPathFactory) -> Flask:
    instance = tmp_path_factory.mktemp("instance")
    app = create_app(_settings(f"sqlite:///{instance / 'test.sqlite'}"), instance)
    app.test_client_class = factories.Browser
    factories.migrate(app)
    return app


@pytest.fixture(scope="session")
def _postgres_app(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Flask]:
    if not POSTGRES:
        pytest.skip("EMPLOYER_TEST_POSTGRES_URL is not set")
    with factories.postgres_database(POSTGRES) as url:
        app = create_app(_settings(url), tmp_path_factory.mktemp("instance"))
        app.test_client_class = factories.Browser
        factories.migrate(app)
        yield app
        with app.app_context():
            db.engine.dispose()


@pytest.fixture
def app(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Iterator[Flask]:
    """The app on SQLite, with an empty, migrated database and an open application context for arranging.

    Mark a test (or module) with `@pytest.mark.both` to run it on PostgreSQL as well.
    """
    name = getattr(request, "param", "sqlite")
    app: Flask = request.getfixturevalue(f"_{name}_app")
    # the clock of PostgreSQL travels with ours, as far as a worker of this process sees it
    monkeypatch.setattr(clock_watch, "_database_now", now)
    with app.app_context():
        factories.empty_database()
        factories.organisation()
        db.session.remove()
        yield app
        worker.leave()
        db.session.remove()


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    if "app" in metafunc.fixturenames and metafunc.definition.get_closest_marker("both"):
        postgres = pytest.param("postgres", marks=pytest.mark.postgres)
        metafunc.parametrize("app", ["sqlite", postgres], indirect=True)


@pytest.fixture
def alice(app: Flask) -> Person:
    """An administrator."""
    return factories.person("Alice Moreau", "alice@team.example", Role.ADMINISTRATOR)


@pytest.fixture
def bob(app: Flask) -> Person:
    """A recruiter."""
    return factories.person("Bob Adeyemi", "bob@team.example", Role.RECRUITER)


@pytest.fixture
def charlie(app: Flask) -> Person:
    """Somebody with an account and no role: sees nothing."""
    return factories.person("Charlie Lund", "charlie@team.example")


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    """A browser that is not signed in."""
    return app.test_client()


@pytest.fixture
def as_bob(app: Flask, bob: Person) -> FlaskClient:
    """A recruiter's browser."""
    return factories.signed_in(app, bob)


@pytest.fixture
def as_alice(app: Flask, alice: Person) -> FlaskClient:
    """An administrator's browser."""
    return factories.signed_in(app, alice)


@pytest.fixture
def as_charlie(app: Flask, charlie: Person) -> FlaskClient:
    """A browser of somebody without a role."""
    return factories.signed_in(app, charlie)


@pytest.fixture
def data() -> Path:
    """Real lists and mails, where somebody has them."""
    folder = os.environ.get("EMPLOYER_TEST_DATA")
    if not folder or not Path(folder).is_dir():
        pytest.skip("EMPLOYER_TEST_DATA names no folder with real lists")
    return Path(folder)


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Say what was skipped, one line for each reason."""
    reasons = Counter(
        str(report.longrepr[2]).removeprefix("Skipped: ")
        for report in terminalreporter.stats.get("skipped", [])
        if isinstance(report.longrepr, tuple)
    )
    for reason, count in reasons.most_common():
        terminalreporter.write_line(f"skipped {count}: {reason}")
