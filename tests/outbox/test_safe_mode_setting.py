"""Safe mode as the machine's settings say, whatever the page says, and the page says so."""

from __future__ import annotations

import pytest
import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient

from employer_app.actions.settings import set_safe_mode
from employer_app.domain.errors import Refused
from employer_app.domain.role import OPERATOR
from employer_app.extensions import db, transaction
from employer_app.models import Organisation
from employer_app.outbox import relay
from employer_app.queries.health import status


def _stored(on: bool) -> None:
    with transaction() as session:
        session.execute(sa.update(Organisation).values(safe_mode=on))


@pytest.mark.both
@pytest.mark.parametrize("stored", [True, False])
def test_the_setting_wins_over_what_is_stored(
    app: Flask, monkeypatch: pytest.MonkeyPatch, stored: bool
) -> None:
    _stored(stored)
    assert (relay.may_send(), status(OPERATOR).safe_mode) == (not stored, stored)
    for fixed in (True, False):
        monkeypatch.setitem(app.config, "SAFE_MODE", fixed)
        assert (relay.may_send(), status(OPERATOR).safe_mode) == (not fixed, fixed)


def test_off_by_the_setting_does_not_help_where_nobody_is_the_sender(
    app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(app.config, "SAFE_MODE", False)
    with transaction() as session:
        session.execute(sa.delete(Organisation))
    assert not relay.may_send()


def test_what_is_fixed_cannot_be_switched_on_the_page(
    app: Flask, monkeypatch: pytest.MonkeyPatch, as_alice: FlaskClient
) -> None:
    monkeypatch.setitem(app.config, "SAFE_MODE", False)
    page = as_alice.get("/settings/sending").text
    assert "Safe mode is off" in page
    assert "cannot be switched here" in page
    assert "/safe-mode-on" not in page
    with pytest.raises(Refused, match="fixed"):
        set_safe_mode(actor=OPERATOR, on=True)
    as_alice.post("/settings/sending/safe-mode-on")
    db.session.rollback()
    assert db.session.scalar(sa.select(Organisation.safe_mode)) is False
    assert "is fixed by the settings" in as_alice.get("/settings/sending").text
