"""Writing a text with its reader beside it: what is typed shows by itself, and nothing jumps."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser import looking
from tests.browser.sites import Sites

pytestmark = pytest.mark.browser

#: how long a quiet machine or a busy one may take to show what was typed
PATIENCE = 20_000


@pytest.fixture(scope="module")
def sites(chromium: Browser, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Sites]:
    found = Sites(chromium, tmp_path_factory.mktemp("sites"))
    yield found
    found.close()


@pytest.fixture
def page(sites: Sites) -> Iterator[Page]:
    """The texts of a send list of many."""
    page = sites.open("many", "alice")
    page.set_viewport_size(looking.DESK)
    page.goto(f"/plans/{sites.ids['many']['plan']}/text")
    expect.set_options(timeout=PATIENCE)
    yield page
    page.close()


def type_at_the_end(page: Page, words: str) -> None:
    page.locator("textarea[name=applied-body]").focus()
    page.keyboard.press("Control+End")
    page.keyboard.type(words)


def test_typing_changes_the_letter_and_nothing_jumps(page: Page) -> None:
    letter, verdict = page.locator("#look-applied .v-marked"), page.locator("#verdict-applied")
    stored = letter.inner_text()
    page.locator("#facts-applied summary").click()
    with looking.watched(page) as trouble:
        type_at_the_end(page, "\nThe tide table is by the door.")
        expect(letter).to_contain_text("The tide table is by the door.")
        type_at_the_end(page, " We keep your CV on file.")
        expect(page.locator("#look-applied .complaint.stops")).to_contain_text("has not agreed")
        expect(verdict).to_contain_text("1 stops")
    assert trouble == []
    assert verdict.get_attribute("role") == "status"
    assert page.evaluate("document.activeElement.name") == "applied-body"
    assert page.locator("#facts-applied").evaluate("(part) => part.open")
    assert looking.accessible(page, all_rows=False) == []
    page.reload()
    assert letter.inner_text() == stored


def test_field_that_is_not_there_is_said_while_it_is_typed(page: Page) -> None:
    type_at_the_end(page, "\n{{ first_nam }}")
    said = page.locator("#look-applied .complaint.stops")
    expect(said).to_contain_text("There is no field “first_nam”")
    last = page.locator("textarea[name=applied-body]").input_value().count("\n") + 1
    expect(said).to_contain_text(f"Message, line {last}, column 4")
    for _ in range(len("{{ first_nam }}")):
        page.keyboard.press("Backspace")
    expect(said).to_have_count(0)


def test_words_of_a_complaint_are_marked_in_the_plain_text(page: Page) -> None:
    page.get_by_text("Plain text", exact=True).nth(1).click()
    type_at_the_end(page, "\nWe keep your CV on file.")
    expect(page.locator("#look-applied mark.fault-stops")).to_contain_text("keep your CV on file")


def test_mail_in_its_frame_follows_and_leaves_the_way_back_alone(page: Page) -> None:
    before = page.evaluate("history.length")
    page.locator("label[for=view-applied-mail]").click()
    mail = page.frame_locator("iframe[name=mail-applied]")
    expect(mail.locator("body")).to_contain_text("Hello")
    type_at_the_end(page, "\nThe tide table is by the door.")
    expect(mail.locator("body")).to_contain_text("The tide table is by the door.")
    page.locator("label[for=view-applied-phone]").click()
    frame = page.locator("iframe[name=mail-applied]")
    expect(frame).to_have_css("width", "375px")
    assert page.evaluate("history.length") == before
    page.set_viewport_size(looking.PHONE)
    assert looking.look(page, all_rows=False) == []


def test_another_reader_is_chosen_and_kept_when_it_is_saved(page: Page) -> None:
    choice = page.locator("#at-applied")
    name = choice.locator("option").nth(3).inner_text()
    choice.select_option(index=3)
    expect(page.locator("#read-applied")).to_have_text(f"As {name} will read it")
    page.get_by_role("button", name="Save and check again").click()
    expect(page.locator(".note")).to_contain_text("Saved")
    expect(page.locator("#read-applied")).to_have_text(f"As {name} will read it")


def test_without_script_saving_shows_the_same(sites: Sites) -> None:
    signed_in = sites.open("many", "alice").context.storage_state()
    browser = sites.browser.new_context(
        base_url=sites.world("many").url, storage_state=signed_in, java_script_enabled=False
    )
    page = browser.new_page()
    page.goto(f"/plans/{sites.ids['many']['plan']}/text")
    body = page.locator("textarea[name^=applied][name$=-body]").first  # how many are late depends on the day
    group = (body.get_attribute("name") or "").removesuffix("-body")
    body.fill(body.input_value() + "\nThe tide table is by the door.")
    page.get_by_role("button", name="Save and check again").click()
    beside = page.locator(f"#look-{group}")
    expect(beside.locator(".v-marked")).to_contain_text("The tide table is by the door.")
    beside.get_by_text("The mail itself").click()
    beside.get_by_role("button", name="Show the mail").click()
    mail = page.frame_locator(f"iframe[name=mail-{group}]").locator("body")
    expect(mail).to_contain_text("The tide table is by the door.")
    browser.close()
