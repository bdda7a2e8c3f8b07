"""Values on a page, in the time zone of the first place."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest
import time_machine
from flask import Flask, render_template_string
from flask_security import login_user

from employer_app.domain.role import Person
from employer_app.extensions import security
from tests import factories

MOMENT = datetime(2026, 11, 18, 23, 30, tzinfo=UTC)


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("{{ moment|exact }}", "Thu 19 Nov 2026, 00:30"),
        ("{{ moment|local_day }}", "Thu 19 Nov"),
        ("{{ moment|clock }}", "00:30"),
        ("{{ moment|ago }}", "2 days ago"),
        (
            "{{ day|day }} {{ '2026-11-20'|day }} {{ '2027-01-02'|day }}",
            "Fri 20 Nov Fri 20 Nov Sat 2 Jan 2027",
        ),
        ("{{ none|ago }}{{ none|exact }}{{ none|day }}{{ none|clock }}{{ none|local_day }}", ""),
        ("{{ 582|countdown }}", "9:42"),
        ("{{ t('nav.waiting') }}", "Waiting"),
    ],
)
def test_a_value_reads_as_people_say_it_here(app: Flask, bob: Person, text: str, shown: str) -> None:
    factories.place()
    with app.test_request_context("/"), time_machine.travel(datetime(2026, 11, 21, 10, tzinfo=UTC)):
        login_user(security.datastore.find_user(id=bob.user_id))
        assert render_template_string(text, moment=MOMENT, day=date(2026, 11, 20)) == shown
