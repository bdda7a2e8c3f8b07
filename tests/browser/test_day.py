"""The recruiter's day in a real browser: tick by keys, hand over, read it back, take it back."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser import looking
from tests.browser.sites import Sites

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def sites(chromium: Browser, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Sites]:
    found = Sites(chromium, tmp_path_factory.mktemp("sites"))
    yield found
    found.close()


def test_people_change_hands_by_the_keyboard_alone_and_come_back(sites: Sites) -> None:
    sites.world("many")
    with sites.window("many", "alice") as page, looking.watched(page) as trouble:
        page.set_viewport_size(looking.DESK)
        page.goto("/?whose=all")
        bar = page.locator("[data-selbar]")
        expect(bar).to_be_hidden()
        for _ in range(30):  # past folded rows, which have no box
            page.keyboard.press("j")
            page.keyboard.press("x")
            if bar.is_visible():
                break
        name = page.locator(".line:has([data-pick]:checked) [data-open]").first.inner_text()
        expect(bar.get_by_role("button", name="Hand over 1")).to_be_visible()
        problems = well(page, "day-ticked")
        bar.get_by_role("button", name="Hand over 1").focus()
        page.keyboard.press("Enter")
        expect(page.get_by_role("heading", level=1)).to_have_text("Hand over 1 person")
        expect(page.get_by_text(name).first).to_be_visible()
        problems += well(page, "day-hand-over")
        page.get_by_label("Hand over to").select_option(label="Bob Adeyemi")
        page.get_by_label("A note for them").fill("She called twice")
        page.keyboard.press("Enter")
        page.wait_for_url("**/?whose=all")
        expect(page.get_by_text("1 person handed over to Bob Adeyemi.")).to_be_visible()
        problems += well(page, "day-handed-over")
        page.get_by_role("button", name="Take it back").focus()
        page.keyboard.press("Enter")
        expect(page.get_by_text("1 person taken back, as it was before.")).to_be_visible()
    assert not problems + trouble, "\n".join(problems + trouble)


def test_a_range_is_ticked_with_shift_and_all_that_match_are_taken(sites: Sites) -> None:
    sites.world("many")
    with sites.window("many", "alice") as page, looking.watched(page) as trouble:
        page.set_viewport_size(looking.DESK)
        job = sites.ids["many"]["job"]
        page.goto(f"/?whose=all&address=yes&job={job}&reason=decided_not_told")
        problems = well(page, "day-filtered")
        boxes, bar = page.locator("[data-pick]"), page.locator("[data-selbar]")
        boxes.nth(1).click()
        boxes.nth(4).click(modifiers=["Shift"])
        assert [boxes.nth(n).is_checked() for n in range(6)] == [False, True, True, True, True, False]
        boxes.nth(3).click()
        boxes.nth(2).click(modifiers=["Shift"])
        assert [boxes.nth(n).is_checked() for n in range(6)] == [False, True, False, False, True, False]
        page.locator("[data-row]:has([data-pick]) [data-open]").nth(0).focus()
        page.keyboard.press("x")
        page.keyboard.press("x")
        page.locator("[data-row]:has([data-pick]) [data-open]").nth(2).focus()
        page.keyboard.press("Shift+X")
        assert [boxes.nth(n).is_checked() for n in range(6)] == [True, True, True, False, True, False]
        every = bar.get_by_role("checkbox")
        number = every.get_attribute("data-all-matching")
        every.focus()
        page.keyboard.press("Space")
        page.locator(".saved summary").click()
        problems += well(page, "day-all-matching")
        page.locator(".saved summary").click()
        bar.get_by_role("button", name=f"Close out {int(number or 0):,}").click()
        page.wait_for_url("**/send-lists/close-out")
        problems += well(page, "day-all-chosen")
    assert not problems + trouble, "\n".join(problems + trouble)


def well(page: Page, name: str) -> list[str]:
    """What is wrong at both widths."""
    problems = []
    for size in (looking.DESK, looking.PHONE):
        page.set_viewport_size(size)
        problems += [f"{name} at {size['width']}: {one}" for one in looking.look(page, all_rows=False)]
        looking.picture(page, "day", f"{name}-{size['width']}")
    page.set_viewport_size(looking.DESK)
    return problems + looking.words(page)
