"""Writing a letter of our own in a browser: what stands beside it follows the typing; no script is needed."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser import looking
from tests.browser.sites import Sites

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def sites(chromium: Browser, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Sites]:
    found = Sites(chromium, tmp_path_factory.mktemp("letters"))
    yield found
    found.close()


@pytest.fixture
def page(sites: Sites) -> Iterator[Page]:
    found = sites.open("one", "alice")
    yield found
    found.close()


def test_the_preview_follows_the_typing_and_the_field_keeps_the_focus(page: Page) -> None:
    with looking.watched(page) as trouble:
        page.goto("/templates/filled.warm")
        page.get_by_role("button", name="Make it our own").click()
        message = page.get_by_label("Message")
        message.focus()
        page.keyboard.press("Control+End")
        page.keyboard.type("\nWith a word of ours.")
        beside = page.locator("#look")
        expect(beside).to_contain_text("With a word of ours.")
        expect(message).to_be_focused()
        page.keyboard.type(" {{ nam }}")
        expect(beside).to_contain_text("There is no field “nam”")
        assert looking.look(page) == []
        page.set_viewport_size(looking.PHONE)
        assert looking.look(page) == []
        page.goto(page.url.removesuffix("/edit"))
        expect(page.locator("main")).not_to_contain_text("With a word of ours.")
    assert trouble == []


def test_a_letter_is_written_checked_and_saved_without_script(sites: Sites) -> None:
    page = sites.open("one", "alice")
    state = page.context.storage_state()
    page.close()
    context = sites.browser.new_context(
        base_url=sites.world("one").url, java_script_enabled=False, storage_state=state
    )
    page = context.new_page()
    page.goto("/templates/own/new?kind=filled")
    page.get_by_label("Name", exact=True).fill("Taken")
    page.get_by_label("Subject").fill("The {{ role_title }} role")
    page.get_by_label("Message").fill("Hello {{ greeting_name }},\n\nthe role of {{ role_title }} is taken.")
    page.get_by_role("button", name="Check", exact=True).click()
    expect(page.locator("#look")).to_contain_text("Nothing in the text says no")
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Taken")
    page.get_by_role("button", name="This text does say no").click()
    expect(page.locator("main")).to_contain_text("Alice Moreau has read this version and stands for it")
    context.close()
