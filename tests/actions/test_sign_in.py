"""Guessing gets slow, per account and per network, and never locks anybody out for good."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
import sqlalchemy as sa
import time_machine
from flask import Flask

from employer_app.actions import sign_in
from employer_app.actions.sign_in import TooManyTries
from employer_app.domain.clock import now
from employer_app.extensions import db
from employer_app.models import SignInTries


def _guess(email: str, network: str, times: int) -> int:
    """How many of so many attempts were looked at."""
    looked_at = 0
    for _ in range(times):
        try:
            sign_in.charge(email=email, network=network)
        except TooManyTries:
            continue
        looked_at += 1
    return looked_at


def test_one_account_takes_few_attempts_from_however_many_networks(app: Flask) -> None:  # attack 1
    tried = sum(_guess("alice@team.example", f"198.51.100.{host}", 1) for host in range(100))
    assert tried == sign_in.FREE_FOR_ACCOUNT


def test_one_network_takes_few_attempts_at_however_many_accounts(app: Flask) -> None:  # attack 1
    tried = sum(_guess(f"person{number}@team.example", "198.51.100.7", 1) for number in range(100))
    assert tried == sign_in.FREE_FOR_NETWORK


def test_a_household_of_ipv6_is_one_network(app: Flask) -> None:  # attack 1
    addresses = (f"2001:db8:1:2::{number:x}" for number in range(1, 60))
    tried = sum(_guess(f"p{n}@team.example", address, 1) for n, address in enumerate(addresses))
    assert tried == sign_in.FREE_FOR_NETWORK


def test_the_wait_grows_and_ends(app: Flask) -> None:  # attack 1
    waits = []
    moment = now()
    for _ in range(sign_in.FREE_FOR_ACCOUNT + 12):
        with time_machine.travel(moment, tick=False):
            try:
                sign_in.charge(email="alice@team.example", network="198.51.100.7")
            except TooManyTries as wait:
                waits.append(wait.seconds)
                moment += timedelta(seconds=wait.seconds)
                with time_machine.travel(moment, tick=False):  # it is over when it said so
                    sign_in.charge(email="alice@team.example", network="198.51.100.7")
    assert waits == sorted(waits)
    assert waits[0] == 15
    assert max(waits) == 15 * 60


def test_attempts_while_waiting_do_not_make_the_wait_longer(app: Flask) -> None:  # attack 1
    moment = now()
    with time_machine.travel(moment, tick=False):
        _guess("alice@team.example", "198.51.100.7", 100)
    with time_machine.travel(moment + timedelta(seconds=15), tick=False):
        sign_in.charge(email="alice@team.example", network="198.51.100.7")


def test_a_right_password_gives_the_attempts_back(app: Flask) -> None:
    for _ in range(50):
        sign_in.charge(email="Alice@team.example ", network="198.51.100.7")
        sign_in.give_back(email="alice@team.example", network="198.51.100.7")
    assert _guess("alice@team.example", "198.51.100.7", 20) == sign_in.FREE_FOR_ACCOUNT


def test_old_failures_are_forgotten_and_leave_no_rows(app: Flask) -> None:
    _guess("alice@team.example", "198.51.100.7", 20)
    with time_machine.travel(now() + timedelta(hours=25)):
        sign_in.charge(email="bob@team.example", network="198.51.100.8")
    assert db.session.scalar(sa.select(sa.func.count()).select_from(SignInTries)) == 2


def test_the_table_names_nobody(app: Flask) -> None:
    sign_in.charge(email="alice@team.example", network="198.51.100.7")
    kept = str(db.session.execute(sa.select(SignInTries.__table__)).all())
    assert "alice" not in kept
    assert "198.51" not in kept


@pytest.mark.both
def test_attempts_in_parallel_cannot_slip_past_the_count(app: Flask) -> None:  # attack 1
    db.session.remove()

    def one(_: int) -> bool:
        with app.app_context():
            try:
                sign_in.charge(email="alice@team.example", network="198.51.100.7")
            except TooManyTries:
                return False
            return True

    with ThreadPoolExecutor(8) as pool:
        looked_at = list(pool.map(one, range(40)))
    assert looked_at.count(True) == sign_in.FREE_FOR_ACCOUNT
