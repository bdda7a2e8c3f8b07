"""The commands with which anybody can try the worker without a browser, each as a process of its own."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests import factories
from tests.conftest import POSTGRES
from tests.processes import end, run, start
from tests.smtp_sink import WAIT, Session, SmtpSink

PEOPLE = 40


@pytest.fixture(params=["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)])
def environment(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[dict[str, str]]:
    """Nothing but names that docs/faults.md gives."""
    inherited = {name: text for name, text in os.environ.items() if not name.startswith("EMPLOYER_")}
    given = {
        **inherited,
        "EMPLOYER_INSTANCE": str(tmp_path / "instance"),
        "EMPLOYER_UNDO_SECONDS": "1",
        "EMPLOYER_SEND_WINDOW": "off",
        "EMPLOYER_SAFE_MODE": "off",
        "EMPLOYER_CONNECTIONS": "2",
        "EMPLOYER_LEASE_SECONDS": "30",
        "EMPLOYER_PURPOSE_HEADER": "1",
        "MAIL_SERVER": "127.0.0.1",
        "MAIL_USE_TLS": "false",
    }
    if request.param == "sqlite":
        yield {**given, "EMPLOYER_DATABASE_URL": f"sqlite:///{tmp_path / 'trial.sqlite'}"}
        return
    if not POSTGRES:
        pytest.skip("EMPLOYER_TEST_POSTGRES_URL is not set")
    with factories.postgres_database(POSTGRES) as url:
        yield {**given, "EMPLOYER_DATABASE_URL": url.replace("+psycopg", "")}


def said(environment: dict[str, str], *arguments: str) -> dict[str, object]:
    done = run(environment, *arguments)
    assert (done.returncode, done.stderr) == (0, "")
    found: dict[str, object] = json.loads(done.stdout)
    return found


def test_people_are_seeded_closed_out_and_delivered_by_commands_alone(environment: dict[str, str]) -> None:
    seeded = said(environment, "demo", "seed", "--people", str(PEOPLE))
    assert seeded == {"job_id": 1, "title": "Deck Officer", "people": PEOPLE}
    batch = said(environment, "close-out", "1", "--confirm", str(PEOPLE), "--json")
    assert (batch["messages"], batch["skipped"], batch["batch"]) == (PEOPLE, [], 1)
    assert str(batch["leaves_at"]).endswith("+00:00")

    def leave_after_all(session: Session) -> None:
        session.sink.act(session, None)
        if len(session.sink.accepted) == PEOPLE:
            process.terminate()

    with SmtpSink({"dot": leave_after_all}) as sink:
        at = {**environment, "MAIL_PORT": str(sink.port)}
        process = start(at, "worker")
        try:
            process.join(WAIT)
            assert process.exitcode == 0
        finally:
            end(process)
    purposes = [
        line.removeprefix(b"X-Employer-Purpose: ")
        for letter in sink.accepted
        for line in letter.raw.split(b"\r\n")
        if line.startswith(b"X-Employer-Purpose: ")
    ]
    assert sorted(purposes) == sorted(f"{number + 1}:decision:1".encode() for number in range(PEOPLE))
    assert all(address.endswith("@trial1.example") for address in sink.recipients())
    assert run(environment, "ledger", "verify").returncode == 0


def test_a_database_with_real_people_is_left_alone(tmp_path: Path) -> None:
    at = {**os.environ, "EMPLOYER_INSTANCE": str(tmp_path / "instance")}
    (tmp_path / "list.csv").write_text("Name,Email\nAna Prieto,ana@post.example\n")
    assert run(at, "import", str(tmp_path / "list.csv"), "--job", "Purser").returncode == 0
    refused = run(at, "demo", "seed")
    assert refused.returncode == 3
    assert "more than a demo" in refused.stderr


def test_seeding_again_makes_another_job_with_other_people(tmp_path: Path) -> None:
    at = {**os.environ, "EMPLOYER_INSTANCE": str(tmp_path / "instance")}
    said(at, "demo", "seed", "--people", "3")
    assert said(at, "demo", "seed", "--people", "2") == {
        "job_id": 2, "title": "Deck Officer 2", "people": 2
    }  # fmt: skip
    assert said(at, "close-out", "Deck Officer 2", "--json")["messages"] == 2
