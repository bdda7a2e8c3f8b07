"""Saved filters are one's own: kept, renamed, shared and thrown away by nobody else."""

from __future__ import annotations

from datetime import timedelta

import pytest
import sqlalchemy as sa
import time_machine
from flask import Flask

from employer_app.actions.saved_filters import KEPT, change, delete, put_back, save
from employer_app.domain.clock import now
from employer_app.domain.errors import NotAllowed, NotFound, Refused
from employer_app.domain.filter_page import MOST_SAVED, FilterPage
from employer_app.domain.role import OPERATOR, Person
from employer_app.extensions import db
from employer_app.models import SavedFilter
from employer_app.queries.saved_filters import saved_filters
from tests import factories

pytestmark = pytest.mark.both
SILENT = {"whose": "team", "silent": "30"}


def keep(actor: Person, name: str = "Long wait", page: FilterPage = FilterPage.HOME, **more: object) -> int:
    return save(actor=actor, **{"page": page, "name": name, "args": SILENT, **more})  # type: ignore[arg-type]


def names(viewer: Person, page: FilterPage | None = FilterPage.HOME, job_id: int | None = None) -> list[str]:
    db.session.rollback()
    return [one.name for one in saved_filters(viewer, page, job_id=job_id)]


def rows() -> int:
    db.session.rollback()
    return db.session.scalar(sa.select(sa.func.count()).select_from(SavedFilter)) or 0


def test_it_is_kept_once_and_seen_by_nobody_else(bob: Person, alice: Person) -> None:
    first = keep(bob, "  Long \n wait ")
    assert keep(bob) == first
    (one,) = saved_filters(bob)
    assert (one.name, dict(one.args), one.shared, one.by) == ("Long wait", SILENT, False, "")
    assert names(alice) == []
    assert names(bob, FilterPage.JOB) == []


def test_shared_ones_are_seen_by_the_team_and_changed_by_nobody_else(bob: Person, alice: Person) -> None:
    row = keep(bob, shared=True)
    keep(alice, "Zulu")
    assert names(alice) == ["Zulu", "Long wait"]
    assert [one.by for one in saved_filters(alice)] == ["", "Bob Adeyemi"]
    for verb in (
        lambda: change(actor=alice, filter_id=row, name="Mine now", shared=False),
        lambda: delete(actor=alice, filter_id=row),
        lambda: put_back(actor=alice, filter_id=row),
    ):
        with pytest.raises(NotFound):
            verb()
    change(actor=bob, filter_id=row, name="Long wait", shared=False)
    assert names(alice) == ["Zulu"]
    assert names(bob) == ["Long wait"]


def test_a_name_is_taken_once_for_each_list(bob: Person, alice: Person) -> None:
    row = keep(bob)
    keep(bob, page=FilterPage.JOB)
    keep(alice)
    with pytest.raises(Refused, match="You have a filter named “Long wait”"):
        keep(bob, "LONG WAIT", args={"silent": "7"})
    other = keep(bob, "Other")
    with pytest.raises(Refused, match="You have a filter named"):
        change(actor=bob, filter_id=other, name="long wait", shared=False)
    change(actor=bob, filter_id=row, name="long WAIT", shared=False)
    assert names(bob) == ["long WAIT", "Other"]


@pytest.mark.parametrize("name", ["", "  ", "\0\n", "x" * 61])
def test_a_name_that_is_none_is_refused(bob: Person, name: str) -> None:
    row = keep(bob)
    with pytest.raises(Refused):
        keep(bob, name)
    with pytest.raises(Refused):
        change(actor=bob, filter_id=row, name=name, shared=True)
    assert names(bob) == ["Long wait"]


def test_nothing_filtered_is_nothing_to_keep(bob: Person) -> None:
    with pytest.raises(Refused, match="nothing to keep"):
        keep(bob, args={})
    assert rows() == 0


def test_thrown_away_it_can_be_put_back_for_a_day(bob: Person) -> None:
    row = keep(bob)
    assert delete(actor=bob, filter_id=row) == "Long wait"
    assert names(bob) == []
    with pytest.raises(NotFound):
        delete(actor=bob, filter_id=row)
    assert put_back(actor=bob, filter_id=row) == put_back(actor=bob, filter_id=row) == "Long wait"
    assert names(bob) == ["Long wait"]
    delete(actor=bob, filter_id=row)
    again = keep(bob)
    with pytest.raises(Refused, match="another filter named"):
        put_back(actor=bob, filter_id=row)
    delete(actor=bob, filter_id=again)
    with time_machine.travel(now() + KEPT + timedelta(minutes=1), tick=False):
        with pytest.raises(NotFound):
            put_back(actor=bob, filter_id=row)
        keep(bob, "New")
    assert rows() == 1


def test_twenty_are_the_most(bob: Person, alice: Person) -> None:
    ids = [keep(bob, f"Filter {n}") for n in range(MOST_SAVED)]
    with pytest.raises(Refused, match="20 saved filters"):
        keep(bob, "One more")
    keep(alice, "One more")
    delete(actor=bob, filter_id=ids[0])
    keep(bob, "One more")
    with pytest.raises(Refused, match="20 saved filters"):
        put_back(actor=bob, filter_id=ids[0])
    assert len(names(bob)) == MOST_SAVED


def test_one_with_a_stage_is_of_its_job_alone(bob: Person) -> None:
    job, other = factories.job(), factories.job("Cook")
    keep(bob, page=FilterPage.JOB, args={"stage": "1"}, job_id=job)
    keep(bob, "Anywhere", page=FilterPage.JOB)
    assert names(bob, FilterPage.JOB, job) == ["Anywhere", "Long wait"]
    assert names(bob, FilterPage.JOB, other) == ["Anywhere"]
    with pytest.raises(NotFound):
        keep(bob, "Nowhere", page=FilterPage.JOB, job_id=999)


def test_nobody_without_a_role_and_no_machine_keeps_any(app: Flask, charlie: Person, bob: Person) -> None:
    row = keep(bob)
    for verb in (
        lambda: keep(charlie),
        lambda: change(actor=charlie, filter_id=row, name="x", shared=False),
        lambda: delete(actor=charlie, filter_id=row),
        lambda: put_back(actor=charlie, filter_id=row),
        lambda: saved_filters(charlie),
    ):
        with pytest.raises(NotAllowed):
            verb()
    with pytest.raises(Refused, match="somebody who signs in"):
        keep(OPERATOR)
    assert list(saved_filters(OPERATOR)) == []
    assert rows() == 1
