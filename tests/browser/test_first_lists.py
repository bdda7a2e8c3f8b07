"""The first fifteen minutes of a new user: three exports of three systems, and who waits. No mail settings.

The server is `employer-app serve` on a fresh instance. Once with script, once without on a narrow window.
Whoever must stand where in the picture is counted from the rows that were made, not by the app.
"""

from __future__ import annotations

import csv
import io
import re
from collections import Counter
from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from pathlib import Path

import pytest
from playwright.sync_api import Browser, FilePayload, Page, expect

from employer_app.domain.clock import now
from employer_app.domain.words import t
from tests.browser import exports, looking
from tests.browser.exports import Export, Row
from tests.browser.house import differences, without_mail
from tests.browser.test_journey import become, follow, press, title

pytestmark = [pytest.mark.browser, pytest.mark.timeout(300)]

WAITING = ("not_told", "runner_up", "interviewed", "applied", "no_address")
ENDED = ("told_elsewhere", "withdrew", "hired")


@pytest.fixture
def page(script: bool, chromium: Browser, tmp_path: Path) -> Iterator[Page]:
    with without_mail(tmp_path) as (url, link):
        context = chromium.new_context(
            base_url=url,
            java_script_enabled=script,
            reduced_motion="reduce",
            viewport=looking.DESK if script else looking.PHONE,
        )
        context.set_default_timeout(30_000)
        opened = context.new_page()
        opened.goto(link)
        yield opened
        looking.picture(opened, "first lists", f"ended {'with' if script else 'without'} script")
        context.close()


@pytest.mark.parametrize("script", [True, False], ids=["with script", "without script on a phone"])
def test_from_three_exports_to_who_waits(page: Page, tmp_path: Path, script: bool) -> None:
    told = now().date() - timedelta(days=14)
    first, second, third = exports.greenhouse(told), exports.lever(_logged), exports.german()
    with looking.watched(page) as trouble:
        become(page, "Maren Oduya", "maren.oduya@brightwater.example")
        looking.for_the_docs(page, "first-lists-start")
        drop(page, first, second, third)
        many_jobs_and_one_day_for_all(page, first, told)
        a_mail_log(page, second)
        a_row_is_mended(page, third)
        rows = [*first.rows, *second.rows, *third.rows]
        the_picture_is(page, rows)
        the_picture_on_paper(page)
        rows = somebody_is_decided_on(page, rows)
        after = the_next_export(page, exports.following(first), rows)
        undone(page, rows, after)
        back_to_the_old_system(page)
    assert trouble == []
    assert differences(tmp_path) == []


def _logged(row: Row) -> date | None:
    """Every second one who was turned down got a mail, which stands in a mail log."""
    sent = row.applied + timedelta(days=20)
    return sent if row.number % 2 and row.email and sent <= now().date() else None


def fits(page: Page) -> None:
    """Nothing runs out of the window."""
    assert looking.look(page, deep=False) == []


def to_import(page: Page) -> None:
    """By the menu, which has it below "More" on a narrow window."""
    if page.viewport_size == looking.PHONE:
        page.locator(".nav-main .more > summary").click()
    page.locator(".nav-main a[href='/import']:visible").first.click()


def drop(page: Page, *lists: Export) -> None:
    follow(page, "Import a list")
    page.locator("[type=file]").set_input_files([_file(each) for each in lists])
    press(page, "Look at the list")
    expect(page.get_by_role("heading", name=f"{len(lists)} lists wait for you")).to_be_visible()
    fits(page)
    looking.for_the_docs(page, "first-lists-dropped")
    follow(page, f"Go on with {lists[0].filename}")


def _file(export: Export) -> FilePayload:
    return {"name": export.filename, "mimeType": "application/octet-stream", "buffer": export.data}


def unfold(page: Page, heading: str) -> None:
    """Open what was understood, below a heading."""
    section = page.get_by_role("region", name=heading, exact=True)
    section.locator("details.fold > summary").first.click()


def many_jobs_and_one_day_for_all(page: Page, export: Export, told: date) -> None:
    """36 jobs need no decision; one stage and one day do."""
    assert title(page) == f"{len(export.rows)} of {len(export.rows)} rows are ready"
    assert not page.get_by_label("Deckhand, Leith becomes").is_visible()
    looking.for_the_docs(page, "first-lists-look")
    unfold(page, "Jobs")
    assert page.locator("[name=job_to]:visible").count() == export.jobs == 36
    page.get_by_label("All of Rejected were told on").fill(told.isoformat())
    page.get_by_label("Face to Face becomes").select_option("Interview")
    press(page, "Look again with these days")
    fits(page)
    expect(page.get_by_text("Everything was understood")).to_be_visible()
    press(page, f"Import {len(export.rows)} people")
    assert title(page) == f"{len(export.rows)} people are in {export.jobs} jobs now"
    looking.for_the_docs(page, "first-lists-imported")
    follow(page, re.compile("^Next list"))


def a_mail_log(page: Page, export: Export) -> None:
    unfold(page, "Stages")
    page.get_by_label("On-site loop becomes").select_option("Interview")
    page.get_by_text("Bring a list of the mails that it sent").click()
    page.get_by_label("Or paste it").fill(exports.mail_log(export.rows))
    press(page, "Look again with this mail log")
    know = sum(1 for row in export.rows if row.told)
    expect(page.get_by_text(f"{know} of them know")).to_be_visible()
    fits(page)
    looking.for_the_docs(page, "first-lists-told")
    press(page, f"Import {len(export.rows)} people")
    follow(page, re.compile("^Next list"))


def a_row_is_mended(page: Page, export: Export) -> None:
    """Also: a birthday is never taken, and Windows letters are read."""
    assert title(page) == f"{len(export.rows) - 1} of {len(export.rows)} rows are ready"
    expect(page.get_by_text("1 private one stays out: Geburtsdatum")).to_be_visible()
    page.get_by_role("link", name=re.compile("^1 row cannot be read")).click()
    looking.for_the_docs(page, "first-lists-mend")
    cell = page.get_by_label("E-Mail in row")
    assert cell.input_value() == exports.BROKEN
    cell.fill(f"applicant{exports.MENDED}@post.example")
    press(page, "Look again with what I corrected")
    fits(page)
    press(page, f"Import {len(export.rows)} people")
    follow(page, "See who waits")


def the_picture_is(page: Page, rows: Sequence[Row]) -> None:
    """The figures, then the very people behind each of them."""
    page.goto("/picture")
    expected = Counter(row.bucket for row in rows)
    waiting = sum(expected[bucket] for bucket in WAITING)
    assert title(page) == f"{waiting} people wait for an answer"
    expect(page.get_by_text(f"{len(rows)} people are here in all")).to_be_visible()
    fits(page)
    for bucket in (*WAITING, *ENDED):
        words = t(f"picture.bucket.{bucket}")
        line = page.get_by_role("row").filter(
            has=page.get_by_role("rowheader", name=re.compile(f"^{re.escape(words)}"))
        )
        assert line.locator("td.num").first.inner_text() == f"{expected[bucket]}", words
        listed = page.request.get(f"/picture/people.csv?bucket={bucket}").text().removeprefix("\ufeff")
        found = Counter((one["Name"], one["Job"]) for one in csv.DictReader(io.StringIO(listed)))
        assert found == Counter((row.name, row.job) for row in rows if row.bucket == bucket), words


def the_picture_on_paper(page: Page) -> None:
    looking.for_the_docs(page, "first-lists-picture")
    answer = page.request.get("/picture.pdf")
    assert answer.status in {200, 501}  # 501: no library for PDFs here, and the page says so
    assert answer.body().startswith(b"%PDF") or "weasyprint" in answer.text()


def somebody_is_decided_on(page: Page, rows: Sequence[Row]) -> list[Row]:
    """By hand, here: the next export will say otherwise of them."""
    row = rows[exports.HIRED]
    page.goto(f"/search?q={row.email}")
    follow(page, row.name)
    follow(page, re.compile("^Decide"))
    page.get_by_label("Reason").select_option(label="The role is filled")
    press(page, "Decide")
    decided = Row(**{**vars(row), "end": "rejected"})
    return [*rows[: exports.HIRED], decided, *rows[exports.HIRED + 1 :]]


def the_next_export(page: Page, export: Export, rows: Sequence[Row]) -> list[Row]:
    """Only what it says anew; what was decided here stays; whoever is gone from it goes on waiting."""
    to_import(page)
    page.locator("[type=file]").set_input_files([_file(export)])
    press(page, "Look at the list")
    assert title(page) == "1 person of this list is new, 2 have something new"
    body = page.locator("main").inner_text()
    assert f"stands in this one no more: {rows[exports.GONE].name}" in body
    assert "It was decided here, and the list says otherwise. Nothing changes." in body
    assert "1 person was turned down, and nothing shows that they know" in body
    assert "a name that is new here" not in body  # said of the first list, remembered for this one
    assert page.get_by_label("All of Rejected were told on").is_visible()
    fits(page)
    looking.for_the_docs(page, "first-lists-next")
    press(page, "Import 1 person, change 2")
    assert title(page) == "1 person came in, 2 were changed"
    after = list(rows)
    after[exports.MOVED] = export.rows[exports.MOVED]
    after[exports.TURNED_DOWN] = export.rows[exports.TURNED_DOWN]
    after.append(export.rows[-1])
    imported = page.url
    the_picture_is(page, after)
    page.goto(imported)
    return after


def undone(page: Page, rows: Sequence[Row], after: Sequence[Row]) -> None:
    assert len(after) == len(rows) + 1
    press(page, "Undo this import")
    assert title(page) == "This import was undone"
    the_picture_is(page, rows)


def back_to_the_old_system(page: Page) -> None:
    """What was decided here, in the columns of the system that the person came from."""
    to_import(page)
    follow(page, re.compile("as a file for the old system"))
    title(page)
    line = page.get_by_role("row").filter(has_text="greenhouse-candidates.csv")
    expect(line).to_contain_text("1")
    line.get_by_label("Whose").select_option(label="Also who was not told yet")
    with page.expect_download() as file:
        line.get_by_role("button", name=re.compile("^CSV")).click()
    back = list(csv.DictReader(io.StringIO(file.value.path().read_text("utf-8-sig"))))
    said = [(one["Application ID"], one["Status"], one["Told on"]) for one in back]
    assert said == [(f"{7_000_000 + exports.HIRED}", "Rejected", "")]
