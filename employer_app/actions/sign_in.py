"""Failed sign-ins slow down the next ones: per account, known or not, and per network. Never for good.

Each attempt is charged before the password is looked at and given back when it was right, so that attempts in
parallel cannot slip past the count.
"""

from __future__ import annotations

import hashlib
import ipaddress
from collections.abc import Sequence
from datetime import datetime, timedelta

import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from employer_app.domain.clock import now
from employer_app.domain.errors import Refused
from employer_app.extensions import transaction
from employer_app.models import SignInTries

#: failures without a wait: a person mistypes, an office shares one network
FREE_FOR_ACCOUNT = 5
FREE_FOR_NETWORK = 30
FIRST_WAIT = timedelta(seconds=15)
LONGEST_WAIT = timedelta(minutes=15)
FORGOTTEN_AFTER = timedelta(hours=24)


class TooManyTries(Refused):
    """Wait `seconds` before the next attempt; the password was not looked at."""

    def __init__(self, seconds: int) -> None:
        minutes = -(-seconds // 60)
        wait = f"{seconds} seconds" if seconds < 60 else f"{minutes} minute{'s' if minutes > 1 else ''}"
        super().__init__(
            f"Too many attempts. Wait {wait} and try again.", "An administrator can make you a sign-in link."
        )
        self.seconds = seconds


def charge(*, email: str, network: str) -> None:
    """Count one attempt before the password is looked at. Raises TooManyTries."""
    _charge(_keys(email, network), (FREE_FOR_ACCOUNT, FREE_FOR_NETWORK))


def charge_link(*, network: str) -> None:
    """Count a link that we never signed; those that we did cost nothing. Raises TooManyTries."""
    _charge([_hashed("link", _network(network))], (FREE_FOR_NETWORK,))


def _charge(keys: Sequence[str], free: Sequence[int]) -> None:
    moment = now()
    with transaction() as session:
        session.execute(sa.delete(SignInTries).where(SignInTries.last_at < moment - FORGOTTEN_AFTER))
        rows = [_row(session, key, moment) for key in keys]
        wait = max(_wait(row, allowed, moment) for row, allowed in zip(rows, free, strict=True))
        if wait > timedelta(0):
            raise TooManyTries(max(1, round(wait.total_seconds())))
        for row in rows:
            row.failures += 1
            row.last_at = moment


def give_back(*, email: str, network: str) -> None:
    """The password was right: the account starts afresh, the network gets this one attempt back."""
    account, net = _keys(email, network)
    with transaction() as session:
        session.execute(sa.delete(SignInTries).where(SignInTries.key == account))
        session.execute(
            sa.update(SignInTries)
            .where(SignInTries.key == net, SignInTries.failures > 0)
            .values(failures=SignInTries.failures - 1)
        )


def _keys(email: str, network: str) -> Sequence[str]:
    """Hashed, and in one order everywhere, so that two attempts never wait for each other."""
    return [_hashed("account", email.strip().casefold()), _hashed("network", _network(network))]


def _network(address: str) -> str:
    """One IPv4 address, or the /64 that one household has of IPv6."""
    try:
        parsed = ipaddress.ip_address(address)
    except ValueError:
        return address
    return str(ipaddress.ip_network((parsed, 64 if parsed.version == 6 else 32), strict=False))


def _hashed(kind: str, value: str) -> str:
    return hashlib.sha256(f"{kind}:{value}".encode()).hexdigest()


def _row(session: Session, key: str, moment: datetime) -> SignInTries:
    row = session.get(SignInTries, key, with_for_update=True, populate_existing=True)
    if row is not None:
        return row
    try:
        with session.begin_nested():
            row = SignInTries(key=key, failures=0, last_at=moment)
            session.add(row)
            session.flush()
    except IntegrityError:
        row = session.get(SignInTries, key, with_for_update=True, populate_existing=True)
        assert row is not None  # noqa: S101 - somebody has just made it, and nothing removes a fresh one
    return row


def _wait(row: SignInTries, free: int, moment: datetime) -> timedelta:
    beyond = row.failures - free
    if beyond < 0:
        return timedelta(0)
    pause: timedelta = min(FIRST_WAIT * (1 << min(beyond, 10)), LONGEST_WAIT)
    return row.last_at + pause - moment
