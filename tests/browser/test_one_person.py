"""Letters to one person in a browser: what is said of a letter on paper, and a call put in writing."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from tests import factories
from tests.browser import looking
from tests.browser.sites import Sites

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def sites(chromium: Browser, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Sites]:
    found = Sites(chromium, tmp_path_factory.mktemp("one"))
    yield found
    found.close()


@pytest.fixture
def page(sites: Sites) -> Iterator[Page]:
    found = sites.open("one", "alice")
    yield found
    found.close()


def somebody(sites: Sites, name: str) -> int:
    with sites.world("one").context():
        return factories.application(sites.ids["one"]["job"], name=name)


def decide(page: Page, application: int) -> None:
    page.goto(f"/applications/{application}?open=decide#act")
    page.get_by_label("Reason").select_option("FILLED")
    page.locator("#act").get_by_role("button", name="Decide").click()


def test_what_is_said_of_a_letter_on_paper_stands_beside_it(sites: Sites, page: Page) -> None:
    one = somebody(sites, "Kofi Mensah")
    decide(page, one)
    with looking.watched(page) as trouble:
        page.goto(f"/applications/{one}/letter")
        beside = page.get_by_role("region", name="Wording check")
        expect(beside).to_contain_text("Nothing to say of this letter.")
        letter = page.get_by_role("textbox", name="The letter")
        letter.fill(f"{letter.input_value()}\n\nUnfortunately you are too old for us.")
        page.get_by_role("button", name="Check again").press("Enter")
        expect(beside).to_contain_text("too old")
        expect(letter).to_have_value(re.compile("too old for us"))
        assert looking.look(page) == []
        page.set_viewport_size(looking.PHONE)
        assert looking.look(page) == []
        page.get_by_role("button", name="It was posted on this day").click()
        expect(page.get_by_role("alert")).to_contain_text("Put it right first")
        assert looking.look(page) == []
    assert trouble == []


def test_a_call_that_told_is_put_in_writing_with_the_keyboard(sites: Sites, page: Page) -> None:
    one = somebody(sites, "Amara Nwosu")
    decide(page, one)
    page.goto(f"/applications/{one}/call")
    page.get_by_role("button", name="Reached, told").click()
    expect(page.locator("main")).to_contain_text("confirm it by mail today")
    page.get_by_role("button", name="Confirm it by mail").press("Enter")
    expect(page.get_by_label("Message")).to_have_value(re.compile("As we said on the phone"))
    assert looking.look(page) == []
    page.get_by_role("button", name="Save and review", exact=True).press("Enter")
    expect(page.locator("main")).to_contain_text("Amara Nwosu")
    assert looking.look(page) == []
