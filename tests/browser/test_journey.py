"""The main job, as a recruiter does it: from the link of the first administrator to the audit.

The server is `employer-app serve`, the mail server speaks real SMTP, and the mail leaves by the real worker's
hands. Once with script, and once without: no write may need it.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from employer_app.domain.clock import now
from employer_app.domain.sample import personal_lines, sample_job, sample_list
from employer_app.domain.words import code_words_in
from tests.browser import looking
from tests.browser.house import House, house_in

pytestmark = [pytest.mark.browser, pytest.mark.timeout(300)]

ROWS, PEOPLE, REACHABLE, INTERVIEWED = 412, 410, 409, 12
PASSWORD = "a lighthouse, two gulls, no fog"


@pytest.fixture
def house(tmp_path: Path) -> Iterator[House]:
    with house_in(tmp_path) as found:
        yield found


@pytest.fixture
def page(script: bool, chromium: Browser, house: House) -> Iterator[Page]:
    context = chromium.new_context(
        base_url=house.url,
        java_script_enabled=script,
        reduced_motion="reduce",
        viewport={"width": 1280, "height": 900},
    )
    context.set_default_timeout(30_000)
    opened = context.new_page()
    yield opened
    looking.picture(opened, "journey", f"ended {'with' if script else 'without'} script")
    context.close()


@pytest.mark.parametrize("script", [True, False], ids=["with script", "without script"])
def test_from_the_first_link_to_the_audit(page: Page, house: House, script: bool) -> None:
    with looking.watched(page) as trouble:
        become_administrator(page, house)
        set_up_the_house(page)
        job = make_the_job(page)
        import_the_list(page)
        see_whom_we_owe(page)
        look_at_the_job(page, job)
        close_out(page)
        undo_one(page)
        deliver(page, house, script)
        call_the_unreachable(page, house.unreachable(), job)
        look_at_the_outbox(page)
        every_figure_opens_its_people(page)
    assert trouble == []
    assert len(house.mail.recipients()) == len(set(house.mail.recipients())) == REACHABLE - 1
    assert house.differences() == []


def title(page: Page) -> str:
    """The heading, once all of the page is there; every page of the journey is read for code words here."""
    page.wait_for_load_state()  # a click waits for the first bytes of the next page only
    assert code_words_in(page.locator("body").inner_text()) == []
    return page.locator("h1").inner_text()


def press(page: Page, name: str | re.Pattern[str]) -> None:
    page.get_by_role("button", name=name).first.click()
    page.wait_for_load_state()


def follow(page: Page, name: str | re.Pattern[str], within: str = "main") -> None:
    page.locator(within).get_by_role("link", name=name).first.click()
    page.wait_for_load_state()


def fill(page: Page, **fields: str) -> None:
    for name, value in fields.items():
        page.locator(f"main [name={name}]").fill(value)


def become_administrator(page: Page, house: House) -> None:
    page.goto(house.first_link)
    become(page, "Maren Oduya", "maren.oduya@brightwater.example")
    expect(page).to_have_url(f"{house.url}/")
    assert "Safe mode is on" in page.locator("main").inner_text()


def become(page: Page, name: str, email: str) -> None:
    """The first administrator, on the page that the first link opened."""
    fill(page, name=name, email=email, new_password=PASSWORD)
    press(page, "Make my account")


def set_up_the_house(page: Page) -> None:
    follow(page, "Settings", "header")
    fill(page, name="Brightwater Ferries", sender_name="Maren Oduya", retention_months="6")
    fill(page, sender_address="jobs@brightwater.example", reply_to="jobs@brightwater.example")
    press(page, "Save")
    follow(page, "Places")
    follow(page, re.compile("Add a place"))
    fill(page, name="Rotterdam")
    page.locator("[name=country]").select_option("NL")
    page.locator("[name=timezone]").select_option("Europe/Amsterdam")
    press(page, "Save")
    follow(page, "Sending")
    press(page, "Test the connection")
    expect(page.get_by_text("It works")).to_be_visible()
    follow(page, re.compile("Switch safe mode off"))
    press(page, "Switch safe mode off")
    assert title(page) == "Messages leave at their time"


def make_the_job(page: Page) -> str:
    sample = sample_job(now().date())
    follow(page, re.compile("^Jobs"), "header")
    follow(page, "New job")
    fill(page, title=sample.title, closing_on=sample.closes_on.isoformat(),
         decide_by=sample.decide_by.isoformat(), contact_name=sample.contact_name,
         contact_address=sample.contact_email, contact_phone=sample.contact_phone)  # fmt: skip
    page.locator("[name=place_id]").select_option(label="Rotterdam")
    press(page, "Make the job")
    assert title(page) == sample.title
    return page.url


def import_the_list(page: Page) -> None:
    follow(page, "Import a list")
    page.locator("[type=file]").set_input_files(
        {"name": "applicants.csv", "mimeType": "text/csv", "buffer": sample_list(now().date())}
    )
    press(page, "Look at the list")
    assert title(page) == f"{PEOPLE} of {ROWS} rows are ready"
    with page.expect_download() as file:
        follow(page, re.compile("with the reasons"))
    assert len(file.value.path().read_text("utf-8-sig").splitlines()) == 2
    page.get_by_role("region", name="Columns", exact=True).locator("summary").click()
    page.get_by_label("Source becomes").select_option("")
    press(page, "Look again with these columns")
    assert title(page) == f"{PEOPLE} of {ROWS} rows are ready"
    press(page, re.compile(f"Import the good {PEOPLE}"))
    assert title(page) == f"{PEOPLE} people are in Data Analyst, Timetables now"


def see_whom_we_owe(page: Page) -> None:
    follow(page, re.compile("^Waiting"), "header")
    assert title(page) == f"{PEOPLE} people wait on the old pile"
    follow(page, "Look at the old pile")
    press(page, re.compile(f"Plan {PEOPLE} people"))
    follow(page, re.compile("^Mine"))
    assert title(page) == f"You owe {PEOPLE} people an answer"
    looking.for_the_docs(page, "waiting")


def look_at_the_job(page: Page, job: str) -> None:
    page.goto(job)
    follow(page, "Table")
    assert page.locator("main tbody tr").count() == 50
    page.locator("[name=q]").last.fill("Åkerström")
    press(page, "Show")
    assert page.locator("main tbody tr").count() >= 1
    page.go_back()
    press(page, "Close the job")
    expect(page.get_by_text(f"{PEOPLE} people in it are owed an answer")).to_be_visible()
    looking.for_the_docs(page, "job")


def close_out(page: Page) -> None:
    follow(page, f"Close out all {PEOPLE}")
    page.get_by_label("The role is filled").check()
    press(page, "Go to the texts")
    assert title(page) == "What do we tell them?"
    for name, line in own_lines().items():
        page.get_by_label(name).fill(line)
    press(page, f"Save and review {PEOPLE} people")
    assert title(page) == "Review every message"
    looking.for_the_docs(page, "close-out-review")
    follow(page, re.compile("^Next"))
    follow(page, "Plain text")
    expect(page.locator("pre.plain")).to_contain_text("Data Analyst, Timetables")
    follow(page, f"Go to confirm {REACHABLE}")
    page.locator("[name=typed_count]").fill(str(REACHABLE))
    press(page, f"Tell {REACHABLE} people")
    expect(page).to_have_url(re.compile(r"/batches/1$"))


def own_lines() -> dict[re.Pattern[str], str]:
    rows = csv.DictReader(sample_list(now().date()).decode().splitlines())
    names = {row["Email"]: row["Name"] for row in rows}
    lines = {
        re.compile(re.escape(names[email])): line
        for email, line in personal_lines().items()
        if email in names
    }
    assert len(lines) == INTERVIEWED
    return lines


def undo_one(page: Page) -> None:
    page.locator("#messages tbody tr").first.get_by_role("button", name="Undo 1").click()
    expect(page.get_by_text("will never leave")).to_be_visible()


def deliver(page: Page, house: House, script: bool) -> None:
    """With script the page follows by itself; without, by its link."""
    house.send_what_waits()
    if not script:
        follow(page, "Refresh")
    expect(page.locator("#progress .states")).to_contain_text(f"{REACHABLE - 1}")
    expect(page.locator("#live")).not_to_have_attribute("hx-get", re.compile("."))
    assert page.locator("#progress-title").inner_text() == f"{REACHABLE - 1} of {REACHABLE} messages sent"


def call_the_unreachable(page: Page, name: str, job: str) -> None:
    page.goto(f"{job}?owed=any")
    assert page.locator("main tbody tr").count() == 2  # without an address, and the one whose mail was undone
    follow(page, name)
    follow(page, re.compile("^Decide"))
    page.get_by_label("Reason").select_option(label="The role is filled")
    press(page, "Decide")
    follow(page, re.compile("^Log a call"))
    fill(page, summary="Told on the phone that the job is filled.")
    page.get_by_label("The decision was told in it").check()
    press(page, "Save")
    assert title(page) == name
    expect(page.get_by_text("They know the decision.")).to_be_visible()


def look_at_the_outbox(page: Page) -> None:
    follow(page, re.compile("^Outbox"), "header")
    title(page)
    follow(page, re.compile("^Sent"))
    expect(page.locator("main")).to_contain_text(f"{REACHABLE - 1}")


def every_figure_opens_its_people(page: Page) -> None:
    follow(page, re.compile("^Audit"), "header")
    looking.for_the_docs(page, "audit")
    assert f"{PEOPLE - 1} of {PEOPLE}" in page.locator("dl.figures").inner_text()
    links = page.locator("main a[href*='/audit/']:not([href*='.csv'])")
    opened = {
        link.get_attribute("href"): link.inner_text() for link in links.all() if link.inner_text().strip()
    }
    assert len(opened) > 5
    for href in opened:
        page.goto(href or "")
        assert re.search(r"\d|Nobody", title(page)), href
