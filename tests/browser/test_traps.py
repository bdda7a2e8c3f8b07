"""A close-out over two jobs with the traps of a bad day in it: each is caught, and the good ones go.

The traps: somebody who is moved to an offer between the review and the confirm, names that slipped by a row
against their addresses, one person with two records, and one who applied for both jobs.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
import sqlalchemy as sa
from playwright.sync_api import Browser, Page, expect

from employer_app.actions.applications import move_stage
from employer_app.domain.role import OPERATOR
from employer_app.domain.stage import StageKind
from employer_app.extensions import db
from employer_app.models import Application, Stage
from tests import factories
from tests.browser import looking
from tests.browser.house import House, house_in
from tests.browser.test_journey import become_administrator, press, set_up_the_house

pytestmark = [pytest.mark.browser, pytest.mark.timeout(300)]

GOOD = 6
SLIPPED = ("Anna Keller", "Bela Novak", "Chiara Rossi", "Dov Adler", "Elif Santos")
TWICE, BOTH, OFFERED = "Mara Olsen", "Sofia Papadaki", "Kofi Mensah"


@pytest.fixture
def house(tmp_path: Path) -> Iterator[House]:
    with house_in(tmp_path) as found:
        yield found


def people(house: House) -> int:
    """Returns the application of whoever gets an offer."""
    with house.app.app_context():
        place = factories.place()
        one, other = (
            factories.job("Store Colleague", place_id=place),
            factories.job("Night Porter", place_id=place),
        )
        for number in range(GOOD):
            factories.application(one if number % 3 else other)
        addresses = [f"{name.lower().replace(' ', '.')}@post.example" for name in SLIPPED]
        for name, address in zip(SLIPPED, addresses[1:] + addresses[:1], strict=True):
            factories.application(other, name=name, address=address)
        for address in ("mara@post.example", "olsen.mara@home.example"):
            factories.application(one, name=TWICE, address=address)
        both = factories.candidate(BOTH)
        for job in (one, other):
            factories.application(job, candidate_id=both)
        offered = factories.application(other, name=OFFERED)
        db.session.remove()
        return offered


def offer(house: House, application_id: int) -> None:
    with house.app.app_context():
        row = db.session.get_one(Application, application_id)
        stage = sa.select(Stage.id).where(Stage.job_id == row.job_id, Stage.kind == StageKind.OFFER)
        move_stage(actor=OPERATOR, versions={row.id: row.version}, stage_id=db.session.scalars(stage).one())
        db.session.remove()


@pytest.mark.parametrize(
    ("script", "width"), [(True, 1280), (False, 390)], ids=["desk", "phone without script"]
)
def test_the_traps_are_caught_and_the_good_ones_go(
    chromium: Browser, house: House, script: bool, width: int
) -> None:
    context = chromium.new_context(
        base_url=house.url,
        java_script_enabled=script,
        reduced_motion="reduce",
        viewport={"width": 1280, "height": 900},
    )
    context.set_default_timeout(30_000)
    page = context.new_page()
    with looking.watched(page) as trouble:
        become_administrator(page, house)
        set_up_the_house(page)
        page.set_viewport_size({"width": width, "height": 900})
        offered = people(house)
        choose_everybody(page)
        look_at_what_was_found(page, script)
        offer(house, offered)
        confirm(page)
        expect(page.locator("main")).to_contain_text(f"Changed since you looked: {OFFERED}")
        expect(page.locator("#skipped")).to_contain_text("offer")
        confirm(page)
    assert trouble == []
    house.send_what_waits()
    got = house.mail.recipients()
    assert len(got) == len(set(got)) == GOOD + 1
    assert house.differences() == []
    context.close()


def choose_everybody(page: Page) -> None:
    page.goto("/?whose=all&pick=page")
    for box in page.locator("[name=only]").all():
        box.check()
    press(page, "Close out")
    page.get_by_label("The role is filled").check()
    press(page, "Go to the texts")
    press(page, "Save and review")


def look_at_what_was_found(page: Page, script: bool) -> None:
    found = page.locator("section", has=page.get_by_role("heading", name="Check before sending"))
    expect(found).to_contain_text("The same name twice")
    skipped = page.locator("#skipped")
    for name in SLIPPED:
        expect(skipped).to_contain_text(name)
    expect(skipped).to_contain_text("slipped by a row")
    expect(page.locator(".sum-line")).to_contain_text("1 told in the same message")
    assert looking.look(page, deep=script) == []
    looking.for_the_docs(page, "check-before-sending")
    looking.picture(page, "traps", f"review {page.viewport_size}")
    found.get_by_role("listitem").filter(has_text="The same name twice").get_by_role(
        "button", name="Leave out"
    ).click()
    page.wait_for_load_state()
    expect(page.locator("main")).to_contain_text("2 people left out")


def confirm(page: Page) -> None:
    page.get_by_role("link", name="Go to confirm").first.click()
    page.wait_for_load_state()
    count = page.locator("[name=typed_count]")
    if count.count():
        count.fill(str(GOOD + 1))
    page.locator("#go").click()
    page.wait_for_load_state()
