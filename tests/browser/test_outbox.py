"""The outbox in a real browser: it refreshes by itself, but never under a tick; and without script."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
import sqlalchemy as sa
from playwright.sync_api import Browser, Page, expect

from employer_app.actions.settings import ensure_organisation
from employer_app.domain.clock import now
from employer_app.domain.message import MessageStatus
from employer_app.extensions import transaction
from employer_app.models import Message
from tests import factories
from tests.actions.mail import queue, status_of
from tests.browser import looking, seeds
from tests.browser.served import Served

pytestmark = pytest.mark.browser

NAMES = ("Amara Nwosu", "Björn Åkerström", "Chidi Okafor")
#: a little more than the page waits before it asks again
ASKS_AGAIN = 3_500


@dataclass
class House:
    """A site with three queued messages, and Bob's browser in it."""

    site: Served
    page: Page
    ids: tuple[int, ...]

    def put(self, number: int, status: MessageStatus, **values: object) -> None:
        with self.site.context(), transaction() as session:
            row = sa.update(Message).where(Message.id == self.ids[number])
            session.execute(row.values(status=status, **values))

    def status(self, number: int) -> MessageStatus:
        with self.site.context():
            return status_of(self.ids[number])


@pytest.fixture
def house(script: bool, chromium: Browser, tmp_path: Path) -> Iterator[House]:
    with Served(tmp_path, {"SEND_WINDOW": "always"}) as site:
        with site.context():
            ensure_organisation()
            people = seeds.accounts()
            seeds.nobody(people["alice"])
            job = factories.job("Deck Officer")
            ids = tuple(queue(factories.application(job, name=name)) for name in NAMES)
            link = seeds.link_of(people["bob"])
        context = chromium.new_context(
            base_url=site.url,
            java_script_enabled=script,
            reduced_motion="reduce",
            viewport=looking.DESK if script else looking.PHONE,
        )
        page = context.new_page()
        page.goto(link)
        page.get_by_role("button", name="Sign in").click()
        yield House(site, page, ids)
        context.close()


@pytest.mark.parametrize("script", [True])
def test_list_refreshes_by_itself_and_not_while_something_is_ticked(house: House, script: bool) -> None:
    page = house.page
    page.clock.install()
    with looking.watched(page) as trouble:
        page.goto("/outbox?state=queued")
        asked: list[int] = []
        page.on(
            "response", lambda answer: asked.append(answer.status) if "/outbox/live" in answer.url else None
        )
        with page.expect_response("**/outbox/live*"):
            page.clock.run_for(ASKS_AGAIN)
        with page.expect_response(lambda answer: "/outbox/live" in answer.url and answer.status == 304):
            page.clock.run_for(ASKS_AGAIN)
        house.put(0, MessageStatus.ACCEPTED, fenced_at=now())
        with page.expect_response(lambda answer: "/outbox/live" in answer.url and answer.status == 200):
            page.clock.run_for(ASKS_AGAIN)
        expect(page.get_by_role("link", name=NAMES[0])).to_have_count(0)
        page.get_by_role("checkbox", name=f"Select {NAMES[1]}").check()
        house.put(2, MessageStatus.ACCEPTED, fenced_at=now())
        asked.clear()
        page.clock.run_for(3 * ASKS_AGAIN)
        expect(page.get_by_role("link", name=NAMES[2])).to_have_count(1)
        assert asked == []
        page.get_by_role("checkbox", name=f"Select {NAMES[1]}").uncheck()
        with page.expect_response("**/outbox/live*"):
            page.clock.run_for(ASKS_AGAIN)
        expect(page.get_by_role("link", name=NAMES[2])).to_have_count(0)
    assert trouble == []


@pytest.mark.parametrize("script", [True])
def test_doubt_is_answered_by_keys(house: House, script: bool) -> None:
    page = house.page
    for number in range(3):
        house.put(number, MessageStatus.UNCERTAIN, fenced_at=now())
    page.goto("/outbox?state=in-doubt")
    page.keyboard.press("j")
    page.keyboard.press("1")
    expect(page.get_by_text("1 message counted as arrived")).to_be_visible()
    assert [house.status(number) for number in range(3)].count(MessageStatus.ACCEPTED) == 1
    assert house.status(2) is MessageStatus.ACCEPTED, "the first row of the list, which is the newest message"


@pytest.mark.parametrize("script", [True, False], ids=["with script", "without script on a phone"])
def test_many_are_stopped_after_a_review(house: House, script: bool) -> None:
    page = house.page
    with looking.watched(page) as trouble:
        page.goto("/outbox?state=queued")
        for name in NAMES[:2]:
            page.get_by_role("checkbox", name=f"Select {name}").check()
        page.get_by_role("button", name="Stop…").click()
        expect(page.get_by_role("heading", level=1)).to_have_text("Stop 2 messages?")
        problems = looking.look(page, dark=script, deep=script, all_rows=True) + looking.words(page)
        looking.picture(page, "outbox", f"review {'with' if script else 'without'} script")
        page.get_by_label("Why?").fill("Ask Maren first.")
        page.get_by_role("button", name="Stop 2 messages").click()
        expect(page.get_by_text("2 messages stopped.")).to_be_visible()
    assert trouble + problems == []
    assert [house.status(number) for number in range(3)] == [
        MessageStatus.HELD,
        MessageStatus.HELD,
        MessageStatus.QUEUED,
    ]
